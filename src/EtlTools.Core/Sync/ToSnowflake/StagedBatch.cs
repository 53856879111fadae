using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Files;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>Takes the files of a batch into the staging table, and from there into the target in one transaction with the ledger.</summary>
internal sealed class StagedBatch(OutboundRun run)
{
    /// <summary>How the rows have been staged that were loaded last.</summary>
    public StagingSql Staging { get; private set; } = run.Texts;

    /// <summary>Rows of the target that a full run did not find at the source and left alone.</summary>
    public long Kept { get; private set; }

    private string Kind => run.IsDryRun ? "TEMPORARY" : "TRANSIENT";

    /// <summary>Brings rows into the staging table and looks for those that the target cannot keep.</summary>
    /// <param name="connection">The session.</param>
    /// <param name="stage">Where files lie.</param>
    /// <param name="extracted">Which, or the rows themselves when they are few.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The rows at fault.</returns>
    /// <exception cref="IntegrityException">Not every row that was sent has arrived.</exception>
    public async Task<IReadOnlyList<RejectedRow>> LoadAsync(
        DbConnection connection, SnowflakeStage stage, ExtractedRows extracted, CancellationToken cancellationToken)
    {
        if (run.Typed is { } typed && await TryTypedAsync(connection, stage, extracted, typed, cancellationToken).ConfigureAwait(false)) return [];
        await StageAsync(connection, stage, extracted, run.Texts, cancellationToken).ConfigureAwait(false);
        await SnowflakeStatement.ExecuteAsync(connection, run.Texts.CreateRows(Kind)!, cancellationToken).ConfigureAwait(false);
        if (run.Texts.Refused.Length == 0) return [];
        var rows = await SnowflakeStatement.RowsAsync(connection, run.Texts.Refused, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(Reject)];
    }

