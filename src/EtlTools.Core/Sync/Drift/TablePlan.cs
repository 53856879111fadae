using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.Drift;

/// <summary>How the two tables of a pipeline fit together.</summary>
/// <param name="Source">The source table.</param>
/// <param name="Target">The target table as it is now.</param>
/// <param name="Columns">Columns that travel, key columns among them.</param>
/// <param name="Key">Key columns as named in the target.</param>
/// <param name="Added">Target columns to be added first.</param>
/// <param name="Statements">The DDL that adds them.</param>
/// <param name="Notes">What a person should know: columns left out and why.</param>
internal sealed record TablePlan(
    SnowflakeTable Source,
    PostgresTable Target,
    IReadOnlyList<ColumnPlan> Columns,
    IReadOnlyList<string> Key,
    IReadOnlyList<PostgresColumn> Added,
    IReadOnlyList<string> Statements,
    IReadOnlyList<string> Notes)
{
    /// <summary>Names of the target columns written.</summary>
    public IReadOnlyList<string> TargetColumns { get; } = [.. Columns.Select(column => column.Target)];
}
