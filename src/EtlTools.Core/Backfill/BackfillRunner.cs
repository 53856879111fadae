using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Resilience;
using EtlTools.Core.State;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Sync;

namespace EtlTools.Core.Backfill;

/// <summary>
/// Moves the history of a pipeline: plans once, then works on the plan with several workers, in as many processes as take part. A start
/// goes on with the unfinished plan of the same name. The pipeline's watermark is not touched, and its syncs may run at the same time.
/// </summary>
public sealed class BackfillRunner(EtlServices services)
{
    /// <summary>Plans, or goes on with a plan, and works until nothing of it is left.</summary>
    /// <param name="pipeline">What is moved.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told every second how the plan stands, on a worker thread; may be null.</param>
    /// <param name="stop">Ends the work at the next batch boundary.</param>
    /// <exception cref="ConfigurationException">The pipeline goes to Snowflake.</exception>
    /// <exception cref="EtlException">The state tables are missing or of another version, or PostgreSQL cannot be reached: nothing was begun.</exception>
    public async Task<BackfillResult> RunAsync(PipelineDefinition pipeline, BackfillOptions options, IProgress<BackfillSnapshot>? progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(options);
        await EnsureReadyAsync(pipeline, stop).ConfigureAwait(false);
        if (options.DryRun) return await PlanAsync(pipeline, options, stop).ConfigureAwait(false);
        BackfillAttempt? attempt = null;
        var result = await new RecordedRun(services).RunAsync(
            pipeline, new RunKind(RunOperation.Backfill, options.Method ?? "auto", IsDryRun: false), null,
            (runId, pump) => attempt = new BackfillAttempt(services, pipeline, options, runId, pump, progress), stop).ConfigureAwait(false);
        var partitions = attempt?.Plan is { } plan ? await PartitionsAsync(plan.Id).ConfigureAwait(false) : [];
        return new BackfillResult(attempt?.Plan, partitions, result.Run, result.Notes, result.Error);
    }

    private async Task<BackfillResult> PlanAsync(PipelineDefinition pipeline, BackfillOptions options, CancellationToken stop)
    {
        var planner = new TablePlanner(services, pipeline, $"etl-tools backfill plan {pipeline.Name}");
        var tables = await BackfillTables.FindAsync(planner, pipeline, stop).ConfigureAwait(false);
        var (plan, partitions) = await new BackfillPlanner(services, pipeline, planner).MakeAsync(tables, options, stop).ConfigureAwait(false);
        return new BackfillResult(plan, partitions, null, tables.Plan.Notes, null);
    }

    private async Task EnsureReadyAsync(PipelineDefinition pipeline, CancellationToken stop)
    {
        if (pipeline.Direction == SyncDirection.PostgresToSnowflake)
        {
            throw new ConfigurationException(
                $"{pipeline.Name} goes to Snowflake; a backfill moves history from Snowflake to PostgreSQL.",
                $"Run `etl sync {pipeline.Name} --mode full`, which takes the whole table by files.");
        }

        await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(
            async token => await new PostgresMigrator(services.Postgres.DataSource, services.Logger).EnsureCurrentAsync(cancellationToken: token).ConfigureAwait(false),
            stop).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<BackfillPartition>> PartitionsAsync(Guid id)
    {
        try
        {
            await using var connection = await services.Postgres.OpenAsync(CancellationToken.None).ConfigureAwait(false);
            return await BackfillStore.PartitionsAsync(connection, id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception lost) when (lost is EtlException || Postgres.PostgresErrors.IsTransient(lost))
        {
            // The result has an error already that says why PostgreSQL cannot be asked.
            return [];
        }
    }
}

/// <summary>How a process's part in a backfill ended.</summary>
/// <param name="Plan">The plan as it stands; null when none was found or made.</param>
/// <param name="Partitions">Its partitions as they stand; of a dry run those that would be made.</param>
/// <param name="Run">The process's run; null for a dry run.</param>
/// <param name="Notes">What a person should know.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record BackfillResult(
    BackfillPlan? Plan, IReadOnlyList<BackfillPartition> Partitions, RunRecord? Run, IReadOnlyList<string> Notes, Exception? Error);
