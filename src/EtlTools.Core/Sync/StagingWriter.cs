using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;
using EtlTools.Core.State;
using Npgsql;
using Polly;

namespace EtlTools.Core.Sync;

/// <summary>
/// Collects the batches of a full load in a staging table, each in a transaction of its own; the target is not touched until
/// <see cref="FullApply"/> brings everything in at once.
/// </summary>
internal sealed class StagingWriter(FullLoadSession session, LoadPlan plan, RunIdentity run, ErrorBudget budget, ResiliencePipeline retry) : IBatchWriter
{
    private readonly BatchLoader _loader = new(plan);
    private readonly HashSet<string> _returned = new(StringComparer.Ordinal);

    /// <summary>Rows staged so far.</summary>
    public long Staged { get; private set; }

    /// <summary>Highest ordinal staged.</summary>
    public long LastOrdinal { get; private set; }

    /// <summary>Keys (as JSON arrays) of staged rows that were in quarantine until now.</summary>
    public IReadOnlyCollection<string> Returned => _returned;

    /// <inheritdoc/>
    public async Task<RowCounts> WriteAsync(RowBatch batch, RowCounts before)
    {
        var rejected = await retry.ExecuteAsync(async token =>
        {
            try
            {
                var isNew = await session.EnsureAsync(_loader, token).ConfigureAwait(false);
                if (isNew && await CountStagedAsync(batch, token).ConfigureAwait(false) is > 0 and var staged) return batch.RowsRead - batch.Dropped - (int)staged;
                return await StageAsync(batch, before, token).ConfigureAwait(false);
            }
            catch (Exception failure) when (PostgresErrors.IsTransient(failure))
            {
                session.MarkBroken();
                throw;
            }
        }).ConfigureAwait(false);
        Staged += batch.RowsRead - batch.Dropped - rejected;
        _returned.UnionWith(batch.Returned);
        LastOrdinal = batch.FirstOrdinal + batch.Count - 1;
        return new RowCounts(batch.RowsRead, 0, 0, 0, 0, rejected, batch.Dropped);
    }

    /// <inheritdoc/>
    public Task PingAsync() => session.PingAsync();

    private async Task<int> StageAsync(RowBatch batch, RowCounts before, CancellationToken cancellationToken)
    {
        try
        {
            return await CommitAsync(batch, before, async token =>
            {
                if (batch.Count > 0) await _loader.CopyAsync(session.Connection, batch.Rows(0, batch.Count), token).ConfigureAwait(false);
                return [];
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refused) when (PostgresErrors.IsData(refused))
        {
            return await CommitAsync(
                batch, before, token => new CarefulLoader(plan, _loader, session.Connection).StageAsync(batch, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<int> CommitAsync(
        RowBatch batch, RowCounts before, Func<CancellationToken, Task<IReadOnlyList<RejectedRow>>> stage, CancellationToken cancellationToken)
    {
        await using var transaction = await session.Connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<RejectedRow> rejected = [.. batch.Rejected, .. await stage(cancellationToken).ConfigureAwait(false)];
        var counts = before + new RowCounts(batch.RowsRead, 0, 0, 0, 0, rejected.Count, batch.Dropped);
        if (budget.IsExceeded(counts))
        {
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
            await session.QuarantineAsync(run.Origin(plan, batch), rejected, cancellationToken).ConfigureAwait(false);
            throw budget.Failure(run.Pipeline, counts, rejected[0]);
        }

        await session.QuarantineAsync(run.Origin(plan, batch), rejected, cancellationToken).ConfigureAwait(false);
        await session.EnsureFenceAsync(cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("before-stage-commit");
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-stage-commit");
        // A row that is refused in another version stays open.
        var refused = rejected.Select(row => RowJson.Array(row.Key)).ToHashSet(StringComparer.Ordinal);
        batch.Returned.RemoveAll(refused.Contains);
        _returned.ExceptWith(refused);
        return rejected.Count;
    }

    private async Task<long> CountStagedAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(plan.Sql.CountStaged, session.Connection)
        {
            Parameters = { new NpgsqlParameter { Value = batch.FirstOrdinal }, new NpgsqlParameter { Value = batch.FirstOrdinal + batch.Count - 1 } },
        };
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