    // Mostly no row is refused: each value is converted once then, by COPY INTO where it can. Otherwise the rows are staged anew, as texts, and told apart.
    private async Task<bool> TryTypedAsync(DbConnection connection, SnowflakeStage stage, ExtractedRows extracted, StagingSql typed, CancellationToken cancellationToken)
    {
        try
        {
            await StageAsync(connection, stage, extracted, typed, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (SnowflakeErrors.IsRefusal(failure))
        {
            FaultPoint.Reach("value-refused");
            return false;
        }

        if (typed.CreateRows(Kind) is { } create) await SnowflakeStatement.ExecuteAsync(connection, create, cancellationToken).ConfigureAwait(false);
        if (!typed.IsCounted) return true;
        var staged = await FiguresAsync(connection, typed.CountStaged, cancellationToken).ConfigureAwait(false);
        return staged[1] == 0 && staged[0] == await NumberAsync(connection, typed.CountTyped, cancellationToken).ConfigureAwait(false);
    }

    private async Task StageAsync(DbConnection connection, SnowflakeStage stage, ExtractedRows extracted, StagingSql staging, CancellationToken cancellationToken)
    {
        Staging = staging;
        await SnowflakeStatement.ExecuteAsync(connection, staging.CreateStage(Kind), cancellationToken).ConfigureAwait(false);
        if (extracted.Bound.Count > 0) await InsertAsync(connection, extracted.Bound, cancellationToken).ConfigureAwait(false);
        foreach (var chunk in extracted.Files.Chunk(1000))
        {
            var answer = await SnowflakeStatement.RowsAsync(connection, staging.CopyInto(stage.Sql, chunk), cancellationToken).ConfigureAwait(false);
            SnowflakeStage.EnsureLoaded(answer, chunk);
        }

        FaultPoint.Reach("after-copy-into");
    }

    private async Task InsertAsync(DbConnection connection, BoundRows rows, CancellationToken cancellationToken)
    {
        var inserted = await SnowflakeStatement.ExecuteAsync(connection, Staging.InsertStaged, rows.Columns, cancellationToken).ConfigureAwait(false);
        if (inserted == rows.Count) return;
        throw new IntegrityException(
            string.Create(CultureInfo.InvariantCulture, $"Snowflake took {inserted} of {rows.Count} rows into the staging table."),
            "Nothing was applied. Run it again; if it persists, report this as a defect.");
    }

    /// <summary>Says what applying would do, and changes nothing.</summary>
    public async Task<(RowCounts Counts, long Deleted)> ForeseeAsync(DbConnection connection, long rows, long refused, bool isFull, CancellationToken cancellationToken)
    {
        var good = rows - refused;
        if (IsAppend(isFull)) return (new RowCounts(rows, good, 0, 0, 0, refused), 0);
        var row = await FiguresAsync(connection, Staging.Apply.Foresee, cancellationToken).ConfigureAwait(false);
        var removes = isFull && refused == 0 && (run.Plan.SoftDelete is not null || run.Pipeline.WriteMode == WriteMode.Full);
        var deleted = removes ? await NumberAsync(connection, Staging.Apply.CountMissing, cancellationToken).ConfigureAwait(false) : 0;
        return (new RowCounts(rows, row[1], row[2], row[3], good - row[0], refused), deleted);
    }

    /// <summary>Applies the staged rows, once, whatever breaks.</summary>
    /// <param name="connection">The session.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="rows">Rows staged.</param>
    /// <param name="refused">Rows among them that were put aside.</param>
    /// <param name="isFull">Whether rows that were not staged are gone from the source.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(RowCounts Counts, long Deleted)> ApplyAsync(
        DbConnection connection, string batch, long rows, long refused, bool isFull, CancellationToken cancellationToken)
    {
        await SnowflakeStatement.ExecuteAsync(connection, "BEGIN", cancellationToken).ConfigureAwait(false);
        try
        {
            if (!await run.Ledger.EnterAsync(connection, batch, run.Lease!.Fence, cancellationToken).ConfigureAwait(false))
            {
                await SnowflakeStatement.ExecuteAsync(connection, "ROLLBACK", cancellationToken).ConfigureAwait(false);
                return await run.Ledger.CountsAsync(connection, cancellationToken).ConfigureAwait(false);
            }

            var (counts, deleted) = await WriteAsync(connection, rows, refused, isFull, cancellationToken).ConfigureAwait(false);
            counts.EnsureAddsUp($"{run.Pipeline.Name}, batch {batch}");
            await run.Ledger.NoteCountsAsync(connection, counts, deleted, cancellationToken).ConfigureAwait(false);
            FaultPoint.Reach("before-commit");
            await SnowflakeStatement.ExecuteAsync(connection, "COMMIT", cancellationToken).ConfigureAwait(false);
            FaultPoint.Reach("after-commit");
            return (counts, deleted);
        }
        catch
        {
            // A failed statement leaves the transaction open and committable.
            await TryRollbackAsync(connection).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<(RowCounts Counts, long Deleted)> WriteAsync(DbConnection connection, long rows, long refused, bool isFull, CancellationToken cancellationToken)
    {
        var good = rows - refused;
        if (IsAppend(isFull))
        {
            var added = await SnowflakeStatement.ExecuteAsync(connection, Staging.Apply.Append, cancellationToken).ConfigureAwait(false);
            return (new RowCounts(rows, added, 0, 0, 0, refused), 0);
        }

        var (typed, same) = await CountAsync(connection, good, cancellationToken).ConfigureAwait(false);
        var merged = await FiguresAsync(connection, Staging.Apply.Merge, cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-merge");
        var gone = isFull && refused == 0 ? await RemoveMissingAsync(connection, cancellationToken).ConfigureAwait(false) : 0;
        return (new RowCounts(rows, merged[0], merged.Length > 1 ? merged[1] : 0, same, good - typed, refused), gone);
    }

    // What is the same must be counted before it can no longer be told from what was made the same. In an empty target nothing is.
    private async Task<(long Typed, long Same)> CountAsync(DbConnection connection, long good, CancellationToken cancellationToken)
    {
        if (await NumberAsync(connection, Staging.Apply.FirstOfTarget, cancellationToken).ConfigureAwait(false) == 0)
            return (run.Plan.IsKeyUnique ? good : await NumberAsync(connection, Staging.Apply.CountNew, cancellationToken).ConfigureAwait(false), 0);
        var found = await FiguresAsync(connection, Staging.Apply.CountSame, cancellationToken).ConfigureAwait(false);
        return (found[0], found[1]);
    }

    // A full run meets rows that were appended before, and so may a retry.
    private bool IsAppend(bool isFull) => run.Pipeline.WriteMode == WriteMode.Append && !isFull && !run.IsRetry;

    private async Task<long> RemoveMissingAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (run.Plan.SoftDelete is not null) return await SnowflakeStatement.ExecuteAsync(connection, Staging.Apply.MarkMissing, cancellationToken).ConfigureAwait(false);
        if (run.Pipeline.WriteMode == WriteMode.Full) return await SnowflakeStatement.ExecuteAsync(connection, Staging.Apply.DeleteMissing, cancellationToken).ConfigureAwait(false);
        Kept = await NumberAsync(connection, Staging.Apply.CountMissing, cancellationToken).ConfigureAwait(false);
        return 0;
    }

    private RejectedRow Reject(string?[] fields)
    {
        var position = int.Parse(fields[0]!, CultureInfo.InvariantCulture);
        var column = run.Plan.Columns[position];
        var values = fields[1..];
        var reason = values[position] is null
            ? $"Column {column.Target.Name} is NULL, and must not be."
            : $"Column {column.Target.Name} holds a value that {column.Target.Type} cannot keep exactly.";
        return new RejectedRow([.. run.Plan.Key.Select(key => values[key])], values, reason, null, column.Target.Name);
    }

    private static async Task<long> NumberAsync(DbConnection connection, string sql, CancellationToken cancellationToken) =>
        (await FiguresAsync(connection, sql, cancellationToken).ConfigureAwait(false))[0];

    private static async Task<long[]> FiguresAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        var rows = await SnowflakeStatement.RowsAsync(connection, sql, cancellationToken).ConfigureAwait(false);
        return [.. rows[0].Select(text => long.Parse(text!, CultureInfo.InvariantCulture))];
    }

    private static async Task TryRollbackAsync(DbConnection connection)
    {
#pragma warning disable CA1031 // What broke the transaction is being thrown; with the session gone there is nothing to roll back.
        try
        {
            await SnowflakeStatement.ExecuteAsync(connection, "ROLLBACK", CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }
}
