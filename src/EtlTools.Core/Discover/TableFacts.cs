using EtlTools.Core.Postgres;

namespace EtlTools.Core.Discover;

/// <summary>What the catalog says of a table beyond its columns: what guesses are made from.</summary>
/// <param name="Table">The table.</param>
/// <param name="IsView">Whether it is a view, materialized or not.</param>
/// <param name="EstimatedRows">Rows by the planner's statistics; null when there are none.</param>
/// <param name="IsReadable">Whether this user may read it.</param>
/// <param name="UniqueKeys">Unique indexes over plain columns without a condition, the primary key first.</param>
/// <param name="LeadingColumns">Each valid B-tree index without a condition, by its first column.</param>
/// <param name="Defaults">The default expression by column.</param>
/// <param name="UpdateTriggers">Row triggers before UPDATE, with the text of their function.</param>
internal sealed record TableFacts(
    PostgresTable Table,
    bool IsView,
    long? EstimatedRows,
    bool IsReadable,
    IReadOnlyList<UniqueKey> UniqueKeys,
    ILookup<string, string> LeadingColumns,
    IReadOnlyDictionary<string, string> Defaults,
    IReadOnlyList<(string Name, string Body)> UpdateTriggers);

/// <summary>A unique index.</summary>
internal sealed record UniqueKey(string Name, bool IsPrimary, IReadOnlyList<string> Columns);
