using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;
using EtlTools.Core.State;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;

namespace EtlTools.Core.Sync;

/// <summary>
/// Writes batches to the target under a lease. Rows, quarantine, watermark, batch id and fence commit in one transaction; after a
/// lost connection the batch id tells whether that commit happened. Cancellation ends a run between batches, never inside one.
/// </summary>
internal sealed class TargetWriter(PipelineLease lease, LoadPlan plan, RunIdentity run, WindowPosition position, ErrorBudget budget, ResiliencePipeline retry, ILogger logger) : IBatchWriter
{
    private readonly BatchLoader _loader = new(plan);
    private BatchCommit? _commit;

    /// <inheritdoc/>
    public async Task<RowCounts> WriteAsync(RowBatch batch, RowCounts before)
    {
        var move = position.After(batch, plan);
        var counts = await retry.ExecuteAsync(async token =>
        {
            try
            {
                if (await EnsureSessionAsync(batch, token).ConfigureAwait(false) is { } committed) return committed;
                return await _commit!.RunAsync(lease.Connection, batch, new Position(lease, run, batch, before, move), token).ConfigureAwait(false);
            }
            catch (Exception failure) when (PostgresErrors.IsTransient(failure))
            {
                lease.MarkBroken();
                throw;
            }
        }).ConfigureAwait(false);
        position.Accept(move);
        return counts;
    }

    /// <inheritdoc/>
    public async Task PingAsync()
    {
        try
        {
            if (!lease.IsBroken) await lease.PingAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (PostgresErrors.IsTransient(failure))
        {
            lease.MarkBroken();
        }
    }

    /// <summary>Records that the window was read to its end.</summary>
    public Task CompleteAsync(string? cursor, long tailRows)
    {
        var move = position.AtEnd(cursor, tailRows);
        return lease.RunAsync(retry, async (connection, token) =>
        {
            FaultPoint.Reach("before-complete");
            if (!await WatermarkStore.AdvanceAsync(connection, run.Pipeline, lease.Fence, move, token).ConfigureAwait(false)) throw lease.LostTo(null);
            FaultPoint.Reach("after-complete");
            return true;
        }, CancellationToken.None);
    }

    /// <returns>What the batch did if it was committed before the connection was lost; else null.</returns>
    private async Task<RowCounts?> EnsureSessionAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        var isNew = lease.IsBroken;
        if (isNew) await lease.ReconnectAsync(cancellationToken).ConfigureAwait(false);
        if (isNew || _commit is null) await _loader.PrepareAsync(lease.Connection, cancellationToken).ConfigureAwait(false);
        _commit ??= await BeginAsync(cancellationToken).ConfigureAwait(false);
        if (!isNew) return null;
        return (await BatchStore.FindAsync(lease.Connection, run.RunId, batch.Sequence, cancellationToken).ConfigureAwait(false))?.Counts;
    }

    private async Task<BatchCommit> BeginAsync(CancellationToken cancellationToken)
    {
        var direct = new DirectCopy(plan);
        await direct.LookAsync(lease.Connection, cancellationToken).ConfigureAwait(false);
        return new BatchCommit(plan, direct, run, budget, logger);
    }

    /// <summary>The watermark as a batch moves it.</summary>
    private sealed class Position(PipelineLease lease, RunIdentity run, RowBatch batch, RowCounts before, WatermarkMove move) : IBatchPosition
    {
        public Task<RowCounts> BeforeAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => Task.FromResult(before);

        public async Task AdvanceAsync(NpgsqlConnection connection, RowCounts counts, CancellationToken cancellationToken)
        {
            if (!await WatermarkStore.AdvanceAsync(connection, run.Pipeline, lease.Fence, move with { Rows = counts.Read }, cancellationToken).ConfigureAwait(false))
                throw lease.LostTo(await WatermarkStore.FindAsync(connection, run.Pipeline, cancellationToken).ConfigureAwait(false));
            await BatchStore.AddAsync(
                connection, new BatchRecord(run.RunId, batch.Sequence, run.Pipeline, lease.Fence, batch.FirstCursor, batch.LastCursor, counts, Deleted: 0),
                cancellationToken).ConfigureAwait(false);
        }
    }
}
