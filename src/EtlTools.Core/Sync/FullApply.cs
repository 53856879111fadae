using System.Globalization;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;
using EtlTools.Core.State;
using Npgsql;
using Polly;

namespace EtlTools.Core.Sync;

/// <summary>
/// Brings a staged full load into the target in one transaction: changed rows are upserted, rows the source no longer has are
/// deleted. Readers see the old table until the commit and the new one after it, and rows that did not change are not rewritten.
/// </summary>
internal sealed class FullApply(FullLoadSession session, LoadPlan plan, RunIdentity run, ErrorBudget budget, bool allowEmpty, ResiliencePipeline retry)
{
    private readonly BatchLoader _loader = new(plan);

    /// <summary>Applies what <paramref name="staging"/> collected.</summary>
    /// <param name="staging">The staging writer, all batches written.</param>
    /// <param name="read">Counts of the staging: rows read and rows refused so far.</param>
    /// <param name="cursor">Where the watermark stands afterwards; null when the table has no cursor.</param>
    /// <param name="sequence">Number of the batch this is recorded as.</param>
    public async Task<FullOutcome> ApplyAsync(StagingWriter staging, RowCounts read, string? cursor, int sequence) =>
        await retry.ExecuteAsync(async token =>
        {
            try
            {
                var isNew = await session.EnsureAsync(_loader, token).ConfigureAwait(false);
                if (isNew && await BatchStore.FindAsync(session.Connection, run.RunId, sequence, token).ConfigureAwait(false) is { } done)
                    return new FullOutcome(done.Counts, done.Deleted, "");
                return await AttemptAsync(staging, read, cursor, sequence, token).ConfigureAwait(false);
            }
            catch (Exception failure) when (PostgresErrors.IsTransient(failure))
            {
                session.MarkBroken();
                throw;
            }
        }).ConfigureAwait(false);

    private async Task<FullOutcome> AttemptAsync(StagingWriter staging, RowCounts read, string? cursor, int sequence, CancellationToken cancellationToken)
    {
        try
        {
            return await CommitAsync(staging, read, cursor, sequence, isCareful: false, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refused) when (PostgresErrors.IsRefusal(refused))
        {
            return await CommitAsync(staging, read, cursor, sequence, isCareful: true, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<FullOutcome> CommitAsync(
        StagingWriter staging, RowCounts read, string? cursor, int sequence, bool isCareful, CancellationToken cancellationToken)
    {
        await using var transaction = await session.Connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await BatchLoader.ExecuteAsync(session.Connection, "SET CONSTRAINTS ALL IMMEDIATE", cancellationToken).ConfigureAwait(false);
        await EnsureStagedAsync(staging, cancellationToken).ConfigureAwait(false);
        var outcome = await LoadAsync(staging, isCareful, cancellationToken).ConfigureAwait(false);
        var counts = new RowCounts(
            read.Read, outcome.Inserted, outcome.Updated, outcome.Unchanged, outcome.Superseded, read.Quarantined + outcome.Rejected.Count, read.Dropped);
        counts.EnsureAddsUp($"{run.Pipeline}, full load");
        var origin = new QuarantineOrigin(run.Pipeline, run.RunId, sequence, plan.Columns, plan.Key, run.IsRetry);
        if (budget.IsExceeded(counts))
        {
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
            await session.QuarantineAsync(origin, outcome.Rejected, cancellationToken).ConfigureAwait(false);
            throw budget.Failure(run.Pipeline, counts, outcome.Rejected is [var first, ..] ? first : null);
        }

        await session.QuarantineAsync(origin, outcome.Rejected, cancellationToken).ConfigureAwait(false);
        await session.ResolveAsync(
            [.. staging.Returned.Except(outcome.Rejected.Select(row => RowJson.Array(row.Key)), StringComparer.Ordinal)], cancellationToken).ConfigureAwait(false);
        var (deleted, note) = await DeleteMissingAsync(counts, cancellationToken).ConfigureAwait(false);
        await session.RecordAsync(
            new WatermarkMove(cursor, null, cursor, WindowComplete: true, null, counts.Read),
            new BatchRecord(run.RunId, sequence, run.Pipeline, 0, null, cursor, counts, deleted), cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("before-apply-commit");
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-apply-commit");
        return new FullOutcome(counts, deleted, note);
    }

    private async Task EnsureStagedAsync(StagingWriter staging, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(plan.Sql.CountStaged, session.Connection)
        {
            Parameters = { new NpgsqlParameter { Value = 0L }, new NpgsqlParameter { Value = long.MaxValue } },
        };
        var found = (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        if (found == staging.Staged) return;
        throw new IntegrityException(
            $"{run.Pipeline}: {staging.Staged} rows were staged, but the staging table holds {found}. The target was not touched.",
            "Run the full load again.");
    }

    private async Task<LoadOutcome> LoadAsync(StagingWriter staging, bool isCareful, CancellationToken cancellationToken)
    {
        var connection = session.Connection;
        if (isCareful)
        {
            if (!session.IsDryRun) await BatchLoader.ExecuteAsync(connection, plan.Sql.IndexStage, cancellationToken).ConfigureAwait(false);
            var rows = new StagedRows(0, staging.LastOrdinal, staging.Staged, ordinal => ValuesAsync(ordinal, cancellationToken));
            return await new CarefulLoader(plan, _loader, connection).UpsertAsync(rows, cancellationToken).ConfigureAwait(false);
        }

        return await _loader.ApplyStagedAsync(connection, 0, staging.LastOrdinal, staging.Staged, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?[]> ValuesAsync(long ordinal, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(plan.Sql.StagedRow, session.Connection)
        {
            Parameters = { new NpgsqlParameter { Value = ordinal } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var values = new string?[reader.FieldCount];
        for (var i = 0; i < values.Length; i++) values[i] = reader.IsDBNull(i) ? null : reader.GetString(i);
        return plan.AsSent(values);
    }

    private async Task<(long Deleted, string Note)> DeleteMissingAsync(RowCounts counts, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(plan.Sql.CountMissing, session.Connection);
        var missing = (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        if (missing == 0) return (0, "");
        if (counts.Read == counts.Dropped && !allowEmpty)
        {
            throw new DataException(
                $"{run.Pipeline}: the source is empty and {plan.Target.Name} holds {missing} rows; a full load would delete them all.",
                "Check that the source is the right one. If it is really empty, run again with --allow-empty.");
        }

        if (counts.Quarantined > 0)
        {
            return (0, string.Create(
                CultureInfo.InvariantCulture,
                $"{missing} rows of {plan.Target.Name} were not found at the source and are kept, because {counts.Quarantined} refused rows may be among them."));
        }

        if (session.IsDryRun) return (missing, "");
        await using var delete = new NpgsqlCommand(plan.Sql.DeleteMissing, session.Connection);
        try
        {
            return (await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false), "");
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrors.ForeignKeyViolation)
        {
            throw new DataException(
                $"{run.Pipeline}: a row that the source no longer has is still referenced in PostgreSQL ({refused.ConstraintName}).",
                "Delete the referencing rows first, or sync their table in full too.", refused);
        }
    }
}

/// <summary>What a full load did.</summary>
/// <param name="Counts">Where the rows went.</param>
/// <param name="Deleted">Target rows deleted.</param>
/// <param name="Note">What a person should know; empty when nothing.</param>
internal sealed record FullOutcome(RowCounts Counts, long Deleted, string Note);
