using EtlTools.Core.Config;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>A batch that an earlier run had on its way when it ended: completed if Snowflake has it, forgotten if not.</summary>
internal sealed class UnfinishedBatch(EtlServices services, PipelineDefinition pipeline, SnowflakeSession session)
{
    /// <summary>Settles it, if there is one.</summary>
    /// <returns>What was done, for people; null when there was nothing.</returns>
    public async Task<string?> SettleAsync(PipelineLease lease, SnowflakeTableName target, CancellationToken cancellationToken)
    {
        var retry = services.Resilience.For(ResiliencePipelines.Postgres);
        var manifest = await lease.RunAsync(retry, (connection, token) => ManifestStore.FindAsync(connection, pipeline.Name, token), cancellationToken).ConfigureAwait(false);
        if (manifest is null) return null;
        var ledger = new Ledger(target, pipeline.Name);
        var applied = await session.RunAsync(async (connection, token) =>
        {
            await ledger.EnsureAsync(connection, token).ConfigureAwait(false);
            // The session of the run that ended may still hold its transaction: entering waits for it, where looking would not.
            await ledger.FenceOffAsync(connection, lease.Fence, token).ConfigureAwait(false);
            return await ledger.LastBatchAsync(connection, token).ConfigureAwait(false) == manifest.Batch
                ? await ledger.CountsAsync(connection, token).ConfigureAwait(false)
                : ((RowCounts Counts, long Deleted)?)null;
        }, cancellationToken).ConfigureAwait(false);
        var area = await new StageAreas(services, session).OpenAsync(manifest.Location, cancellationToken).ConfigureAwait(false);
        await area.RemoveAsync(cancellationToken).ConfigureAwait(false);
        await lease.RunAsync(retry, async (connection, token) =>
        {
            if (applied is { } done) await SettledBatch.RecordAsync(connection, lease, manifest, done.Counts, done.Deleted, token).ConfigureAwait(false);
            else await ManifestStore.EndAsync(connection, pipeline.Name, token).ConfigureAwait(false);
            return true;
        }, cancellationToken).ConfigureAwait(false);
        return applied is null
            ? $"Batch {manifest.Batch} of an earlier run had not been applied; its rows are read again."
            : $"Batch {manifest.Batch} of an earlier run had been applied; its watermark is written now.";
    }
}
