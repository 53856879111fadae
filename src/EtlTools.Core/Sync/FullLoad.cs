using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>Reads the whole source into a staging table, then brings the target into line with it in one transaction.</summary>
internal sealed class FullLoad(RunContext context, bool allowEmpty)
{
    private const string DryStage = "pg_temp.etl_stage";
    private bool _isApplied;

    /// <summary>Target rows deleted because the source no longer has them.</summary>
    public long Deleted { get; private set; }

    /// <summary>Runs, and says how it ended.</summary>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        var (pipeline, plan) = (context.Pipeline, context.Plan);
        var cursor = context.Planner.Cursor(plan.Source);
        var sql = new SnowflakeFullSql(plan.Source.Name, cursor);
        var (rows, newest) = await context.Planner.QueryAsync(
            async (connection, token) => await FullBounds.FindAsync(connection, sql, pipeline.Settle, token).ConfigureAwait(false), stop).ConfigureAwait(false);
        var fields = SourceFields.Of(plan, cursor);
        var budget = new ErrorBudget(pipeline.MaxErrors, rows);
        var stage = context.Lease is null ? DryStage : StageName(pipeline.Name);
        var load = Plan(stage);
        context.Sql.AddRange([sql.Read(fields.Projections), .. plan.Statements, load.Sql.Upsert, load.Sql.DeleteMissing]);
        var session = new FullLoadSession(context.DryRun, context.Lease, pipeline.Name);
        var staging = new StagingWriter(session, load, context.Run, budget, context.Retry);
        var reader = context.Planner.Reader(new FullQueries(sql.Read(fields.Projections)), plan, context.Transform);
        if (context.Lease is { } lease)
        {
            reader.Encoder.QuarantinedKeys = await lease.RunAsync(
                context.Retry, (connection, token) => QuarantineStore.OpenKeysAsync(connection, pipeline.Name, token), stop).ConfigureAwait(false);
        }

        try
        {
            var status = await context.Pump.RunAsync(reader, staging, rows, stop).ConfigureAwait(false);
            if (status == RunStatus.Cancelled) return status;
            context.Pump.Report(SyncPhase.Applying, rows);
            FaultPoint.Reach("before-apply");
            var apply = new FullApply(session, load, context.Run, budget, allowEmpty, context.Retry);
            var outcome = await apply.ApplyAsync(staging, context.Pump.Counts, newest, context.Pump.Batches + 1).ConfigureAwait(false);
            return await FinishAsync(outcome, stage).ConfigureAwait(false);
        }
        finally
        {
            // Rows that were only staged went nowhere; those put aside meanwhile are in quarantine.
            if (!_isApplied) context.Pump.Replace(new RowCounts(context.Pump.Counts.Quarantined, 0, 0, 0, 0, context.Pump.Counts.Quarantined));
        }
    }

    private async Task<string> FinishAsync(FullOutcome outcome, string stage)
    {
        context.Pump.Replace(outcome.Counts);
        _isApplied = true;
        Deleted = outcome.Deleted;
        if (outcome.Note.Length > 0) context.Notes.Add(outcome.Note);
        FaultPoint.Reach("before-stage-drop");
        if (context.Lease is { } lease)
        {
            await lease.RunAsync(context.Retry, async (connection, token) =>
            {
                await BatchLoader.ExecuteAsync(connection, $"DROP TABLE IF EXISTS {stage}", token).ConfigureAwait(false);
                return true;
            }, CancellationToken.None).ConfigureAwait(false);
        }

        if (outcome.Counts.Quarantined > 0) return RunStatus.Quarantined;
        return outcome.Counts.Read == 0 && outcome.Deleted == 0 ? RunStatus.Idle : RunStatus.Done;
    }

    private LoadPlan Plan(string stage)
    {
        var (pipeline, plan) = (context.Pipeline, context.Plan);
        return context.Lease is null
            ? LoadPlan.ForDryRun(plan, stage, context.DryRun!, emptyAtCommit: false, pipeline.OnMissingParent)
            : LoadPlan.ForTarget(
                plan, stage, UpsertSql.CreateDurableStage(stage, plan.Target.Name.ToSql(), plan.TargetColumns), pipeline.OnMissingParent);
    }

    // One table per pipeline: what an interrupted run left is found and dropped by the next.
    private static string StageName(string pipeline) => "etl." + PostgresIdentifier.Quote("full_" + StableName.Of(pipeline));
}
