using EtlTools.Core.Rows;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>
/// Writes batches of a partition to the target. Rows, quarantine, checkpoint, batch id and fence commit in one transaction; after a lost
/// connection the batch id tells whether that commit happened.
/// </summary>
/// <param name="context">What the workers share.</param>
/// <param name="session">The worker's session, which holds the partition.</param>
/// <param name="place">Where a partition stands once a batch is committed; null takes the batch's last cursor as its checkpoint.</param>
internal sealed class PartitionWriter(BackfillContext context, WorkerSession session, Func<RowBatch, PartitionMove>? place = null) : IBatchWriter
{
    private readonly BatchCommit _commit = new(context.Load, IntoTarget(context, session.Held!), context.Run, context.Budget, context.Services.Logger);
    private string? _checkpoint = session.Held!.Checkpoint;

    // One that is gone on with reads the rows at its checkpoint again, which a COPY would be refused for.
    private static DirectCopy IntoTarget(BackfillContext context, BackfillPartition partition) => new(context.Load, context.Plan.TargetWasEmpty && partition.Checkpoint is null);

    /// <inheritdoc/>
    public async Task<RowCounts> WriteAsync(RowBatch batch, RowCounts before)
    {
        var sequence = context.NextSequence();
        var move = place?.Invoke(batch) ?? new PartitionMove(batch.LastCursor ?? _checkpoint, 0, 0, default, batch.ByteCount);
        var position = new Position(context, session, batch, sequence, move);
        var counts = await session.RunAsync(context.Retry, async (connection, isRepeated, token) =>
        {
            if (isRepeated && await BatchStore.FindAsync(connection, context.Run.RunId, sequence, token).ConfigureAwait(false) is { } committed) return committed.Counts;
            return await _commit.RunAsync(connection, batch, position, token).ConfigureAwait(false);
        }, CancellationToken.None).ConfigureAwait(false);
        _checkpoint = move.Checkpoint;
        context.Account(counts, move.Bytes);
        return counts;
    }

    /// <inheritdoc/>
    public Task PingAsync() => session.PingAsync();

    private sealed class Position(BackfillContext context, WorkerSession session, RowBatch batch, int sequence, PartitionMove move) : IBatchPosition
    {
        public Task<RowCounts> BeforeAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
            PartitionStore.TotalsAsync(connection, session.PlanId, cancellationToken);

        public Task AdvanceAsync(NpgsqlConnection connection, RowCounts counts, CancellationToken cancellationToken) =>
            PartitionCommit.AdvanceAsync(
                connection, context, session, move with { Counts = counts }, sequence, batch.FirstCursor, batch.LastCursor, cancellationToken);
    }
}
