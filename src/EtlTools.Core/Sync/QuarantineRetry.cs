using System.Globalization;
using System.Text.Json;
using EtlTools.Core.Config;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.State;
using EtlTools.Core.Sync.Drift;
using EtlTools.Core.Sync.ToSnowflake;
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
    /// <param name="isDryRun">Whether everything but the write is done, without a lease.</param>
    public Task<SyncResult> RunAsync(
        PipelineDefinition pipeline, IProgress<SyncProgress>? progress, CancellationToken stop, IRowTransform? transform = null, bool isDryRun = false)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        if (transform is not null) OutboundTransforms.Refuse([pipeline]);
        return new RecordedRun(services).RunAsync(
            pipeline, RunKind.Of(RunOperation.Retry, new SyncOptions { DryRun = isDryRun }), progress,
            (runId, pump) => pipeline.Direction == SyncDirection.PostgresToSnowflake
                ? new OutboundRetry(services, pipeline, runId, pump, isDryRun)
                : new Attempt(services, pipeline, runId, pump, transform) { IsDryRun = isDryRun }, stop);
    }

    private sealed class Attempt(EtlServices services, PipelineDefinition pipeline, Guid runId, RowPump pump, IRowTransform? transform) : IRunAttempt
    {
        private const string Stage = "pg_temp.etl_stage";
        private readonly List<string> _notes = [];

        public bool IsDryRun { get; init; }

        public SyncWindow? Window => null;

        public long Deleted => 0;

        public IReadOnlyList<string> Sql => [];

        public IReadOnlyList<string> Notes => _notes;

        // A dry run takes no lease, since it writes nothing.
        public Task<string> RunAsync(CancellationToken stop) =>
            IsDryRun ? PredictAsync(stop) : LeasedRun.RunAsync(services, pipeline, runId, lease => RetryAsync(lease, stop), stop);

        private async Task<string> PredictAsync(CancellationToken stop)
        {
            var retry = services.Resilience.For(ResiliencePipelines.Postgres);
            var open = await retry.ExecuteAsync(async token =>
            {
                await using var connection = await services.Postgres.OpenAsync(token).ConfigureAwait(false);
                return await QuarantineStore.OpenKeysAsync(connection, pipeline.Name, token).ConfigureAwait(false);
            }, stop).ConfigureAwait(false);
            var keys = Keys(open);
            if (keys.Count == 0) return RunStatus.Idle;
            var (plan, reader) = await ReadAsync(keys, stop).ConfigureAwait(false);
            var session = new DryRunSession(services.Postgres);
            await using var _ = session.ConfigureAwait(false);
            var writer = new DryRunWriter(
                session, LoadPlan.ForDryRun(plan, Stage, session, emptyAtCommit: true, pipeline.OnMissingParent), pipeline.Name, Unlimited(keys.Count), retry);
            var status = await pump.RunAsync(reader, writer, keys.Count, stop).ConfigureAwait(false);
            if (status == RunStatus.Cancelled) return status;
            Note(keys.Count - (pump.Counts.Read - pump.Counts.Superseded), "rows are no longer at the source and would be discarded.");
            return pump.Counts.Quarantined > 0 ? RunStatus.Quarantined : RunStatus.Done;
        }

        private async Task<string> RetryAsync(PipelineLease lease, CancellationToken stop)
        {
            var retry = services.Resilience.For(ResiliencePipelines.Postgres);
            var open = await lease.RunAsync(
                retry, (connection, token) => QuarantineStore.OpenKeysAsync(connection, pipeline.Name, token), stop).ConfigureAwait(false);
            var keys = Keys(open);
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
            var (plan, reader) = await ReadAsync(keys, stop).ConfigureAwait(false);
            reader.Encoder.QuarantinedKeys = open;
            var load = LoadPlan.ForTarget(
                plan, Stage,
                UpsertSql.CreateStage(Stage, plan.Target.Name.ToSql(), plan.TargetColumns, emptyAtCommit: true), pipeline.OnMissingParent);
            var writer = new TargetWriter(
                lease, load, new RunIdentity(pipeline.Name, runId, IsRetry: true), new WindowPosition(lease.Watermark, null, string.CompareOrdinal),
                Unlimited(keys.Count), services.Resilience.For(ResiliencePipelines.Postgres), services.Logger);
            await pump.RunAsync(reader, writer, keys.Count, stop).ConfigureAwait(false);
        }

        private async Task<(TablePlan Plan, SourceReader Reader)> ReadAsync(List<IReadOnlyList<string>> keys, CancellationToken stop)
        {
            var planner = new TablePlanner(services, pipeline, $"etl-tools retry {pipeline.Name} {runId}");
            var plan = await planner.PlanAsync(stop).ConfigureAwait(false);
            return (plan, planner.Reader(new QuarantineQueries(plan, SourceFields.Of(plan, null).Projections, keys), plan, transform));
        }

        // Rows that fail again are where they were before, so no number of them is too many.
        private static ErrorBudget Unlimited(int rows) => new(new ErrorLimit(long.MaxValue, null), rows);

        private static List<IReadOnlyList<string>> Keys(IEnumerable<string> open) =>
            [.. open.Select(key => JsonSerializer.Deserialize<string[]>(key)!).Where(CanBeBound)];

        // A key with a NUL cannot be asked for; such a row stays until it is repaired at the source and synced, or discarded.
        private static bool CanBeBound(string[] key) => !key.Any(value => value.Contains('\0', StringComparison.Ordinal));

        private void Note(long count, string what)
        {
            if (count > 0) _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        }
    }
}
