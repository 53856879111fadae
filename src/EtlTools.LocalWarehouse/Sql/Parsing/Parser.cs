using System.Globalization;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>Recursive-descent parser of one statement; this part holds the token cursor and names.</summary>
internal sealed partial class Parser
{
    private const int MaxIdentifier = 255;
    private const int MaxDepth = 400;

    /// <summary>Words Snowflake does not accept unquoted as a name or alias.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "ALL", "ALTER", "AND", "ANY", "AS", "BETWEEN", "BY", "CASE", "CAST", "CHECK", "COLUMN", "CONNECT", "CONSTRAINT", "CREATE",
        "CROSS", "CURRENT", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "DELETE", "DISTINCT", "DROP", "ELSE",
        "EXISTS", "FALSE", "FOLLOWING", "FOR", "FROM", "FULL", "GRANT", "GROUP", "HAVING", "ILIKE", "IN", "INCREMENT", "INNER", "INSERT",
        "INTERSECT", "INTO", "IS", "JOIN", "LATERAL", "LEFT", "LIKE", "LOCALTIME", "LOCALTIMESTAMP", "MINUS", "NATURAL", "NOT", "NULL",
        "OF", "ON", "OR", "ORDER", "QUALIFY", "REGEXP", "REVOKE", "RIGHT", "RLIKE", "ROW", "ROWS", "SAMPLE", "SELECT", "SET", "SOME", "START",
        "TABLE", "TABLESAMPLE", "THEN", "TO", "TRIGGER", "TRUE", "TRY_CAST", "UNION", "UNIQUE", "UPDATE", "USING", "VALUES", "WHEN",
        "WHENEVER", "WHERE", "WINDOW", "WITH", "LIMIT", "OFFSET", "FETCH", "EXCEPT",
    };

    private readonly string _sql;
    private readonly List<Token> _tokens;
    private int _at;
    private int _questionMarks;
    private int _depth;

    private Parser(string sql)
    {
        _sql = sql;
        _tokens = Lexer.Tokenize(sql);
    }

    private Token Current => _tokens[_at];

    private Token Ahead(int offset) => _tokens[Math.Min(_at + offset, _tokens.Count - 1)];

    /// <summary>Every table name the statement mentions, for loading before translation.</summary>
    private List<ObjectName> TableNames { get; } = [];

    /// <summary>Parses exactly one statement; a trailing semicolon is allowed.</summary>
    internal static ParsedStatement Parse(string sql)
    {
        var parser = new Parser(sql);
        if (parser.Current.Kind == TokenKind.End)
            throw new LocalWarehouseException(900, "42000", "SQL compilation error:\nEmpty SQL statement.");
        var statement = parser.Statement();
        while (parser.Current.IsSymbol(";")) parser._at++;
        if (parser.Current.Kind != TokenKind.End)
        {
            if (parser._at > 0 && parser.Ahead(-1).IsSymbol(";"))
                throw new LocalWarehouseException(8, "0A000", "Actual statement count 2 did not match the desired statement count 1.");
            throw parser.Unexpected();
        }

        return new ParsedStatement(statement, parser.TableNames, parser._questionMarks);
    }

    /// <summary>Parses a stored expression, such as a column default.</summary>
    internal static Expression ParseExpression(string sql)
    {
        var parser = new Parser(sql);
        var expression = parser.Expression();
        return parser.Current.Kind == TokenKind.End ? expression : throw parser.Unexpected();
    }

    /// <summary>Parses a qualified object name given outside a statement.</summary>
    internal static ObjectName ParseObjectName(string sql)
    {
        var parser = new Parser(sql);
        var name = parser.QualifiedName();
        return parser.Current.Kind == TokenKind.End ? name : throw parser.Unexpected();
    }

    private LocalWarehouseException Unexpected()
    {
        var token = Current;
        var what = token.Kind == TokenKind.End ? "'<EOF>'" : $"'{_sql[token.Start..token.End]}'";
        return WarehouseErrors.Syntax($"unexpected {what}", token.Line, token.Column);
    }

    private bool TryWord(string word)
    {
        if (!Current.IsWord(word)) return false;
        _at++;
        return true;
    }

    private bool TryWords(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!Ahead(i).IsWord(words[i])) return false;
        }

        _at += words.Length;
        return true;
    }

    private void Word(string word)
    {
        if (!TryWord(word)) throw Unexpected();
    }

    private bool TrySymbol(string symbol)
    {
        if (!Current.IsSymbol(symbol)) return false;
        _at++;
        return true;
    }

    private void Symbol(string symbol)
    {
        if (!TrySymbol(symbol)) throw Unexpected();
    }

    private bool AtName => Current.Kind == TokenKind.QuotedIdentifier || (Current.Kind == TokenKind.Word && !Reserved.Contains(Current.Text));

    private string Name()
    {
        if (!AtName) throw Unexpected();
        return AnyName();
    }

    /// <summary>A name where a reserved word cannot be meant, as after a dot.</summary>
    private string AnyName()
    {
        var token = Current;
        if (token.Kind is not (TokenKind.Word or TokenKind.QuotedIdentifier)) throw Unexpected();
        if (token.Text.Length > MaxIdentifier)
            throw WarehouseErrors.Compilation(1007, "42000", $"Object name '{token.Text}' is longer than {MaxIdentifier} characters.");
        _at++;
        if (token.Kind == TokenKind.Word && token.Text[0] == '$')
            _fields = Math.Max(_fields, int.TryParse(token.Text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var field) && field is > 0 and <= 1600 ? field : throw WarehouseErrors.InvalidIdentifier(token.Text));
        return token.Text;
    }

    private ObjectName QualifiedName(int maxParts = 3)
    {
        var parts = new List<string> { Name() };
        while (TrySymbol("."))
        {
            // DB..TABLE means DB.PUBLIC.TABLE.
            if (Current.IsSymbol(".")) parts.Add("PUBLIC");
            else parts.Add(AnyName());
        }

        return parts.Count <= maxParts ? new ObjectName(parts) : throw Unexpected();
    }

    private List<T> List<T>(Func<T> item)
    {
        var items = new List<T> { item() };
        while (TrySymbol(",")) items.Add(item());
        return items;
    }

    private List<T> Parenthesised<T>(Func<T> item)
    {
        Symbol("(");
        var items = List(item);
        Symbol(")");
        return items;
    }

    private int Integer()
    {
        if (Current.Kind != TokenKind.Number || !int.TryParse(Current.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            throw Unexpected();
        _at++;
        return value;
    }

    private string Text()
    {
        if (Current.Kind != TokenKind.String) throw Unexpected();
        return _tokens[_at++].Text;
    }

    private SnowType Type()
    {
        var start = Current;
        if (start.Kind != TokenKind.Word) throw Unexpected();
        _at++;
        var name = start.Text;
        if (name == "DOUBLE" && TryWord("PRECISION")) name = "DOUBLE PRECISION";
        else if (name is "CHAR" or "NCHAR" && TryWord("VARYING")) name += " VARYING";
        var arguments = Current.IsSymbol("(") ? Parenthesised(Integer) : [];
        if (name == "TIMESTAMP")
        {
            if (TryWords("WITHOUT", "TIME", "ZONE")) name += " WITHOUT TIME ZONE";
            else if (TryWords("WITH", "LOCAL", "TIME", "ZONE")) name += " WITH LOCAL TIME ZONE";
            else if (TryWords("WITH", "TIME", "ZONE")) name += " WITH TIME ZONE";
        }

        return TypeNames.Resolve(name, arguments)
            ?? throw WarehouseErrors.Compilation(2040, "42704", $"Unsupported data type '{name}'.");
    }

    private T Nested<T>(Func<T> parse)
    {
        if (++_depth > MaxDepth) throw WarehouseErrors.Compilation(3, "54001", $"The statement is nested deeper than {MaxDepth} levels.");
        var result = parse();
        _depth--;
        return result;
    }
}
