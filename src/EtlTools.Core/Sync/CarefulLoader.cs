using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Rows;
using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>
/// Takes a batch in which at least one row is bad: halves it around savepoints until the bad rows stand alone, and loads the rest.
/// Works inside the caller's transaction and takes about twice the batch's bytes per bad row.
/// </summary>
internal sealed class CarefulLoader(LoadPlan plan, BatchLoader loader)
{
    private readonly List<RejectedRow> _rejected = [];
    private NpgsqlConnection _connection = null!;
    private RowBatch _batch = null!;

    /// <summary>Stages and upserts what can be loaded; the rest is in <see cref="LoadOutcome.Rejected"/>.</summary>
    /// <exception cref="DataException">A parent is missing and the policy is to fail.</exception>
    public async Task<LoadOutcome> LoadAsync(NpgsqlConnection connection, RowBatch batch, CancellationToken cancellationToken)
    {
        _connection = connection;
        _batch = batch;
        _rejected.Clear();
        await StageAsync(0, batch.Count, cancellationToken).ConfigureAwait(false);
        var superseded = await UpsertStagedAsync(cancellationToken).ConfigureAwait(false);
        return superseded with { Rejected = [.. _rejected] };
    }

    private async Task StageAsync(int from, int to, CancellationToken cancellationToken)
    {
        if (from == to) return;
        var failure = await TryAsync(() => loader.CopyAsync(_connection, _batch.Rows(from, to), cancellationToken), cancellationToken).ConfigureAwait(false);
        if (failure is null) return;
        if (to - from == 1)
        {
            Reject(from, failure);
            return;
        }

        var middle = from + (to - from) / 2;
        await StageAsync(from, middle, cancellationToken).ConfigureAwait(false);
        await StageAsync(middle, to, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LoadOutcome> UpsertStagedAsync(CancellationToken cancellationToken)
    {
        await loader.InsertStubsAsync(_connection, cancellationToken).ConfigureAwait(false);
        await RejectOrphansAsync(cancellationToken).ConfigureAwait(false);
        var superseded = await ExecuteAsync(plan.Sql.DeleteSuperseded, cancellationToken).ConfigureAwait(false);
        await loader.PullIntoOverlayAsync(_connection, cancellationToken).ConfigureAwait(false);

        var first = _batch.FirstOrdinal;
        var (inserted, updated) = await UpsertAsync(first, first + _batch.Count - 1, cancellationToken).ConfigureAwait(false);
        var staged = _batch.Count - _rejected.Count - superseded;
        var outcome = await loader.AccountAsync(_connection, staged, inserted, updated, [], cancellationToken).ConfigureAwait(false);
        return outcome with { Superseded = outcome.Superseded + superseded };
    }

    private async Task<(long Inserted, long Updated)> UpsertAsync(long from, long to, CancellationToken cancellationToken)
    {
        (long Inserted, long Updated) counts = (0, 0);
        var failure = await TryAsync(
            async () => counts = await loader.UpsertAsync(_connection, from, to, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (failure is null) return counts;
        if (from == to)
        {
            Reject((int)(from - _batch.FirstOrdinal), failure);
            await ExecuteAsync(
                string.Create(CultureInfo.InvariantCulture, $"{plan.Sql.DeleteStaged} {from}"), cancellationToken).ConfigureAwait(false);
            return (0, 0);
        }

        var middle = from + (to - from) / 2;
        var older = await UpsertAsync(from, middle, cancellationToken).ConfigureAwait(false);
        var newer = await UpsertAsync(middle + 1, to, cancellationToken).ConfigureAwait(false);
        return (older.Inserted + newer.Inserted, older.Updated + newer.Updated);
    }

    private async Task RejectOrphansAsync(CancellationToken cancellationToken)
    {
        if (plan.OnMissingParent == MissingParentPolicy.Stub) return;
        foreach (var reference in plan.ForeignKeys)
        {
            await using var command = new NpgsqlCommand(plan.Sql.DeleteOrphans(reference, reference.Parent == plan.Target.Name), _connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var row = (int)(reader.GetInt64(0) - _batch.FirstOrdinal);
                if (plan.OnMissingParent == MissingParentPolicy.Fail) throw MissingParent(reference);
                Reject(row, $"Foreign key {reference.Name}: no row in {reference.Parent} has this {string.Join(", ", reference.ParentColumns)}.",
                    PostgresErrors.ForeignKeyViolation, reference.Columns[0]);
            }
        }
    }

    private DataException MissingParent(PostgresForeignKey reference) => new(
        $"{plan.Target.Name}: a row's parent is missing in {reference.Parent} (foreign key {reference.Name}).",
        "Sync the parent table first, or set on_missing_parent to quarantine or stub.");

    /// <summary>Runs a step behind a savepoint; a data error undoes the step and is returned.</summary>
    private async Task<PostgresException?> TryAsync(Func<Task> step, CancellationToken cancellationToken)
    {
        await ExecuteAsync("SAVEPOINT etl_try", cancellationToken).ConfigureAwait(false);
        try
        {
            await step().ConfigureAwait(false);
            await ExecuteAsync("RELEASE SAVEPOINT etl_try", cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PostgresException failure) when (PostgresErrors.IsData(failure))
        {
            await ExecuteAsync("ROLLBACK TO SAVEPOINT etl_try; RELEASE SAVEPOINT etl_try", cancellationToken).ConfigureAwait(false);
            return failure;
        }
    }

    private void Reject(int row, PostgresException failure) => Reject(
        row, failure.ConstraintName is { } constraint ? $"{failure.MessageText} ({constraint})" : failure.MessageText,
        failure.SqlState, failure.ColumnName);

    private void Reject(int row, string reason, string sqlState, string? column)
    {
        var values = _batch.Decode(row);
        _rejected.Add(new RejectedRow(plan.KeyOf(values), values, reason, sqlState, column));
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
