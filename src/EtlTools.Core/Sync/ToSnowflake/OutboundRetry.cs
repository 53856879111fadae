using System.Text.Json;
using EtlTools.Core.Config;
using EtlTools.Core.Files;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>
/// Tries the quarantined rows of a pipeline to Snowflake again: they are read anew by their keys and merged, in the order and with the
/// guarantees of a sync. The watermark stays where it is.
/// </summary>
internal sealed class OutboundRetry(EtlServices services, PipelineDefinition pipeline, Guid runId, RowPump pump, bool isDryRun) : IRunAttempt
{
    private const int KeysPerPart = 500;

    private readonly OutboundTables _tables = new(services, pipeline);
    private readonly List<string> _notes = [];

    /// <inheritdoc/>
    public SyncWindow? Window => null;

    /// <inheritdoc/>
    public long Deleted => 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Sql => [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => _notes;

    /// <inheritdoc/>
    public Task<string> RunAsync(CancellationToken stop) => isDryRun
        ? PredictAsync(stop)
        : LeasedRun.RunAsync(services, pipeline, runId, lease => RetryAsync(lease, stop), stop);

    // Writes nothing, so it takes no lease.
    private async Task<string> PredictAsync(CancellationToken stop)
    {
        var keys = await _tables.OnSourceAsync((connection, token) => QuarantineStore.OpenKeysAsync(connection, pipeline.Name, token), stop).ConfigureAwait(false);
        if (keys.Count == 0) return RunStatus.Idle;
        await MoveAsync(null, null, keys, stop).ConfigureAwait(false);
        if (stop.IsCancellationRequested) return RunStatus.Cancelled;
        Note(keys.Count - (pump.Counts.Read - pump.Counts.Superseded), "rows are no longer at the source and would be discarded.");
        return pump.Counts.Quarantined > 0 ? RunStatus.Quarantined : RunStatus.Done;
    }

    private async Task<string> RetryAsync(PipelineLease lease, CancellationToken stop)
    {
        var retry = services.Resilience.For(ResiliencePipelines.Postgres);
        var keys = await lease.RunAsync(retry, (connection, token) => QuarantineStore.OpenKeysAsync(connection, pipeline.Name, token), stop).ConfigureAwait(false);
        if (keys.Count > 0) await MoveAsync(lease, lease.Watermark, keys, stop).ConfigureAwait(false);
        // What was read is resolved by now, or open under this run.
        var gone = stop.IsCancellationRequested ? 0 : await lease.RunAsync(
            retry, (connection, token) => QuarantineStore.DiscardUnseenAsync(connection, pipeline.Name, keys, runId, token), CancellationToken.None).ConfigureAwait(false);
        var remaining = await lease.RunAsync(
            retry, (connection, token) => QuarantineStore.CountOpenAsync(connection, pipeline.Name, token), CancellationToken.None).ConfigureAwait(false);
        Note(gone, "rows are no longer at the source and were discarded.");
        Note(remaining, "rows remain in quarantine.");
        services.Logger.QuarantineRetried(pipeline.Name, pump.Counts.Read - pump.Counts.Quarantined, remaining);
        if (stop.IsCancellationRequested) return RunStatus.Cancelled;
        return remaining > 0 ? RunStatus.Quarantined : pump.Counts.Read == 0 && gone == 0 ? RunStatus.Idle : RunStatus.Done;
    }

    private async Task MoveAsync(PipelineLease? lease, Watermark? watermark, HashSet<string> keys, CancellationToken stop)
    {
        var session = new SnowflakeSession(services, $"etl-tools retry {pipeline.Name} {runId}");
        await using var _ = session.ConfigureAwait(false);
        if (lease is not null && await new UnfinishedBatch(services, pipeline, session).SettleAsync(lease, _tables.TargetName, stop).ConfigureAwait(false) is { } settled)
        {
            _notes.Add(settled);
            watermark = await _tables.OnSourceAsync((connection, token) => WatermarkStore.FindAsync(connection, pipeline.Name, token), stop).ConfigureAwait(false);
        }

        var source = await _tables.OnSourceAsync(_tables.DescribeSourceAsync, stop).ConfigureAwait(false);
        var plan = await _tables.PlanAsync(session, source, isDryRun, stop).ConfigureAwait(false);
        _notes.AddRange(plan.Notes);
        var run = new OutboundRun(services, pipeline, runId, session, plan, lease) { IsRetry = true };
        if (lease is not null) await session.RunAsync(run.Ledger.EnsureAsync, stop).ConfigureAwait(false);
        var parts = keys.Select(key => JsonSerializer.Deserialize<string[]>(key)!).Chunk(KeysPerPart)
            .Select(chunk => new OutboundPart(OutboundKeys.Condition(plan, chunk), null, null, IsLast: false)).ToList();
        var stays = new WatermarkMove(watermark?.Cursor, null, watermark?.WindowHigh, watermark?.WindowComplete ?? true, watermark?.TailRows, 0);
        using var folder = WorkFolder.Create(services.Settings.WorkDirectory, $"{services.Postgres} {pipeline.Name}{(isDryRun ? $" {runId}" : "")}");
        // Rows that fail again are where they were before, so no number of them is too many.
        var batches = new OutboundBatches(run, pump, folder, new ErrorBudget(new ErrorLimit(long.MaxValue, null), keys.Count), allowEmpty: false, _ => stays);
        try
        {
            await batches.MoveAsync(parts, isFull: false, keys.Count, stop).ConfigureAwait(false);
        }
        finally
        {
            await run.TryDropTablesAsync().ConfigureAwait(false);
        }
    }

    private void Note(long count, string what)
    {
        if (count > 0) _notes.Add(FormattableString.Invariant($"{count} {what}"));
    }
}
