using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>Chooses the statement by its first words; DML and session statements.</summary>
internal sealed partial class Parser
{
    private Statement Statement()
    {
        if (AtQuery) return new SelectStatement(Query());
        var first = Current;
        if (first.Kind != TokenKind.Word) throw Unexpected();
        switch (first.Text)
        {
            case "INSERT": return Insert();
            case "UPDATE": return Update();
            case "DELETE": return Delete();
            case "MERGE": return Merge();
            case "CREATE": return Create();
            case "ALTER": return Alter();
            case "DROP": return Drop();
            case "TRUNCATE":
                _at++;
                _ = TryWord("TABLE");
                var ifExists = TryWords("IF", "EXISTS");
                return new TruncateStatement(TableName(), ifExists);
            case "USE": return Use();
            case "SHOW": return Show();
            case "DESC" or "DESCRIBE": return Describe();
            case "BEGIN" or "START" or "COMMIT" or "ROLLBACK": return Transaction();
            case "COPY": return Copy();
            case "PUT": return Put();
            case "GET": return Get();
            case "LIST" or "LS": return ListFiles();
            case "REMOVE" or "RM": return RemoveFiles();
            case "UNDROP" or "GRANT" or "REVOKE" or "CALL" or "EXECUTE"
                or "EXPLAIN" or "COMMENT" or "SET" or "UNSET" or "DECLARE":
                throw WarehouseErrors.Unsupported($"{first.Text} statement");
            default:
                throw Unexpected();
        }
    }

    private ObjectName TableName()
    {
        var name = QualifiedName();
        TableNames.Add(name);
        return name;
    }

    private InsertStatement Insert()
    {
        Word("INSERT");
        var overwrite = TryWord("OVERWRITE");
        if (Current.IsWord("ALL") || Current.IsWord("FIRST")) throw WarehouseErrors.Unsupported("multi-table INSERT");
        Word("INTO");
        var table = TableName();
        List<string> columns = Current.IsSymbol("(") && !AtQuery ? Parenthesised(Name) : [];
        if (!TryWord("VALUES")) return new InsertStatement(table, columns, Query(), null, overwrite);
        var rows = List(() => (IReadOnlyList<Expression?>)Parenthesised(ExpressionOrDefault));
        return new InsertStatement(table, columns, null, rows, overwrite);
    }

    private Expression? ExpressionOrDefault() => TryWord("DEFAULT") ? null : Expression();

    private Assignment Assignment()
    {
        var column = Name();
        // A target column may be qualified by the target table or its alias.
        while (TrySymbol(".")) column = AnyName();
        Symbol("=");
        return new Assignment(column, ExpressionOrDefault());
    }

    private string? TargetAlias() => TryWord("AS") ? Name() : AtName ? Name() : null;

    private UpdateStatement Update()
    {
        Word("UPDATE");
        var table = TableName();
        var alias = TargetAlias();
        Word("SET");
        var set = List(Assignment);
        var from = TryWord("FROM") ? From() : null;
        return new UpdateStatement(table, alias, set, from, TryWord("WHERE") ? Expression() : null);
    }

    private DeleteStatement Delete()
    {
        Word("DELETE");
        Word("FROM");
        var table = TableName();
        var alias = TargetAlias();
        var from = TryWord("USING") ? From() : null;
        return new DeleteStatement(table, alias, from, TryWord("WHERE") ? Expression() : null);
    }

    private MergeStatement Merge()
    {
        Word("MERGE");
        Word("INTO");
        var table = TableName();
        var alias = TargetAlias();
        Word("USING");
        var source = Source();
        Word("ON");
        var on = Expression();
        var clauses = new List<MergeClause>();
        while (TryWord("WHEN")) clauses.Add(MergeClause());
        return clauses.Count > 0 ? new MergeStatement(table, alias, source, on, clauses) : throw Unexpected();
    }

