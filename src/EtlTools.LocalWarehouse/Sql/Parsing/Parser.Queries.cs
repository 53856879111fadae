using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>SELECT, VALUES, set operations, WITH, FROM and joins.</summary>
internal sealed partial class Parser
{
    private bool AtQuery => Current.IsWord("SELECT") || Current.IsWord("WITH") || Current.IsWord("VALUES")
        || (Current.IsSymbol("(") && QueryAfterParentheses());

    private bool QueryAfterParentheses()
    {
        var offset = 0;
        while (Ahead(offset).IsSymbol("(")) offset++;
        return Ahead(offset).IsWord("SELECT") || Ahead(offset).IsWord("WITH");
    }

    private Query Query() => Nested(QueryCore);

    private Query QueryCore()
    {
        List<CommonTable> with = [];
        var recursive = false;
        if (TryWord("WITH"))
        {
            recursive = TryWord("RECURSIVE");
            with = List(CommonTable);
        }

        var body = SetExpression();
        List<OrderItem> order = [];
        if (TryWords("ORDER", "BY")) order = List(Order);
        Expression? limit = null, offset = null;
        if (TryWord("LIMIT"))
        {
            limit = Expression();
            if (TryWord("OFFSET")) offset = Expression();
        }
        else if (TryWord("OFFSET") || Current.IsWord("FETCH"))
        {
            if (!Current.IsWord("FETCH"))
            {
                offset = Expression();
                _ = TryWord("ROWS") || TryWord("ROW");
            }

            if (TryWord("FETCH"))
            {
                _ = TryWord("FIRST") || TryWord("NEXT");
                limit = Expression();
                _ = TryWord("ROWS") || TryWord("ROW");
                _ = TryWord("ONLY");
            }
        }

        if (Current.IsWord("FOR")) throw WarehouseErrors.Unsupported("SELECT … FOR UPDATE");
        return new Query(with, body, order, limit, offset, recursive);
    }

    private CommonTable CommonTable()
    {
        var name = Name();
        List<string> columns = Current.IsSymbol("(") ? Parenthesised(Name) : [];
        Word("AS");
        Symbol("(");
        var query = Query();
        Symbol(")");
        return new CommonTable(name, columns, query);
    }

    private OrderItem Order()
    {
        var expression = Expression();
        var descending = TryWord("DESC");
        if (!descending) _ = TryWord("ASC");
        bool? nullsFirst = null;
        if (TryWord("NULLS"))
        {
            nullsFirst = TryWord("FIRST");
            if (nullsFirst == false) Word("LAST");
        }

        return new OrderItem(expression, descending, nullsFirst);
    }

    private QueryBody SetExpression()
    {
        var left = IntersectExpression();
        while (Current.IsWord("UNION") || Current.IsWord("EXCEPT") || Current.IsWord("MINUS"))
        {
            var word = Current.Text == "MINUS" ? "EXCEPT" : Current.Text;
            _at++;
            var all = word == "UNION" && TryWord("ALL");
            _ = word == "UNION" && !all && TryWord("DISTINCT");
            left = new SetOperation(left, word, all, IntersectExpression());
        }

        return left;
    }

    private QueryBody IntersectExpression()
    {
        var left = BodyPrimary();
        while (TryWord("INTERSECT")) left = new SetOperation(left, "INTERSECT", false, BodyPrimary());
        return left;
    }

    private QueryBody BodyPrimary()
    {
        if (TrySymbol("("))
        {
            var query = Query();
            Symbol(")");
            return new NestedQuery(query);
        }

        if (TryWord("VALUES")) return new ValuesBody(List(() => (IReadOnlyList<Expression>)Parenthesised(Expression)));
        return Select();
    }

    private SelectBody Select()
    {
        Word("SELECT");
        var distinct = TryWord("DISTINCT");
        if (!distinct) _ = TryWord("ALL");
        if (Current.IsWord("TOP") && Ahead(1).Kind == TokenKind.Number) throw WarehouseErrors.Unsupported("SELECT TOP (use LIMIT)");
        var items = List(Item);
        if (Current.IsWord("INTO")) throw WarehouseErrors.Unsupported("SELECT INTO");
        var from = TryWord("FROM") ? From() : null;
        var where = TryWord("WHERE") ? Expression() : null;
        List<Expression> group = [];
        if (TryWords("GROUP", "BY"))
        {
            if (Current.IsWord("ALL") || ((Current.IsWord("ROLLUP") || Current.IsWord("CUBE") || Current.IsWord("GROUPING")) && !Ahead(1).IsSymbol(",")))
                throw WarehouseErrors.Unsupported($"GROUP BY {Current.Text}");
            group = List(Expression);
        }

        var having = TryWord("HAVING") ? Expression() : null;
        var qualify = TryWord("QUALIFY") ? Expression() : null;
        return new SelectBody(distinct, items, from, where, group, having, qualify);
    }

