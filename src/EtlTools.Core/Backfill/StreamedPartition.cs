using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Core.Backfill;

/// <summary>Moves a partition by one query, batch by batch, from its checkpoint on.</summary>
internal sealed class StreamedPartition(BackfillContext context, WorkerSession session)
{
    /// <summary>Runs to the partition's end.</summary>
    /// <returns>False when it was stopped before.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        var partition = session.Held!;
        var (services, pipeline, tables) = (context.Services, context.Pipeline, context.Tables);
        var order = tables.OrderOf(partition);
        var queries = new PartitionQueries(tables.Sql, partition, SourceFields.Of(tables.Plan, order), order);
        var reader = context.Planner.Reader(queries, tables.Plan, transform: null);
        reader.Encoder.QuarantinedKeys = await session.RunAsync(
            context.Retry, (connection, token) => QuarantineStore.OpenKeysAsync(connection, pipeline.Name, token), stop).ConfigureAwait(false);
        var pump = new RowPump(pipeline.Name, null, services.Logger, services.Time, services.Postgres.LeaseTimeout);
        return await pump.RunAsync(reader, new PartitionWriter(context, session), partition.EstimateRows, stop).ConfigureAwait(false) != RunStatus.Cancelled;
    }
}
