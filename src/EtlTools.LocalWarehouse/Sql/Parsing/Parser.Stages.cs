using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>Stages, file formats, PUT, GET, LIST, REMOVE and COPY INTO, with their options.</summary>
internal sealed partial class Parser
{
    /// <summary>The highest $n the statement mentions.</summary>
    private int _fields;

    private bool AtStage => Current.Kind == TokenKind.Stage || (Current.Kind == TokenKind.String && Current.Text.StartsWith('@'));

    private StageReference Stage()
    {
        if (!AtStage) throw Unexpected();
        var token = _tokens[_at++];
        return StageText.Parse(token.Kind == TokenKind.Stage ? token.Text : token.Text[1..]);
    }

    private CreateStageStatement CreateStage(bool replace, bool temporary)
    {
        var mode = Mode(replace);
        var name = QualifiedName();
        var (options, text) = WrittenOptions();
        return new CreateStageStatement(name, mode, temporary, options, text);
    }

    private CreateFileFormatStatement CreateFileFormat(bool replace, bool temporary)
    {
        var mode = Mode(replace);
        var name = QualifiedName();
        var (options, text) = WrittenOptions();
        return new CreateFileFormatStatement(name, mode, temporary, options, text);
    }

    private (List<StatementOption> Options, string Text) WrittenOptions()
    {
        var start = Current.Start;
        var options = Options();
        return (options, options.Count == 0 ? "" : _sql[start..Ahead(-1).End]);
    }

    /// <summary>Parses the stored options of a stage or file format.</summary>
    internal static List<StatementOption> ParseOptions(string text)
    {
        var parser = new Parser(text);
        var options = parser.Options();
        return parser.Current.Kind == TokenKind.End ? options : throw parser.Unexpected();
    }

    private PutStatement Put()
    {
        Word("PUT");
        var url = Text();
        return new PutStatement(url, Stage(), Options());
    }

    private GetStatement Get()
    {
        Word("GET");
        var stage = Stage();
        return new GetStatement(stage, Text(), Options());
    }

    private ListFilesStatement ListFiles()
    {
        _at++;
        return new ListFilesStatement(Stage(), Options());
    }

    private RemoveFilesStatement RemoveFiles()
    {
        _at++;
        return new RemoveFilesStatement(Stage(), Options());
    }

    private Statement Copy()
    {
        Word("COPY");
        Word("INTO");
        if (AtStage) return CopyIntoStage();
        RefuseExternal();
        var table = TableName();
        List<string> columns = Current.IsSymbol("(") ? Parenthesised(Name) : [];
        // Without FROM the files are those of the table's own stage.
        if (!TryWord("FROM")) return new CopyIntoTableStatement(table, columns, new StageReference(StageKind.Table, table, ""), null, 0, Options());
        RefuseExternal();
        if (!Current.IsSymbol("(")) return new CopyIntoTableStatement(table, columns, Stage(), null, 0, Options());
        Symbol("(");
        var query = Query();
        Symbol(")");
        if (query is not { With.Count: 0, OrderBy.Count: 0, Limit: null, Offset: null, Body: SelectBody { From: StageSource source, Distinct: false, Where: null, GroupBy.Count: 0, Having: null, Qualify: null } })
            throw WarehouseErrors.Compilation(2098, "0A000", "COPY statement only supports simple SELECT from stage statements for import.");
        return new CopyIntoTableStatement(table, columns, source.Stage, query, _fields, Options());
    }

    private void RefuseExternal()
    {
        if (Current.Kind == TokenKind.String && !AtStage) throw WarehouseErrors.Unsupported($"external location '{Current.Text}'");
    }

    private CopyIntoStageStatement CopyIntoStage()
    {
        var stage = Stage();
        Word("FROM");
        if (TrySymbol("("))
        {
            var query = Query();
            Symbol(")");
            return new CopyIntoStageStatement(stage, query, Options());
        }

        var all = new SelectBody(false, [new SelectItem(new StarExpression([], []), null, "*")], new TableSource(TableName(), null, []), null, [], null, null);
        return new CopyIntoStageStatement(stage, new Query([], all, [], null, null), Options());
    }

    private ValidateSource Validate()
    {
        _at += 3;
        Symbol("(");
        var table = TableName();
        Symbol(",");
        Word("JOB_ID");
        Symbol("=>");
        var job = Expression();
        Symbol(")");
        Symbol(")");
        return new ValidateSource(table, job, Alias().Alias);
    }

    /// <summary>Options up to the end of the statement; commas between them are allowed.</summary>
    private List<StatementOption> Options()
    {
        var options = new List<StatementOption>();
        if (Current.IsWord("PARTITION")) throw WarehouseErrors.Unsupported("PARTITION BY of COPY INTO a stage");
        while (Current.Kind == TokenKind.Word)
        {
            options.Add(Option());
            _ = TrySymbol(",");
        }

        return options;
    }

    private StatementOption Option()
    {
        var name = AnyName();
        Symbol("=");
        return new StatementOption(name, OptionValue());
    }

    private OptionValue OptionValue()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.String:
                _at++;
                return new TextValue(token.Text);
            case TokenKind.Number:
                _at++;
                return new NumberValue(token.Text);
            case TokenKind.QuotedIdentifier:
                return new WordValue(QualifiedName());
            case TokenKind.Word:
                return WordOption();
        }

        Symbol("(");
        if (Current.Kind == TokenKind.Word && Ahead(1).IsSymbol("="))
        {
            var nested = Options();
            Symbol(")");
            return new NestedOptions(nested);
        }

        List<OptionValue> items = Current.IsSymbol(")") ? [] : List(OptionValue);
        Symbol(")");
        return new ListValue(items);
    }

    private WordValue WordOption()
    {
        var parts = new List<string> { AnyName() };
        while (TrySymbol(".")) parts.Add(AnyName());
        // SKIP_FILE_10% is one word to Snowflake.
        if (parts is [['S', 'K', 'I', 'P', '_', ..]] && TrySymbol("%")) parts[0] += "%";
        return new WordValue(new ObjectName(parts));
    }
}