    private MergeClause MergeClause()
    {
        var matched = !TryWord("NOT");
        Word("MATCHED");
        if (Current.IsWord("BY")) throw WarehouseErrors.Unsupported("WHEN NOT MATCHED BY");
        var condition = TryWord("AND") ? Expression() : null;
        Word("THEN");
        if (matched)
        {
            if (TryWord("DELETE")) return new MergeClause(true, condition, MergeAction.Delete, [], [], []);
            Word("UPDATE");
            if (Current.IsWord("ALL")) throw WarehouseErrors.Unsupported("UPDATE ALL BY NAME");
            Word("SET");
            return new MergeClause(true, condition, MergeAction.Update, List(Assignment), [], []);
        }

        Word("INSERT");
        if (Current.IsWord("ALL")) throw WarehouseErrors.Unsupported("INSERT ALL BY NAME");
        List<string> columns = Current.IsSymbol("(") ? Parenthesised(Name) : [];
        Word("VALUES");
        return new MergeClause(false, condition, MergeAction.Insert, [], columns, Parenthesised(ExpressionOrDefault));
    }

    private UseStatement Use()
    {
        Word("USE");
        foreach (var kind in (ReadOnlySpan<string>)["DATABASE", "SCHEMA", "WAREHOUSE", "ROLE"])
        {
            if (Current.IsWord(kind) && Ahead(1).Kind is TokenKind.Word or TokenKind.QuotedIdentifier)
            {
                _at++;
                if (Current.IsWord("IDENTIFIER") && Ahead(1).IsSymbol("(")) return new UseStatement(kind, null, Identifier());
                return new UseStatement(kind, QualifiedName(kind == "SCHEMA" ? 2 : 1));
            }
        }

        if (Current.IsWord("SECONDARY")) throw WarehouseErrors.Unsupported("USE SECONDARY ROLES");
        var name = QualifiedName(2);
        return new UseStatement(name.Parts.Count == 2 ? "SCHEMA" : "DATABASE", name);
    }

    private Expression Identifier()
    {
        Word("IDENTIFIER");
        Symbol("(");
        var name = Primary();
        Symbol(")");
        return name is TextLiteral or BindReference ? name : throw WarehouseErrors.Unsupported("IDENTIFIER of anything but a text or a bound value");
    }

    private TransactionStatement Transaction()
    {
        if (TryWord("BEGIN"))
        {
            _ = TryWord("TRANSACTION") || TryWord("WORK");
            if (TryWord("NAME")) Name();
            return new TransactionStatement(TransactionAction.Begin);
        }

        if (TryWord("START"))
        {
            Word("TRANSACTION");
            if (TryWord("NAME")) Name();
            return new TransactionStatement(TransactionAction.Begin);
        }

        var action = TryWord("COMMIT") ? TransactionAction.Commit : TransactionAction.Rollback;
        if (action == TransactionAction.Rollback) Word("ROLLBACK");
        _ = TryWord("WORK");
        return new TransactionStatement(action);
    }

    private ShowStatement Show()
    {
        Word("SHOW");
        _ = TryWord("TERSE");
        var kind = AnyName();
        if (kind == "FILE" && TryWord("FORMATS")) kind = "FILE FORMATS";
        if (kind is not ("STAGES" or "FILE FORMATS" or "TABLES" or "VIEWS" or "COLUMNS" or "SCHEMAS" or "DATABASES" or "PARAMETERS"))
            throw WarehouseErrors.Unsupported($"SHOW {kind}");
        var like = TryWord("LIKE") ? Text() : null;
        if (!TryWord("IN")) return new ShowStatement(kind, like, null, null);
        foreach (var container in (ReadOnlySpan<string>)["ACCOUNT", "SESSION", "DATABASE", "SCHEMA", "TABLE", "VIEW"])
        {
            if (!TryWord(container)) continue;
            var name = Current.Kind is TokenKind.Word or TokenKind.QuotedIdentifier ? QualifiedName() : null;
            return new ShowStatement(kind, like, container == "VIEW" ? "TABLE" : container, name);
        }

        return new ShowStatement(kind, like, null, QualifiedName());
    }

    private DescribeStatement Describe()
    {
        _at++;
        if (TryWord("STAGE")) return new DescribeStatement("STAGE", QualifiedName());
        if (TryWords("FILE", "FORMAT")) return new DescribeStatement("FILE FORMAT", QualifiedName());
        var kind = TryWord("VIEW") ? "VIEW" : "TABLE";
        if (kind == "TABLE") Word("TABLE");
        return new DescribeStatement(kind, TableName());
    }
}
