using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>How the two tables of a pipeline to Snowflake fit together.</summary>
/// <param name="Source">The source table.</param>
/// <param name="Target">The target table.</param>
/// <param name="Columns">Columns that travel, key columns among them.</param>
/// <param name="Key">Positions of the key columns among <paramref name="Columns"/>.</param>
/// <param name="IsKeyUnique">Whether a unique index at the source keeps a key from coming twice.</param>
/// <param name="LoadedAt">Quoted target column that is set to the time of loading; null when the target has none.</param>
/// <param name="SoftDelete">Target column that marks rows gone from the source; null when there is none.</param>
/// <param name="Statements">DDL that has to run first.</param>
/// <param name="Notes">What a person should know.</param>
internal sealed record OutboundPlan(
    PostgresTable Source,
    SnowflakeTable Target,
    IReadOnlyList<OutboundColumn> Columns,
    IReadOnlyList<int> Key,
    bool IsKeyUnique,
    string? LoadedAt,
    SnowflakeColumn? SoftDelete,
    IReadOnlyList<string> Statements,
    IReadOnlyList<string> Notes)
{
    /// <summary>The key columns.</summary>
    public IEnumerable<OutboundColumn> KeyColumns => Key.Select(position => Columns[position]);
}
