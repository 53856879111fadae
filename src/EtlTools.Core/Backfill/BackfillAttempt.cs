using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Resilience;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Core.Backfill;

/// <summary>One process's part in a backfill.</summary>
internal sealed class BackfillAttempt(EtlServices services, PipelineDefinition pipeline, BackfillOptions options, Guid runId, RowPump pump, IProgress<BackfillSnapshot>? progress) : IRunAttempt
{
    private readonly PlanSelection _selection = new(services, pipeline, options);
    private readonly List<string> _notes = [];
    private readonly List<string> _sql = [];

    /// <summary>The plan, once it is found or made.</summary>
    public BackfillPlan? Plan { get; private set; }

    /// <inheritdoc/>
    public SyncWindow? Window => null;

    /// <inheritdoc/>
    public long Deleted => 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Sql => _sql;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => _notes;

    /// <inheritdoc/>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        var planner = new TablePlanner(services, pipeline, $"etl-tools backfill {pipeline.Name} {runId}");
        var tables = await BackfillColumns.EnsureAsync(services, planner, pipeline, stop).ConfigureAwait(false);
        _notes.AddRange(tables.Plan.Notes);
        (Plan, var isNew) = await _selection.SelectAsync(tables, new BackfillPlanner(services, pipeline, planner), stop).ConfigureAwait(false);
        if (Plan.IsFinished)
        {
            _notes.Add($"Backfill {Plan.Name} is finished; there is nothing to join.");
            return RunStatus.Idle;
        }

        _notes.AddRange(_selection.Notes);
        NotePlan(Plan);
        await _selection.StateAsync(async (connection, token) =>
        {
            if (!await PlanStore.BeginWorkAsync(connection, Plan.Id, token).ConfigureAwait(false)) throw GivenUp(Plan);
            await PartitionStore.BeatAsync(connection, Plan.Id, runId, [], token).ConfigureAwait(false);
            await PartitionStore.MarkAbandonedAsync(connection, Plan.Id, runId, token).ConfigureAwait(false);
            if (options.Unpark) await PlanStore.UnparkAsync(connection, Plan.Id, token).ConfigureAwait(false);
        }, stop).ConfigureAwait(false);
        FaultPoint.Reach("backfill-planned");
        if (isNew) _notes.AddRange(await PutOffIndexes.DropAsync(services, Plan, tables, stop).ConfigureAwait(false));
        var run = new RunIdentity(pipeline.Name, runId, IsRetry: false);
        var expected = Plan.Estimate.Rows;
        var context = new BackfillContext(services, pipeline with { BatchSize = Plan.BatchSize }, Plan, tables, run, planner)
        {
            Progressed = (counts, bytes) =>
            {
                pump.Replace(counts, bytes);
                pump.Report(SyncPhase.Moving, expected);
            },
        };
        _sql.Add(context.Load.Sql.Upsert);
        return await WorkAsync(context, stop).ConfigureAwait(false);
    }

    private async Task<string> WorkAsync(BackfillContext context, CancellationToken stop)
    {
        using var halt = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var isCancelled = false;
        Exception? error = null;
        try
        {
            var heartbeat = new Heartbeat(context, () =>
            {
                isCancelled = true;
                halt.Cancel();
            });
            var poll = new SnapshotPoll(services, context.Plan.Id, progress);
            await using (heartbeat.ConfigureAwait(false))
            await using (poll.ConfigureAwait(false))
            {
                var workers = Enumerable.Range(1, options.Workers).Select(number => WorkAsync(context, number, halt)).ToList();
                try
                {
                    await Task.WhenAll(workers).ConfigureAwait(false);
                }
                finally
                {
                    pump.Replace(context.Done.Counts, context.Done.Bytes);
                }

                // Under the same signs of life: it may take as long as the load.
                var (left, parked) = await CountAsync(context).ConfigureAwait(false);
                if ((left == 0 && parked == 0) || isCancelled) await PutOffIndexes.BuildAsync(services, context.Plan.Id, stop).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            error = failure;
        }

        return await SettleAsync(context, isCancelled, error, stop).ConfigureAwait(false);
    }

    // One worker that meets something which would meet all of them stops the others at their next batch.
    private static async Task WorkAsync(BackfillContext context, int number, CancellationTokenSource halt)
    {
        try
        {
            await Task.Run(() => new BackfillWorker(context, number).RunAsync(halt.Token), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (halt.IsCancellationRequested)
        {
            // The stop met it between two partitions.
        }
        catch
        {
            await halt.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<string> SettleAsync(BackfillContext context, bool isCancelled, Exception? error, CancellationToken stop)
    {
        var id = context.Plan.Id;
        // A stop while indexes were built is a stop like any other: they are built when it goes on.
        var isStopped = error is OperationCanceledException && stop.IsCancellationRequested;
        if (isStopped) error = null;
        var (open, parked) = await CountAsync(context).ConfigureAwait(false);
        if (error is null && open == 0 && parked > 0)
        {
            error = new DataException(
                string.Create(CultureInfo.InvariantCulture, $"{context.Plan.Name}: {parked} of {context.Plan.PartitionCount} partitions failed too often and are parked; the others are done."),
                $"See `etl backfill status {context.Plan.Name}` for the reasons; when they are mended, `etl backfill retry {context.Plan.Name}` goes on with them.");
        }

        var told = error is null ? null : Failure.Of(error);
        var unfinished = error is not null ? BackfillStatus.Failed : isCancelled ? BackfillStatus.Cancelled : BackfillStatus.Stopped;
        await _selection.StateAsync((connection, token) => PlanStore.SettleAsync(connection, id, unfinished, told?.Code, told?.Message, token), CancellationToken.None).ConfigureAwait(false);
        Plan = await _selection.StateAsync((connection, token) => BackfillStore.FindAsync(connection, id, token), CancellationToken.None).ConfigureAwait(false);
        if (error is null && Plan is { Status: BackfillStatus.Replaced } replaced) error = GivenUp(replaced);
        if (error is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        if (open > 0 || isStopped) return RunStatus.Cancelled;
        return Plan!.Status == BackfillStatus.Quarantined ? RunStatus.Quarantined : RunStatus.Done;
    }

    private Task<(long Open, long Parked)> CountAsync(BackfillContext context) =>
        _selection.StateAsync((connection, token) => PartitionStore.CountAsync(connection, context.Plan.Id, token), CancellationToken.None);

    private static ConflictException GivenUp(BackfillPlan plan) => new(
        $"The plan of {plan.Name} was given up meanwhile by a start with --restart.", "What was committed counts. Start it again to take part in the new plan.");

    private void NotePlan(BackfillPlan plan)
    {
        if (plan.NullCursors == 0 || (plan.Parameters.From ?? plan.Parameters.To) is null) return;
        _notes.Add(string.Create(
            CultureInfo.InvariantCulture, $"{plan.NullCursors} source rows have no {plan.CursorColumn}; a range leaves them out, a backfill without --from and --to reads them."));
    }
}
