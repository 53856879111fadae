namespace EtlTools.Core.Rows;

/// <summary>What has to be done to a column's text on its way from the source to the target.</summary>
/// <param name="Kind">The one thing.</param>
/// <param name="Limit">Characters for <see cref="ColumnRuleKind.BoundedText"/>; fraction digits the target keeps for <see cref="ColumnRuleKind.Time"/>; else 0.</param>
internal readonly record struct ColumnRule(ColumnRuleKind Kind, int Limit)
{
    /// <summary>The text goes through as it is.</summary>
    public static ColumnRule PassThrough { get; } = new(ColumnRuleKind.PassThrough, 0);
}

internal enum ColumnRuleKind
{
    /// <summary>The text goes through as it is.</summary>
    PassThrough,

    /// <summary>varchar(n): PostgreSQL refuses longer text, but cuts off blanks beyond n silently; so the length is checked here.</summary>
    BoundedText,

    /// <summary>PostgreSQL rounds a finer fraction of a second; so it is checked here.</summary>
    Time,

    /// <summary>Hexadecimal digits that bytea reads after <c>\x</c>.</summary>
    Binary,
}
