namespace EtlTools.LocalWarehouse.Sql.Ast;

/// <summary>A possibly qualified object name; parts are already folded or exact.</summary>
internal sealed record ObjectName(IReadOnlyList<string> Parts)
{
    internal string Last => Parts[^1];

    public bool Equals(ObjectName? other) => other is not null && Parts.SequenceEqual(other.Parts, StringComparer.Ordinal);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Last);

    public override string ToString() => string.Join('.', Parts);
}

internal sealed record CommonTable(string Name, IReadOnlyList<string> Columns, Query Query);

internal sealed record Query(
    IReadOnlyList<CommonTable> With, QueryBody Body, IReadOnlyList<OrderItem> OrderBy, Expression? Limit, Expression? Offset, bool Recursive = false);

internal abstract record QueryBody;

internal sealed record SelectItem(Expression Expression, string? Alias, string SourceText);

internal sealed record SelectBody(
    bool Distinct,
    IReadOnlyList<SelectItem> Items,
    FromItem? From,
    Expression? Where,
    IReadOnlyList<Expression> GroupBy,
    Expression? Having,
    Expression? Qualify) : QueryBody;

internal sealed record SetOperation(QueryBody Left, string Operator, bool All, QueryBody Right) : QueryBody;

internal sealed record ValuesBody(IReadOnlyList<IReadOnlyList<Expression>> Rows) : QueryBody;

internal sealed record NestedQuery(Query Query) : QueryBody;

internal abstract record FromItem;

internal sealed record TableSource(ObjectName Name, string? Alias, IReadOnlyList<string> ColumnAliases) : FromItem;

internal sealed record QuerySource(Query Query, string? Alias, IReadOnlyList<string> ColumnAliases) : FromItem;

internal enum JoinKind
{
    Inner,
    Left,
    Right,
    Full,
    Cross,
}

internal sealed record JoinSource(FromItem Left, FromItem Right, JoinKind Kind, Expression? On, IReadOnlyList<string> Using) : FromItem;

/// <summary><c>TABLE(VALIDATE(table, JOB_ID => id))</c>: the rows a COPY refused.</summary>
internal sealed record ValidateSource(ObjectName Table, Expression JobId, string? Alias) : FromItem;

/// <summary>Staged files as a source of rows: their fields are the columns $1, $2, ….</summary>
internal sealed record StageSource(StageReference Stage, string? Alias) : FromItem;
