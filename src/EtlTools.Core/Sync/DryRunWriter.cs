using EtlTools.Core.Postgres;
using EtlTools.Core.Rows;
using EtlTools.Core.State;
using Npgsql;
using Polly;

namespace EtlTools.Core.Sync;

/// <summary>
/// Takes batches through everything but the write: they are staged, checked and upserted into a temporary overlay of the target,
/// in a session that the server keeps read-only for every other table.
/// </summary>
internal sealed class DryRunWriter(DryRunSession session, LoadPlan plan, string pipeline, ErrorBudget budget, ResiliencePipeline retry) : IBatchWriter
{
    private readonly BatchLoader _loader = new(plan);
    private NpgsqlConnection? _connection;

    /// <inheritdoc/>
    public async Task<RowCounts> WriteAsync(RowBatch batch, RowCounts before)
    {
        // Only opening is tried again: the overlay is gone with the session, and a dry run can simply be started anew.
        _connection ??= await retry.ExecuteAsync(async token => await OpenAsync(token).ConfigureAwait(false)).ConfigureAwait(false);
        LoadOutcome outcome;
        try
        {
            outcome = await LoadAsync(batch, _loader.LoadAsync).ConfigureAwait(false);
        }
        catch (PostgresException refused) when (PostgresErrors.IsRefusal(refused))
        {
            outcome = await LoadAsync(
                batch, (connection, rows, token) => new CarefulLoader(plan, _loader, connection).LoadAsync(rows, token)).ConfigureAwait(false);
        }

        var rejected = batch.Rejected.Count + outcome.Rejected.Count;
        var counts = new RowCounts(batch.RowsRead, outcome.Inserted, outcome.Updated, outcome.Unchanged, outcome.Superseded, rejected, batch.Dropped);
        counts.EnsureAddsUp($"{pipeline}, batch {batch.Sequence}");
        if (budget.IsExceeded(before + counts))
            throw budget.Failure(pipeline, before + counts, batch.Rejected.Concat(outcome.Rejected).First());
        return counts;
    }

    /// <inheritdoc/>
    public Task PingAsync() => Task.CompletedTask;

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await session.OpenAsync(cancellationToken).ConfigureAwait(false);
        await _loader.PrepareAsync(connection, cancellationToken).ConfigureAwait(false);
        return connection;
    }

    private async Task<LoadOutcome> LoadAsync(RowBatch batch, Func<NpgsqlConnection, RowBatch, CancellationToken, Task<LoadOutcome>> load)
    {
        await using var transaction = await _connection!.BeginTransactionAsync().ConfigureAwait(false);
        var outcome = await load(_connection, batch, CancellationToken.None).ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        return outcome;
    }
}
