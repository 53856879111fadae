using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Ast;

internal abstract record Expression;

internal sealed record NullLiteral : Expression;

internal sealed record BooleanLiteral(bool Value) : Expression;

internal sealed record NumberLiteral(string Text) : Expression;

internal sealed record TextLiteral(string Value) : Expression;

/// <summary>A bound value: "1", "2", … for question marks, else the name after the colon.</summary>
internal sealed record BindReference(string Name) : Expression;

/// <summary>A column, optionally qualified by table, schema and database; the last part is the column.</summary>
internal sealed record ColumnReference(IReadOnlyList<string> Parts) : Expression
{
    internal string Name => Parts[^1];
}

internal sealed record UnaryExpression(string Operator, Expression Operand) : Expression;

internal sealed record BinaryExpression(string Operator, Expression Left, Expression Right) : Expression;

internal sealed record IsNullExpression(Expression Operand, bool Negated) : Expression;

internal sealed record DistinctFromExpression(Expression Left, Expression Right, bool Negated) : Expression;

internal sealed record InListExpression(Expression Operand, IReadOnlyList<Expression> Items, bool Negated) : Expression;

internal sealed record InQueryExpression(Expression Operand, Query Query, bool Negated) : Expression;

internal sealed record BetweenExpression(Expression Operand, Expression Low, Expression High, bool Negated) : Expression;

internal sealed record LikeExpression(Expression Operand, Expression Pattern, Expression? Escape, bool IgnoreCase, bool Negated) : Expression;

internal sealed record WhenClause(Expression Condition, Expression Result);

internal sealed record CaseExpression(Expression? Operand, IReadOnlyList<WhenClause> Whens, Expression? Else) : Expression;

internal sealed record CastExpression(Expression Operand, SnowType Type, bool Try) : Expression;

internal sealed record ExistsExpression(Query Query) : Expression;

internal sealed record ScalarQueryExpression(Query Query) : Expression;

/// <summary>A step into a semi-structured value: <c>v:key</c>, <c>v.key</c>, <c>v['key']</c> or <c>v[0]</c>.</summary>
internal sealed record PathExpression(Expression Operand, Expression Step) : Expression;

internal sealed record OrderItem(Expression Expression, bool Descending, bool? NullsFirst);

internal sealed record WindowSpecification(IReadOnlyList<Expression> PartitionBy, IReadOnlyList<OrderItem> OrderBy, string? Frame);

internal sealed record FunctionCall(
    string Name,
    IReadOnlyList<Expression> Arguments,
    bool Distinct = false,
    bool Star = false,
    IReadOnlyList<OrderItem>? WithinGroup = null,
    bool IgnoreNulls = false,
    WindowSpecification? Over = null) : Expression;

/// <summary>An <c>OBJECT_CONSTRUCT(*)</c>-free star in a select list.</summary>
internal sealed record StarExpression(IReadOnlyList<string> Qualifier, IReadOnlyList<string> Exclude) : Expression;
