using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>The tables beside the target through which rows come into it. Names are complete and quoted.</summary>
/// <param name="Stage">Rows as they travelled.</param>
/// <param name="Rows">Typed rows.</param>
internal sealed record StagingTables(string Stage, string Rows)
{
    /// <summary>The same tables for each run of a pipeline: what an interrupted run left is found and replaced by the next.</summary>
    /// <param name="target">The table beside which they stand.</param>
    /// <param name="pipeline">Whose rows they take.</param>
    /// <param name="dryRun">A dry run, which has tables of its own, since runs may go on beside it; null for a run that writes.</param>
    public static StagingTables Of(SnowflakeTableName target, string pipeline, Guid? dryRun)
    {
        var name = StableName.Of(dryRun is { } run ? $"{pipeline} {run}" : pipeline).ToUpperInvariant();
        return new StagingTables(Beside("ETL_STAGE_"), Beside("ETL_ROWS_"));
        string Beside(string prefix) => $"{target.Database.ToSql()}.{target.Schema.ToSql()}.{SnowflakeIdentifier.Quote(prefix + name)}";
    }
}
