using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>Literals, bindings, columns, CASE, CAST, function calls and parenthesised expressions.</summary>
internal sealed partial class Parser
{
    private static readonly HashSet<string> NoParenthesesFunctions = new(StringComparer.Ordinal)
    {
        "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "LOCALTIME", "LOCALTIMESTAMP",
    };

    private Expression Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                _at++;
                return new NumberLiteral(token.Text);
            case TokenKind.String:
                _at++;
                return new TextLiteral(token.Text);
            case TokenKind.Symbol:
                return SymbolPrimary(token);
            case TokenKind.Word:
                return WordPrimary(token);
            case TokenKind.QuotedIdentifier:
                return Column();
            default:
                throw Unexpected();
        }
    }

    private Expression SymbolPrimary(Token token)
    {
        if (TrySymbol("?")) return new BindReference((++_questionMarks).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (token.IsSymbol(":") && Ahead(1).Kind is TokenKind.Word or TokenKind.Number)
        {
            var name = Ahead(1);
            _at += 2;
            return new BindReference(_sql[name.Start..name.End]);
        }

        if (!TrySymbol("(")) throw Unexpected();
        if (AtQuery)
        {
            var query = Query();
            Symbol(")");
            return new ScalarQueryExpression(query);
        }

        var inner = Expression();
        if (Current.IsSymbol(",")) throw WarehouseErrors.Unsupported("row values (a, b)");
        Symbol(")");
        return inner;
    }

    private Expression WordPrimary(Token token)
    {
        var next = Ahead(1);
        switch (token.Text)
        {
            case "NULL": _at++; return new NullLiteral();
            case "TRUE": _at++; return new BooleanLiteral(true);
            case "FALSE": _at++; return new BooleanLiteral(false);
            case "CASE": return Case();
            case "CAST" or "TRY_CAST" when next.IsSymbol("("): return Cast(token.Text == "TRY_CAST");
            case "EXISTS" when next.IsSymbol("("):
                _at += 2;
                var query = Query();
                Symbol(")");
                return new ExistsExpression(query);
            case "DATE" or "TIME" or "TIMESTAMP" or "TIMESTAMP_NTZ" or "TIMESTAMP_LTZ" or "TIMESTAMP_TZ" when next.Kind == TokenKind.String:
                _at += 2;
                return new CastExpression(new TextLiteral(next.Text), TypeNames.Resolve(token.Text, [])!, false);
            case "INTERVAL" when next.Kind == TokenKind.String:
                throw WarehouseErrors.Unsupported("INTERVAL constant (use DATEADD)");
            case "EXTRACT" when next.IsSymbol("("):
                return Extract();
        }

        if (next.IsSymbol("(") && (!Reserved.Contains(token.Text) || token.Text is "LEFT" or "RIGHT" or "INSERT" or "LIKE" or "ILIKE" || NoParenthesesFunctions.Contains(token.Text)))
            return Call();
        if (NoParenthesesFunctions.Contains(token.Text))
        {
            _at++;
            return new FunctionCall(token.Text, []);
        }

        return Column();
    }

    private ColumnReference Column()
    {
        var parts = new List<string> { Name() };
        while (Current.IsSymbol(".") && Ahead(1).Kind is TokenKind.Word or TokenKind.QuotedIdentifier)
        {
            _at++;
            parts.Add(AnyName());
        }

        return parts.Count <= 4 ? new ColumnReference(parts) : throw Unexpected();
    }

    private CaseExpression Case()
    {
        Word("CASE");
        var operand = Current.IsWord("WHEN") ? null : Expression();
        var whens = new List<WhenClause>();
        while (TryWord("WHEN"))
        {
            var condition = Expression();
            Word("THEN");
            whens.Add(new WhenClause(condition, Expression()));
        }

        if (whens.Count == 0) throw Unexpected();
        var otherwise = TryWord("ELSE") ? Expression() : null;
        Word("END");
        return new CaseExpression(operand, whens, otherwise);
    }

    private CastExpression Cast(bool attempt)
    {
        _at++;
        Symbol("(");
        var operand = Expression();
        Word("AS");
        var type = Type();
        Symbol(")");
        return new CastExpression(operand, type, attempt);
    }

    private FunctionCall Extract()
    {
        _at++;
        Symbol("(");
        var part = Current.Kind == TokenKind.String ? Text() : AnyName();
        Word("FROM");
        var operand = Expression();
        Symbol(")");
        return new FunctionCall("DATE_PART", [new TextLiteral(part), operand]);
    }

    private FunctionCall Call()
    {
        var name = Current.Text;
        _at++;
        Symbol("(");
        var distinct = false;
        var star = false;
        List<Expression> arguments = [];
        if (TrySymbol("*"))
        {
            star = true;
        }
        else if (!Current.IsSymbol(")"))
        {
            distinct = TryWord("DISTINCT");
            arguments = List(Expression);
            if (Current.IsSymbol("=>")) throw WarehouseErrors.Unsupported($"named arguments of {name}");
        }

        var ignoreNulls = Nulls();
        Symbol(")");
        List<OrderItem>? within = null;
        if (TryWords("WITHIN", "GROUP"))
        {
            Symbol("(");
            Word("ORDER");
            Word("BY");
            within = List(Order);
            Symbol(")");
        }

        ignoreNulls |= Nulls();
        return new FunctionCall(name, arguments, distinct, star, within, ignoreNulls, TryWord("OVER") ? Window() : null);
    }

    private bool Nulls()
    {
        if (TryWords("IGNORE", "NULLS")) return true;
        _ = TryWords("RESPECT", "NULLS");
        return false;
    }

    private WindowSpecification Window()
    {
        Symbol("(");
        List<Expression> partition = [];
        List<OrderItem> order = [];
        if (TryWords("PARTITION", "BY")) partition = List(Expression);
        if (TryWords("ORDER", "BY")) order = List(Order);
        var frame = Current.IsWord("ROWS") || Current.IsWord("RANGE") ? Frame() : null;
        Symbol(")");
        return new WindowSpecification(partition, order, frame);
    }

    private string Frame()
    {
        var unit = Current.Text;
        _at++;
        if (!TryWord("BETWEEN")) return $"{unit} {FrameBound()}";
        var from = FrameBound();
        Word("AND");
        return $"{unit} BETWEEN {from} AND {FrameBound()}";
    }

    private string FrameBound()
    {
        if (TryWords("CURRENT", "ROW")) return "CURRENT ROW";
        var start = TryWord("UNBOUNDED") ? "UNBOUNDED" : Integer().ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (TryWord("PRECEDING")) return start + " PRECEDING";
        Word("FOLLOWING");
        return start + " FOLLOWING";
    }
}
