using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>Brings PostgreSQL up to what Snowflake's ledger says: watermark, batch record and the end of the manifest in one transaction.</summary>
internal static class SettledBatch
{
    /// <summary>Records an applied batch.</summary>
    /// <exception cref="Errors.ConflictException">Another run holds the lease now.</exception>
    public static async Task RecordAsync(
        NpgsqlConnection connection, PipelineLease lease, Manifest manifest, RowCounts counts, long deleted, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        // A connection lost at COMMIT leaves open whether this was done already.
        if (await BatchStore.FindAsync(connection, manifest.RunId, manifest.Sequence, cancellationToken).ConfigureAwait(false) is not null) return;
        if (!await WatermarkStore.AdvanceAsync(connection, manifest.Pipeline, lease.Fence, manifest.Move with { Rows = counts.Read }, cancellationToken).ConfigureAwait(false))
            throw lease.LostTo(await WatermarkStore.FindAsync(connection, manifest.Pipeline, cancellationToken).ConfigureAwait(false));
        await BatchStore.AddAsync(
            connection,
            new BatchRecord(manifest.RunId, manifest.Sequence, manifest.Pipeline, lease.Fence, manifest.CursorFrom, manifest.Move.Cursor, counts, deleted),
            cancellationToken).ConfigureAwait(false);
        await ManifestStore.EndAsync(connection, manifest.Pipeline, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
