using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;
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
    private readonly DirectCopy _direct = new(plan);
    private bool _isPrepared;

    /// <inheritdoc/>
    public async Task<RowCounts> WriteAsync(RowBatch batch, RowCounts before)
    {
        var move = position.After(batch, plan);
        var counts = await retry.ExecuteAsync(async token =>
        {
            try
            {
                if (await EnsureSessionAsync(batch, token).ConfigureAwait(false) is { } committed) return committed;
                return await LoadAsync(batch, before, move, token).ConfigureAwait(false);
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
        if (isNew || !_isPrepared) await _loader.PrepareAsync(lease.Connection, cancellationToken).ConfigureAwait(false);
        if (!_isPrepared) await _direct.PrepareAsync(lease.Connection, cancellationToken).ConfigureAwait(false);
        _isPrepared = true;
        if (!isNew) return null;
        return (await BatchStore.FindAsync(lease.Connection, run.RunId, batch.Sequence, cancellationToken).ConfigureAwait(false))?.Counts;
    }

    private async Task<RowCounts> LoadAsync(RowBatch batch, RowCounts before, WatermarkMove move, CancellationToken cancellationToken)
    {
        if (_direct.IsLikely)
        {
            try
            {
                return await CommitAsync(batch, before, move, _loader.CopyIntoTargetAsync, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException refused) when (PostgresErrors.IsData(refused))
            {
                _direct.WasRefused();
                logger.DirectCopyEnded(run.Pipeline, batch.Sequence, refused.SqlState);
            }
        }

        var counts = await LoadStagedAsync(batch, before, move, cancellationToken).ConfigureAwait(false);
        _direct.Staged(batch.Count, counts.Inserted);
        return counts;
    }

    private async Task<RowCounts> LoadStagedAsync(RowBatch batch, RowCounts before, WatermarkMove move, CancellationToken cancellationToken)
    {
        try
        {
            return await CommitAsync(batch, before, move, _loader.LoadAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refused) when (PostgresErrors.IsData(refused) || refused.SqlState == PostgresErrors.CardinalityViolation)
        {
            logger.BatchDivided(run.Pipeline, batch.Sequence, refused.SqlState);
            return await CommitAsync(batch, before, move, (connection, rows, token) => new CarefulLoader(plan, _loader, connection).LoadAsync(rows, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<RowCounts> CommitAsync(
        RowBatch batch, RowCounts before, WatermarkMove move,
        Func<NpgsqlConnection, RowBatch, CancellationToken, Task<LoadOutcome>> load, CancellationToken cancellationToken)
    {
        var connection = lease.Connection;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await BatchLoader.ExecuteAsync(connection, "SET CONSTRAINTS ALL IMMEDIATE", cancellationToken).ConfigureAwait(false);
        var outcome = await load(connection, batch, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<RejectedRow> rejected = [.. batch.Rejected, .. outcome.Rejected];
        var counts = new RowCounts(batch.RowsRead, outcome.Inserted, outcome.Updated, outcome.Unchanged, outcome.Superseded, rejected.Count, batch.Dropped);
        counts.EnsureAddsUp($"{run.Pipeline}, batch {batch.Sequence}");
        if (budget.IsExceeded(before + counts))
        {
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
            await QuarantineStore.AddAsync(connection, run.Origin(plan, batch), rejected, cancellationToken).ConfigureAwait(false);
            throw budget.Failure(run.Pipeline, before + counts, rejected[0]);
        }

        await QuarantineStore.AddAsync(connection, run.Origin(plan, batch), rejected, cancellationToken).ConfigureAwait(false);
        await ResolveAsync(connection, batch, rejected, cancellationToken).ConfigureAwait(false);
        if (!await WatermarkStore.AdvanceAsync(connection, run.Pipeline, lease.Fence, move with { Rows = counts.Read }, cancellationToken).ConfigureAwait(false))
            throw lease.LostTo(await WatermarkStore.FindAsync(connection, run.Pipeline, cancellationToken).ConfigureAwait(false));
        await BatchStore.AddAsync(
            connection, new BatchRecord(run.RunId, batch.Sequence, run.Pipeline, lease.Fence, batch.FirstCursor, batch.LastCursor, counts, Deleted: 0),
            cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("before-commit");
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-commit");
        foreach (var row in rejected) logger.RowQuarantined(run.Pipeline, RowJson.Array(row.Key), row.Column, row.SqlState);
        return counts;
    }

    private async Task ResolveAsync(NpgsqlConnection connection, RowBatch batch, IReadOnlyList<RejectedRow> rejected, CancellationToken cancellationToken)
    {
        var refusedAgain = rejected.Select(row => RowJson.Array(row.Key));
        await QuarantineStore.ResolveAsync(
            connection, run.Pipeline, batch.Returned.Except(refusedAgain, StringComparer.Ordinal).ToList(), cancellationToken).ConfigureAwait(false);
    }
}
