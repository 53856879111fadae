using System.Globalization;
using System.Text.Json;
using EtlTools.Core.Config;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;

namespace EtlTools.Core.Sync;

/// <summary>
/// Tries quarantined rows again, after the source or the target was repaired. The row is read from the source anew by its key, so
/// an old version never overwrites a newer one; a row the source no longer has is discarded.
/// </summary>
public sealed class QuarantineRetry(EtlServices services)
{
    /// <summary>Retries the open rows of a pipeline. The watermark stays where it is.</summary>
    /// <param name="pipeline">Whose rows.</param>
    /// <param name="progress">Told after each batch, on a worker thread; may be null.</param>
    /// <param name="stop">Ends at the next batch boundary.</param>
    /// <param name="transform">The transform the rows were synced with; null when there is none. A row it drops is discarded.</param>
    public Task<SyncResult> RunAsync(
        PipelineDefinition pipeline, IProgress<SyncProgress>? progress, CancellationToken stop, IRowTransform? transform = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return new RecordedRun(services).RunAsync(
            pipeline, "retry", new SyncOptions(), progress, (runId, pump) => new Attempt(services, pipeline, runId, pump, transform), stop);
    }

    private sealed class Attempt(EtlServices services, PipelineDefinition pipeline, Guid runId, RowPump pump, IRowTransform? transform) : IRunAttempt
    {
        private readonly List<string> _notes = [];

        public SyncWindow? Window => null;

        public long Deleted => 0;

        public IReadOnlyList<string> Sql => [];

        public IReadOnlyList<string> Notes => _notes;

        public Task<string> RunAsync(CancellationToken stop) =>
            LeasedRun.RunAsync(services, pipeline, runId, lease => RetryAsync(lease, stop), stop);

        private async Task<string> RetryAsync(PipelineLease lease, CancellationToken stop)
        {
            var retry = services.Resilience.For(ResiliencePipelines.Postgres);
            var open = await lease.RunAsync(
                retry, (connection, token) => QuarantineStore.OpenKeysAsync(connection, pipeline.Name, token), stop).ConfigureAwait(false);
            var keys = open.Select(key => JsonSerializer.Deserialize<string[]>(key)!).Where(CanBeBound).ToList<IReadOnlyList<string>>();
            if (keys.Count > 0) await LoadAsync(lease, open, keys, stop).ConfigureAwait(false);

            var gone = stop.IsCancellationRequested ? 0 : await lease.RunAsync(
                retry,
                (connection, token) => QuarantineStore.DiscardUnseenAsync(connection, pipeline.Name, [.. keys.Select(Rows.RowJson.Array)], runId, token),
                CancellationToken.None).ConfigureAwait(false);
            var remaining = await lease.RunAsync(
                retry, (connection, token) => QuarantineStore.CountOpenAsync(connection, pipeline.Name, token), CancellationToken.None).ConfigureAwait(false);
            Note(gone, "rows are no longer at the source and were discarded.");
            Note(remaining, "rows remain in quarantine.");
            services.Logger.QuarantineRetried(pipeline.Name, pump.Counts.Read - pump.Counts.Quarantined, remaining);
            if (stop.IsCancellationRequested) return RunStatus.Cancelled;
            return remaining > 0 ? RunStatus.Quarantined : pump.Counts.Read == 0 && gone == 0 ? RunStatus.Idle : RunStatus.Done;
        }

        private async Task LoadAsync(PipelineLease lease, HashSet<string> open, List<IReadOnlyList<string>> keys, CancellationToken stop)
        {
            var planner = new TablePlanner(services, pipeline, $"etl-tools retry {pipeline.Name} {runId}");
            var plan = await planner.PlanAsync(stop).ConfigureAwait(false);
            var reader = planner.Reader(new QuarantineQueries(plan, SourceFields.Of(plan, null).Projections, keys), plan, transform);
            reader.Encoder.QuarantinedKeys = open;
            const string stage = "pg_temp.etl_stage";
            var load = LoadPlan.ForTarget(
                plan, stage,
                UpsertSql.CreateStage(stage, plan.Target.Name.ToSql(), plan.TargetColumns, emptyAtCommit: true), pipeline.OnMissingParent);
            var context = new RunContext(services, pipeline, new RunIdentity(pipeline.Name, runId, IsRetry: true), planner, plan, lease, pump);
            // Rows that fail again are where they were before, so no number of them is too many.
            var budget = new ErrorBudget(new ErrorLimit(long.MaxValue, null), keys.Count);
            var writer = new TargetWriter(
                lease, load, context.Run, new WindowPosition(lease.Watermark, null, string.CompareOrdinal), budget, context.Retry, services.Logger);
            await pump.RunAsync(reader, writer, keys.Count, stop).ConfigureAwait(false);
        }

        // A key with a NUL cannot be asked for; such a row stays until it is repaired at the source and synced, or discarded.
        private static bool CanBeBound(string[] key) => !key.Any(value => value.Contains('\0', StringComparison.Ordinal));

        private void Note(long count, string what)
        {
            if (count > 0) _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        }
    }
}
