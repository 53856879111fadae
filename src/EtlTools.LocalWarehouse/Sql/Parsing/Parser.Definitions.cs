using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>CREATE, ALTER and DROP.</summary>
internal sealed partial class Parser
{
    private Statement Create()
    {
        Word("CREATE");
        var replace = TryWords("OR", "REPLACE");
        var kind = TableKind.Permanent;
        if (TryWord("TRANSIENT")) kind = TableKind.Transient;
        else if (TryWord("TEMPORARY") || TryWord("TEMP") || TryWord("VOLATILE")) kind = TableKind.Temporary;

        if (TryWord("TABLE")) return CreateTable(replace, kind);
        if (kind != TableKind.Transient && TryWord("STAGE")) return CreateStage(replace, kind == TableKind.Temporary);
        if (kind != TableKind.Transient && TryWords("FILE", "FORMAT")) return CreateFileFormat(replace, kind == TableKind.Temporary);
        if (kind == TableKind.Temporary) throw WarehouseErrors.Unsupported($"CREATE TEMPORARY {Current.Text}");
        if (TryWord("DATABASE")) return Container(true, replace);
        if (TryWord("SCHEMA")) return Container(false, replace);
        if (kind == TableKind.Permanent && TryWord("VIEW")) return CreateView(replace);
        throw Current.Kind == TokenKind.Word ? WarehouseErrors.Unsupported($"CREATE {Current.Text}") : Unexpected();
    }

    private CreateMode Mode(bool replace)
    {
        if (!TryWords("IF", "NOT", "EXISTS")) return replace ? CreateMode.OrReplace : CreateMode.Plain;
        return replace
            ? throw WarehouseErrors.Compilation(1003, "42000", "options OR REPLACE and IF NOT EXISTS are incompatible.")
            : CreateMode.IfNotExists;
    }

    private CreateContainerStatement Container(bool isDatabase, bool replace)
    {
        var mode = Mode(replace);
        var name = QualifiedName(isDatabase ? 1 : 2);
        Comment();
        return new CreateContainerStatement(isDatabase, name, mode);
    }

    private CreateViewStatement CreateView(bool replace)
    {
        var mode = Mode(replace);
        var name = QualifiedName();
        List<string> columns = Current.IsSymbol("(") ? Parenthesised(Name) : [];
        Comment();
        Word("AS");
        var start = Current.Start;
        var query = Query();
        if (_questionMarks > 0) throw WarehouseErrors.Unsupported("bind variables in a view");
        return new CreateViewStatement(name, mode, columns, _sql[start..Ahead(-1).End], query);
    }

    private CreateTableStatement CreateTable(bool replace, TableKind kind)
    {
        var mode = Mode(replace);
        var name = QualifiedName();
        if (TryWord("LIKE"))
            return new CreateTableStatement(name, mode, kind, [], [], [], null, TableName());
        if (TryWord("CLONE"))
        {
            var source = TableName();
            if (Current.IsWord("AT") || Current.IsWord("BEFORE")) throw WarehouseErrors.Unsupported("time travel (AT | BEFORE)");
            return new CreateTableStatement(name, mode, kind, [], [], [], null, source, CopiesRows: true);
        }

        if (Current.IsWord("USING")) throw WarehouseErrors.Unsupported($"CREATE TABLE … {Current.Text}");

        List<ColumnDefinition> columns = [];
        List<string> keys = [], names = [];
        if (TrySymbol("("))
        {
            if (Ahead(1).IsSymbol(",") || Ahead(1).IsSymbol(")")) names = List(Name);
            else
            {
                do TableElement(columns, keys);
                while (TrySymbol(","));
            }

            Symbol(")");
        }

        Comment();
        var query = TryWord("AS") ? Query() : null;
        if (query is null && Current.Kind == TokenKind.Word)
            throw WarehouseErrors.Unsupported($"CREATE TABLE option {Current.Text}");
        if (query is null && columns.Count == 0) throw Unexpected();
        return new CreateTableStatement(name, mode, kind, columns, keys, names, query, null);
    }

    private void TableElement(List<ColumnDefinition> columns, List<string> keys)
    {
        if (TryWord("CONSTRAINT")) Name();
        if (TryWords("PRIMARY", "KEY")) keys.AddRange(Parenthesised(Name));
        else if (TryWord("UNIQUE")) Parenthesised(Name);
        else if (TryWords("FOREIGN", "KEY"))
        {
            Parenthesised(Name);
            References();
        }
        else
        {
            columns.Add(Definition(keys));
        }

        _ = TryWords("NOT", "ENFORCED");
    }

    private void References()
    {
        Word("REFERENCES");
        QualifiedName();
        if (Current.IsSymbol("(")) Parenthesised(Name);
    }

