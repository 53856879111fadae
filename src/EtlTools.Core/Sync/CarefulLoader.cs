using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Rows;
using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>
/// Takes rows of which at least one is bad: halves them around savepoints until the bad ones stand alone, and loads the rest.
/// Works inside the caller's transaction, on one connection, once.
/// </summary>
internal sealed class CarefulLoader(LoadPlan plan, BatchLoader loader, NpgsqlConnection connection)
{
    private readonly List<RejectedRow> _rejected = [];
    private readonly List<(long Ordinal, PostgresException Failure)> _waiting = [];
    private readonly List<long> _refusedOrdinals = [];

    /// <summary>Stages and upserts what can be loaded of a batch; the rest is in <see cref="LoadOutcome.Rejected"/>.</summary>
    /// <exception cref="DataException">A parent is missing and the policy is to fail.</exception>
    public async Task<LoadOutcome> LoadAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        var refused = await StageAsync(batch, cancellationToken).ConfigureAwait(false);
        var rows = new StagedRows(
            batch.FirstOrdinal, batch.FirstOrdinal + batch.Count - 1, batch.Count - refused.Count,
            ordinal => Task.FromResult(plan.AsSent(batch.Decode((int)(ordinal - batch.FirstOrdinal)))));
        var outcome = await UpsertAsync(rows, cancellationToken).ConfigureAwait(false);
        return outcome with { Rejected = [.. refused, .. outcome.Rejected] };
    }

    /// <summary>Stages what PostgreSQL can read of a batch.</summary>
    /// <returns>The rows it cannot.</returns>
    public async Task<IReadOnlyList<RejectedRow>> StageAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        var refused = new List<RejectedRow>();
        await StageAsync(batch, 0, batch.Count, refused, cancellationToken).ConfigureAwait(false);
        return refused;
    }

    /// <summary>Upserts what can be loaded of the staged rows.</summary>
    public async Task<LoadOutcome> UpsertAsync(StagedRows rows, CancellationToken cancellationToken)
    {
        _rejected.Clear();
        _waiting.Clear();
        await loader.InsertStubsAsync(connection, cancellationToken).ConfigureAwait(false);
        var superseded = await ExecuteAsync(plan.Sql.DeleteSuperseded, cancellationToken).ConfigureAwait(false);
        await RejectOrphansAsync(rows, cancellationToken).ConfigureAwait(false);
        await loader.PullIntoOverlayAsync(connection, cancellationToken).ConfigureAwait(false);
        var (inserted, updated) = plan is { IsDryRun: true, IsSelfReferencing: true }
            ? await UpsertFamilyAsync(rows, cancellationToken).ConfigureAwait(false)
            : await UpsertPassAsync(rows, cancellationToken).ConfigureAwait(false);
        var left = rows.Count - _rejected.Count - superseded;
        var outcome = await loader.AccountAsync(connection, left, inserted, updated, cancellationToken).ConfigureAwait(false);
        return outcome with { Superseded = outcome.Superseded + superseded, Rejected = [.. _rejected] };
    }

    private async Task StageAsync(RowBatch batch, int from, int to, List<RejectedRow> refused, CancellationToken cancellationToken)
    {
        if (from == to) return;
        var failure = await TryAsync(() => loader.CopyAsync(connection, batch.Rows(from, to), cancellationToken), cancellationToken).ConfigureAwait(false);
        if (failure is null) return;
        if (to - from == 1)
        {
            refused.Add(Rejected(plan.AsSent(batch.Decode(from)), failure));
            return;
        }

        var middle = from + (to - from) / 2;
        await StageAsync(batch, from, middle, refused, cancellationToken).ConfigureAwait(false);
        await StageAsync(batch, middle, to, refused, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(long Inserted, long Updated)> UpsertPassAsync(StagedRows rows, CancellationToken cancellationToken)
    {
        var first = await UpsertRangeAsync(rows, rows.First, rows.Last, cancellationToken).ConfigureAwait(false);
        var later = await UpsertWaitingAsync(rows, cancellationToken).ConfigureAwait(false);
        return (first.Inserted + later.Inserted, first.Updated + later.Updated);
    }

    /// <summary>
    /// For a dry run of a table that references itself: the overlay has no foreign keys, so what a refused parent does to its children
    /// is found by taking the pass back and beginning it again without both.
    /// </summary>
    private async Task<(long Inserted, long Updated)> UpsertFamilyAsync(StagedRows rows, CancellationToken cancellationToken)
    {
        while (true)
        {
            int before;
            do
            {
                before = _rejected.Count;
                await RejectOrphansAsync(rows, cancellationToken).ConfigureAwait(false);
            }
            while (_rejected.Count > before);

            await ExecuteAsync("SAVEPOINT etl_family", cancellationToken).ConfigureAwait(false);
            _refusedOrdinals.Clear();
            var counts = await UpsertPassAsync(rows, cancellationToken).ConfigureAwait(false);
            if (_refusedOrdinals.Count == 0) return counts;
            await ExecuteAsync("ROLLBACK TO SAVEPOINT etl_family; RELEASE SAVEPOINT etl_family", cancellationToken).ConfigureAwait(false);
            foreach (var ordinal in _refusedOrdinals.ToList()) await DeleteStagedAsync(ordinal, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(long Inserted, long Updated)> UpsertRangeAsync(StagedRows rows, long from, long to, CancellationToken cancellationToken)
    {
        (long Inserted, long Updated) counts = (0, 0);
        var failure = await TryAsync(
            async () => counts = await loader.UpsertAsync(connection, from, to, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (failure is null) return counts;
        if (from == to)
        {
            if (MayHaveParentAmong(failure)) _waiting.Add((from, failure));
            else await RejectAsync(rows, from, failure, cancellationToken).ConfigureAwait(false);
            return (0, 0);
        }

        var middle = from + (to - from) / 2;
        var older = await UpsertRangeAsync(rows, from, middle, cancellationToken).ConfigureAwait(false);
        var newer = await UpsertRangeAsync(rows, middle + 1, to, cancellationToken).ConfigureAwait(false);
        return (older.Inserted + newer.Inserted, older.Updated + newer.Updated);
    }

    // A table that references itself: halving may have parted a child from a parent that came behind it.
    private bool MayHaveParentAmong(PostgresException failure) =>
        failure.SqlState == PostgresErrors.ForeignKeyViolation && plan.IsSelfReferencing;

    /// <summary>Tries rows whose parent was not there yet until a pass brings nothing more; passes alternate in direction, so that chains take two.</summary>
    private async Task<(long Inserted, long Updated)> UpsertWaitingAsync(StagedRows rows, CancellationToken cancellationToken)
    {
        (long Inserted, long Updated) counts = (0, 0);
        for (var before = -1; _waiting.Count > 0 && _waiting.Count != before;)
        {
            before = _waiting.Count;
            var pass = Enumerable.Reverse(_waiting).ToList();
            _waiting.Clear();
            foreach (var (ordinal, _) in pass)
            {
                var (inserted, updated) = await UpsertRangeAsync(rows, ordinal, ordinal, cancellationToken).ConfigureAwait(false);
                counts = (counts.Inserted + inserted, counts.Updated + updated);
            }
        }

        foreach (var (ordinal, failure) in _waiting.OrderBy(row => row.Ordinal)) await RejectAsync(rows, ordinal, failure, cancellationToken).ConfigureAwait(false);
        return counts;
    }

    private async Task RejectAsync(StagedRows rows, long ordinal, PostgresException failure, CancellationToken cancellationToken)
    {
        _rejected.Add(Rejected(await rows.Values(ordinal).ConfigureAwait(false), failure));
        _refusedOrdinals.Add(ordinal);
        await DeleteStagedAsync(ordinal, cancellationToken).ConfigureAwait(false);
    }

    private Task<int> DeleteStagedAsync(long ordinal, CancellationToken cancellationToken) =>
        ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"{plan.Sql.DeleteStaged} {ordinal}"), cancellationToken);

    private async Task RejectOrphansAsync(StagedRows rows, CancellationToken cancellationToken)
    {
        if (plan.OnMissingParent == MissingParentPolicy.Stub) return;
        foreach (var reference in plan.ForeignKeys)
        {
            var orphans = await FindOrphansAsync(reference, cancellationToken).ConfigureAwait(false);
            if (orphans.Count > 0 && plan.OnMissingParent == MissingParentPolicy.Fail) throw MissingParent(reference);
            var reason = $"Foreign key {reference.Name}: no row of {reference.Parent} has this {string.Join(", ", reference.ParentColumns)}.";
            foreach (var ordinal in orphans)
            {
                var values = await rows.Values(ordinal).ConfigureAwait(false);
                _rejected.Add(new RejectedRow(plan.KeyOf(values), values, reason, PostgresErrors.ForeignKeyViolation, reference.Columns[0]));
                await DeleteStagedAsync(ordinal, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<List<long>> FindOrphansAsync(PostgresForeignKey reference, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(plan.FindOrphans(reference), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var orphans = new List<long>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) orphans.Add(reader.GetInt64(0));
        return orphans;
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

    private RejectedRow Rejected(string?[] values, PostgresException failure) => new(
        plan.KeyOf(values), values,
        failure.ConstraintName is { } constraint ? $"{failure.MessageText} ({constraint})" : failure.MessageText,
        failure.SqlState, failure.ColumnName ?? CopiedColumn(failure.Where));

    // COPY names the column only in its context: "COPY etl_stage, line 1, column v: …".
    private string? CopiedColumn(string? context) => context is null
        ? null
        : plan.Columns.FirstOrDefault(column => context.Contains($", column {column}: ", StringComparison.Ordinal));

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Rows in the staging table.</summary>
/// <param name="First">Lowest ordinal.</param>
/// <param name="Last">Highest ordinal.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Values">Gives a row's values as text, by ordinal.</param>
internal sealed record StagedRows(long First, long Last, long Count, Func<long, Task<string?[]>> Values);
