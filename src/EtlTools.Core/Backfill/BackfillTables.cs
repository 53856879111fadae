using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.Core.Sync.Drift;

namespace EtlTools.Core.Backfill;

/// <summary>The two tables of a backfill, fitted together, and what follows from them.</summary>
/// <param name="Plan">How they fit.</param>
/// <param name="Cursor">The source's cursor; null when the pipeline has none.</param>
/// <param name="Age">The target column that holds it, by which a newer version in the target is told; null likewise.</param>
internal sealed record BackfillTables(TablePlan Plan, SnowflakeCursor? Cursor, PostgresColumn? Age)
{
    /// <summary>The statements at the source.</summary>
    public PartitionSql Sql => new(Plan.Source.Name, Cursor, SourceFields.Of(Plan, null).Key);

    /// <summary>The column by which a partition is ordered, and a broken read of it goes on; null when it starts over.</summary>
    public SnowflakeCursor? OrderOf(BackfillPartition partition)
    {
        if (partition.Kind == PartitionKind.Range && Cursor is not null) return Cursor;
        var first = Plan.Columns.First(column => column.Target == Plan.Key[0]).Source;
        return first.Type.Kind is SnowflakeTypeKind.Number or SnowflakeTypeKind.Text or SnowflakeTypeKind.Date
            or SnowflakeTypeKind.TimestampNtz or SnowflakeTypeKind.TimestampLtz or SnowflakeTypeKind.TimestampTz
            ? new SnowflakeCursor(first, "UTC")
            : null;
    }

    /// <summary>Fits the tables together, without changing anything.</summary>
    /// <exception cref="DriftException">They do not fit.</exception>
    /// <exception cref="ConfigurationException">The target does not keep the cursor, so newer rows there could not be told from older ones.</exception>
    public static async Task<BackfillTables> FindAsync(TablePlanner planner, PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        var plan = await planner.PlanAsync(cancellationToken).ConfigureAwait(false);
        if (planner.Cursor(plan.Source) is not { } cursor) return new BackfillTables(plan, null, null);
        var source = plan.Source.Find(pipeline.WatermarkColumn!)!;
        var name = plan.Columns.FirstOrDefault(column => column.Source == source)?.Target;
        var age = name is null ? null : plan.Target.Find(name) ?? plan.Added.First(column => column.Name == name);
        return new BackfillTables(plan, cursor, age ?? throw new ConfigurationException(
            $"{pipeline.Name}: {plan.Target.Name} does not keep {source.Name}, so a backfill could not tell whether a row there is newer than the one it brings.",
            $"Add the column: ALTER TABLE {plan.Target.Name.ToSql()} ADD COLUMN {PostgresIdentifier.Quote(TargetNames.Natural(source.Name))} {TypeFit.PostgresTypeFor(source.Type)};"));
    }
}
