using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>
/// One batch, one transaction: rows, quarantine and the position that accounts for them. When PostgreSQL refuses the batch, the bad
/// rows are found and put aside, and the rest is committed.
/// </summary>
/// <param name="plan">The load.</param>
/// <param name="direct">Whether batches go straight into the target.</param>
/// <param name="run">Who loads.</param>
/// <param name="budget">How many rows may be refused.</param>
/// <param name="logger">Told of refused batches and rows.</param>
internal sealed class BatchCommit(LoadPlan plan, DirectCopy direct, RunIdentity run, ErrorBudget budget, ILogger logger)
{
    private readonly BatchLoader _loader = new(plan);

    /// <summary>Loads and commits a batch.</summary>
    /// <param name="connection">A session whose temporary tables are made, outside a transaction.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="position">What moves with them.</param>
    /// <param name="cancellationToken">Stops it; nothing is committed then.</param>
    /// <exception cref="DataException">More rows are refused than allowed; those of the batch are in quarantine.</exception>
    public async Task<RowCounts> RunAsync(NpgsqlConnection connection, RowBatch batch, IBatchPosition position, CancellationToken cancellationToken)
    {
        if (direct.IsLikely)
        {
            try
            {
                return await CommitAsync(connection, batch, position, _loader.CopyIntoTargetAsync, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException refused) when (PostgresErrors.IsData(refused))
            {
                direct.WasRefused();
                logger.DirectCopyEnded(run.Pipeline, batch.Sequence, refused.SqlState);
            }
        }

        var counts = await CommitStagedAsync(connection, batch, position, cancellationToken).ConfigureAwait(false);
        direct.Staged(batch.Count, counts.Inserted);
        return counts;
    }

    private async Task<RowCounts> CommitStagedAsync(NpgsqlConnection connection, RowBatch batch, IBatchPosition position, CancellationToken cancellationToken)
    {
        try
        {
            return await CommitAsync(connection, batch, position, _loader.LoadAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refused) when (PostgresErrors.IsRefusal(refused))
        {
            logger.BatchDivided(run.Pipeline, batch.Sequence, refused.SqlState);
            return await CommitAsync(
                connection, batch, position, (session, rows, token) => new CarefulLoader(plan, _loader, session).LoadAsync(rows, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<RowCounts> CommitAsync(
        NpgsqlConnection connection, RowBatch batch, IBatchPosition position,
        Func<NpgsqlConnection, RowBatch, CancellationToken, Task<LoadOutcome>> load, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await BatchLoader.ExecuteAsync(connection, "SET CONSTRAINTS ALL IMMEDIATE", cancellationToken).ConfigureAwait(false);
        var outcome = await load(connection, batch, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<RejectedRow> rejected = [.. batch.Rejected, .. outcome.Rejected];
        var counts = new RowCounts(batch.RowsRead, outcome.Inserted, outcome.Updated, outcome.Unchanged, outcome.Superseded, rejected.Count, batch.Dropped);
        counts.EnsureAddsUp($"{run.Pipeline}, batch {batch.Sequence}");
        if (rejected.Count > 0 && await position.BeforeAsync(connection, cancellationToken).ConfigureAwait(false) is var before && budget.IsExceeded(before + counts))
        {
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
            await QuarantineStore.AddAsync(connection, run.Origin(plan, batch), rejected, cancellationToken).ConfigureAwait(false);
            throw budget.Failure(run.Pipeline, before + counts, rejected[0]);
        }

        await QuarantineStore.AddAsync(connection, run.Origin(plan, batch), rejected, cancellationToken).ConfigureAwait(false);
        await ResolveAsync(connection, batch, rejected, cancellationToken).ConfigureAwait(false);
        await position.AdvanceAsync(connection, counts, cancellationToken).ConfigureAwait(false);
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

/// <summary>What moves with a batch: a pipeline's watermark, or a partition's checkpoint.</summary>
internal interface IBatchPosition
{
    /// <summary>Where the rows before this batch went; asked only when rows of the batch are refused.</summary>
    Task<RowCounts> BeforeAsync(NpgsqlConnection connection, CancellationToken cancellationToken);

    /// <summary>Moves the position and records the batch in the open transaction.</summary>
    /// <exception cref="ConflictException">The right to write has passed to somebody else.</exception>
    Task AdvanceAsync(NpgsqlConnection connection, RowCounts counts, CancellationToken cancellationToken);
}