    private SelectItem Item()
    {
        var start = Current.Start;
        if (StarItem() is { } star) return new SelectItem(star, null, "*");
        var expression = Expression();
        var source = _sql[start..Ahead(-1).End];
        string? alias = null;
        if (TryWord("AS")) alias = AnyName();
        else if (AtName) alias = Name();
        return new SelectItem(expression, alias, source);
    }

    private StarExpression? StarItem()
    {
        var offset = 0;
        while (Ahead(offset).Kind is TokenKind.Word or TokenKind.QuotedIdentifier && Ahead(offset + 1).IsSymbol(".")) offset += 2;
        if (!Ahead(offset).IsSymbol("*")) return null;
        var qualifier = new List<string>();
        for (var i = 0; i < offset; i += 2) qualifier.Add(Ahead(i).Text);
        _at += offset + 1;
        List<string> exclude = [];
        if (TryWord("EXCLUDE")) exclude = Current.IsSymbol("(") ? Parenthesised(Name) : [Name()];
        if (Current.IsWord("RENAME") || Current.IsWord("REPLACE")) throw WarehouseErrors.Unsupported($"SELECT * {Current.Text}");
        return new StarExpression(qualifier, exclude);
    }

    private FromItem From()
    {
        var left = Joined();
        while (TrySymbol(",")) left = new JoinSource(left, Joined(), JoinKind.Cross, null, []);
        return left;
    }

    private FromItem Joined()
    {
        var left = Source();
        while (true)
        {
            if (Current.IsWord("NATURAL") || Current.IsWord("ASOF")) throw WarehouseErrors.Unsupported($"{Current.Text} JOIN");
            JoinKind kind;
            if (TryWords("CROSS", "JOIN")) kind = JoinKind.Cross;
            else if (TryWord("JOIN") || TryWords("INNER", "JOIN")) kind = JoinKind.Inner;
            else if (TryWords("LEFT", "JOIN") || TryWords("LEFT", "OUTER", "JOIN")) kind = JoinKind.Left;
            else if (TryWords("RIGHT", "JOIN") || TryWords("RIGHT", "OUTER", "JOIN")) kind = JoinKind.Right;
            else if (TryWords("FULL", "JOIN") || TryWords("FULL", "OUTER", "JOIN")) kind = JoinKind.Full;
            else return left;

            var right = Source();
            if (kind == JoinKind.Cross) left = new JoinSource(left, right, kind, null, []);
            else if (TryWord("USING")) left = new JoinSource(left, right, kind, null, Parenthesised(Name));
            else
            {
                Word("ON");
                left = new JoinSource(left, right, kind, Expression(), []);
            }
        }
    }

    private FromItem Source()
    {
        if (Current.IsWord("TABLE") && Ahead(1).IsSymbol("(") && Ahead(2).IsWord("VALIDATE")) return Validate();
        if (Current.IsWord("LATERAL") || (Current.IsWord("TABLE") && Ahead(1).IsSymbol("(")))
            throw WarehouseErrors.Unsupported(Current.Text == "LATERAL" ? "LATERAL" : "TABLE(…) functions");
        if (AtStage)
        {
            var stage = Stage();
            if (Current.IsSymbol("(")) throw WarehouseErrors.Unsupported("options of a stage in FROM (give them to COPY INTO)");
            return new StageSource(stage, Alias().Alias);
        }

        if (Current.IsSymbol("("))
        {
            if (!AtQuery && !Ahead(1).IsWord("VALUES"))
            {
                Symbol("(");
                var inner = From();
                Symbol(")");
                return inner;
            }

            Symbol("(");
            var query = Query();
            Symbol(")");
            var (alias, columns) = Alias();
            return new QuerySource(query, alias, columns);
        }

        if (Current.IsWord("VALUES"))
        {
            var values = BodyPrimary();
            var (alias, columns) = Alias();
            return new QuerySource(new Query([], values, [], null, null), alias, columns);
        }

        var name = QualifiedName();
        TableNames.Add(name);
        if (Current.IsSymbol("(")) throw WarehouseErrors.Unsupported($"table function {name}");
        if ((Current.IsWord("AT") || Current.IsWord("BEFORE")) && Ahead(1).IsSymbol("(")) throw WarehouseErrors.Unsupported("time travel (AT | BEFORE)");
        if (Current.IsWord("SAMPLE") || Current.IsWord("TABLESAMPLE") || Current.IsWord("PIVOT") || Current.IsWord("UNPIVOT") || Current.IsWord("MATCH_RECOGNIZE"))
            throw WarehouseErrors.Unsupported(Current.Text);
        var (tableAlias, tableColumns) = Alias();
        return new TableSource(name, tableAlias, tableColumns);
    }

    private (string? Alias, IReadOnlyList<string> Columns) Alias()
    {
        string? alias = null;
        if (TryWord("AS")) alias = Name();
        else if (AtName && !AtJoinWord) alias = Name();
        return (alias, alias is not null && Current.IsSymbol("(") ? Parenthesised(Name) : []);
    }

    private bool AtJoinWord => Current.IsWord("ASOF") || Current.IsWord("PIVOT") || Current.IsWord("UNPIVOT") || Current.IsWord("MATCH_RECOGNIZE");
}
