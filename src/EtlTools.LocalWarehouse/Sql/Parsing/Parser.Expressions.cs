using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>Expressions by precedence: OR, AND, NOT, predicates, comparison, ||, + -, * / %, unary, postfix.</summary>
internal sealed partial class Parser
{
    private Expression Expression() => Nested(Disjunction);

    private Expression Disjunction()
    {
        var left = Conjunction();
        while (TryWord("OR")) left = new BinaryExpression("OR", left, Conjunction());
        return left;
    }

    private Expression Conjunction()
    {
        var left = Negation();
        while (TryWord("AND")) left = new BinaryExpression("AND", left, Negation());
        return left;
    }

    private Expression Negation() => TryWord("NOT") ? new UnaryExpression("NOT", Nested(Negation)) : Predicate();

    private Expression Predicate()
    {
        var left = Additive();
        while (true)
        {
            if (Current.Kind == TokenKind.Symbol && Current.Text is "=" or "<" or ">" or "<=" or ">=" or "<>")
            {
                var symbol = Current.Text;
                _at++;
                if (Current.IsWord("ANY") || Current.IsWord("ALL") || Current.IsWord("SOME"))
                    throw WarehouseErrors.Unsupported($"comparison with {Current.Text}");
                left = new BinaryExpression(symbol, left, Additive());
            }
            else if (TryWord("IS"))
            {
                var negated = TryWord("NOT");
                if (TryWord("NULL")) left = new IsNullExpression(left, negated);
                else if (TryWords("DISTINCT", "FROM")) left = new DistinctFromExpression(left, Additive(), negated);
                else throw Unexpected();
            }
            else if (WordPredicate(left) is { } predicate)
            {
                left = predicate;
            }
            else
            {
                return left;
            }
        }
    }

    private Expression? WordPredicate(Expression left)
    {
        var start = _at;
        var negated = TryWord("NOT");
        if (TryWord("IN")) return In(left, negated);
        if (TryWord("BETWEEN"))
        {
            var low = Additive();
            Word("AND");
            return new BetweenExpression(left, low, Additive(), negated);
        }

        if (Current.IsWord("LIKE") || Current.IsWord("ILIKE"))
        {
            var ignoreCase = Current.Text == "ILIKE";
            _at++;
            if (Current.IsWord("ANY") || Current.IsWord("ALL")) throw WarehouseErrors.Unsupported($"LIKE {Current.Text}");
            var pattern = Additive();
            return new LikeExpression(left, pattern, TryWord("ESCAPE") ? Additive() : null, ignoreCase, negated);
        }

        if (TryWord("RLIKE") || TryWord("REGEXP"))
        {
            Expression call = new FunctionCall("REGEXP_LIKE", [left, Additive()]);
            return negated ? new UnaryExpression("NOT", call) : call;
        }

        _at = start;
        return null;
    }

    private Expression In(Expression left, bool negated)
    {
        Symbol("(");
        if (AtQuery)
        {
            var query = Query();
            Symbol(")");
            return new InQueryExpression(left, query, negated);
        }

        var items = List(Expression);
        Symbol(")");
        return new InListExpression(left, items, negated);
    }

    private Expression Additive()
    {
        var left = Multiplicative();
        while (Current.Kind == TokenKind.Symbol && Current.Text is "+" or "-" or "||")
        {
            var symbol = Current.Text;
            _at++;
            left = new BinaryExpression(symbol, left, Multiplicative());
        }

        return left;
    }

    private Expression Multiplicative()
    {
        var left = Unary();
        while (Current.Kind == TokenKind.Symbol && Current.Text is "*" or "/" or "%")
        {
            var symbol = Current.Text;
            _at++;
            left = new BinaryExpression(symbol, left, Unary());
        }

        return left;
    }

    private Expression Unary()
    {
        if (TrySymbol("-"))
        {
            var operand = Nested(Unary);
            return operand is NumberLiteral number && !number.Text.StartsWith('-')
                ? new NumberLiteral("-" + number.Text)
                : new UnaryExpression("-", operand);
        }

        return TrySymbol("+") ? Nested(Unary) : Postfix(Primary());
    }

    private Expression Postfix(Expression operand)
    {
        while (true)
        {
            if (TrySymbol("::"))
            {
                operand = new CastExpression(operand, Type(), false);
            }
            else if (Current.IsSymbol(":") && Ahead(1).Kind is TokenKind.Word or TokenKind.QuotedIdentifier)
            {
                _at++;
                operand = new PathExpression(operand, new TextLiteral(PathKey()));
            }
            else if (Current.IsSymbol(".") && operand is PathExpression)
            {
                _at++;
                operand = new PathExpression(operand, new TextLiteral(PathKey()));
            }
            else if (TrySymbol("["))
            {
                operand = new PathExpression(operand, Expression());
                Symbol("]");
            }
            else
            {
                return operand;
            }
        }
    }

    /// <summary>A path key is exact in case, quoted or not.</summary>
    private string PathKey()
    {
        var token = Current;
        if (token.Kind is not (TokenKind.Word or TokenKind.QuotedIdentifier)) throw Unexpected();
        _at++;
        return token.Kind == TokenKind.Word ? _sql[token.Start..token.End] : token.Text;
    }
}
