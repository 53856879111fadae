using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>What every transaction of a partition ends with.</summary>
internal static class PartitionCommit
{
    /// <summary>Moves the checkpoint and records the batch.</summary>
    /// <exception cref="PartitionLostException">The partition was taken over.</exception>
    public static async Task AdvanceAsync(
        NpgsqlConnection connection, BackfillContext context, WorkerSession session, PartitionMove move, int sequence, string? from, string? to,
        CancellationToken cancellationToken)
    {
        var partition = session.Held!;
        if (!await PartitionStore.AdvanceAsync(connection, session.PlanId, partition, move, cancellationToken).ConfigureAwait(false)) throw session.Lost();
        await BatchStore.AddAsync(
            connection,
            new BatchRecord(context.Run.RunId, sequence, context.Run.Pipeline, partition.Fence, from, to, move.Counts, Deleted: 0)
            {
                Part = new BatchPart(session.PlanId, partition.Number, move.Bytes),
            }, cancellationToken).ConfigureAwait(false);
    }
}