    private ColumnDefinition Definition(List<string>? keys)
    {
        var name = Name();
        var type = Type();
        var notNull = false;
        Expression? value = null;
        string? text = null, comment = null;
        while (true)
        {
            if (TryWords("NOT", "NULL")) notNull = true;
            else if (TryWord("NULL")) notNull = false;
            else if (TryWord("DEFAULT"))
            {
                var start = Current.Start;
                value = Additive();
                text = _sql[start..Ahead(-1).End];
            }
            else if (TryWords("PRIMARY", "KEY")) (keys ?? throw WarehouseErrors.Unsupported("adding a PRIMARY KEY column")).Add(name);
            else if (TryWord("UNIQUE") || TryWords("NOT", "ENFORCED")) continue;
            else if (Current.IsWord("REFERENCES")) References();
            else if (TryWord("COMMENT")) comment = Text();
            else if (Current.Kind == TokenKind.Word) throw WarehouseErrors.Unsupported($"column option {Current.Text}");
            else return new ColumnDefinition(name, type, notNull, value, text, comment);
        }
    }

    private void Comment()
    {
        if (!TryWord("COMMENT")) return;
        Symbol("=");
        Text();
    }

    private DropStatement Drop()
    {
        Word("DROP");
        var kind = AnyName();
        if (kind == "FILE" && TryWord("FORMAT")) kind = "FILE FORMAT";
        if (kind is not ("TABLE" or "VIEW" or "SCHEMA" or "DATABASE" or "STAGE" or "FILE FORMAT")) throw WarehouseErrors.Unsupported($"DROP {kind}");
        var ifExists = TryWords("IF", "EXISTS");
        var name = kind is "TABLE" or "VIEW" ? TableName() : QualifiedName(kind == "DATABASE" ? 1 : 2);
        var restrict = kind is not ("STAGE" or "FILE FORMAT") && TryWord("RESTRICT");
        if (!restrict && kind is not ("STAGE" or "FILE FORMAT")) _ = TryWord("CASCADE");
        return new DropStatement(kind, name, ifExists, restrict);
    }

    private Statement Alter()
    {
        Word("ALTER");
        if (TryWord("SESSION")) return AlterSession();
        if (!TryWord("TABLE")) throw WarehouseErrors.Unsupported($"ALTER {Current.Text}");
        var ifExists = TryWords("IF", "EXISTS");
        var name = TableName();
        return new AlterTableStatement(name, ifExists, AlterAction());
    }

    private AlterAction AlterAction()
    {
        if (TryWord("ADD"))
        {
            if (Current.IsWord("CONSTRAINT") || Current.IsWord("PRIMARY") || Current.IsWord("UNIQUE") || Current.IsWord("FOREIGN"))
                throw WarehouseErrors.Unsupported("ALTER TABLE ADD constraint");
            _ = TryWord("COLUMN");
            var ifNotExists = TryWords("IF", "NOT", "EXISTS");
            var columns = new List<ColumnDefinition>();
            do
            {
                _ = TryWord("COLUMN");
                columns.Add(Definition(null));
            }
            while (TrySymbol(","));
            return new AddColumns(columns, ifNotExists);
        }

        if (TryWord("DROP"))
        {
            if (Current.IsWord("CONSTRAINT") || Current.IsWord("PRIMARY") || Current.IsWord("UNIQUE") || Current.IsWord("FOREIGN"))
                throw WarehouseErrors.Unsupported("ALTER TABLE DROP constraint");
            _ = TryWord("COLUMN");
            var ifExists = TryWords("IF", "EXISTS");
            return new DropColumns(List(Name), ifExists);
        }

        if (TryWords("RENAME", "TO")) return new RenameTable(QualifiedName());
        if (TryWords("RENAME", "COLUMN"))
        {
            var from = Name();
            Word("TO");
            return new RenameColumn(from, Name());
        }

        if (!TryWord("ALTER") && !TryWord("MODIFY")) throw WarehouseErrors.Unsupported($"ALTER TABLE … {Current.Text}");
        _ = TryWord("COLUMN");
        var column = Name();
        if (TryWords("SET", "NOT", "NULL")) return new SetColumnNullability(column, true);
        if (TryWords("DROP", "NOT", "NULL")) return new SetColumnNullability(column, false);
        if (TryWords("DROP", "DEFAULT")) return new DropColumnDefault(column);
        _ = TryWords("SET", "DATA", "TYPE") || TryWord("TYPE");
        return new SetColumnType(column, Type());
    }

    private AlterSessionStatement AlterSession()
    {
        var set = new List<SessionAssignment>();
        if (TryWord("UNSET")) return new AlterSessionStatement(set, List(Name));
        Word("SET");
        do
        {
            var name = Name();
            Symbol("=");
            var negative = TrySymbol("-");
            var token = Current;
            if (token.Kind is not (TokenKind.String or TokenKind.Number or TokenKind.Word)) throw Unexpected();
            _at++;
            set.Add(new SessionAssignment(name, (negative ? "-" : "") + token.Text, token.Kind == TokenKind.String));
            _ = TrySymbol(",");
        }
        while (AtName);
        return new AlterSessionStatement(set, []);
    }
}
