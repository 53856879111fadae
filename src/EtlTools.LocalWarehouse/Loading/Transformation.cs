using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Sql.Translation;
using Npgsql;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>
/// Moves a file's rows from the staged table through the SELECT into the table. Where ON_ERROR passes over errors, a failing
/// range of rows is halved until the bad rows stand alone.
/// </summary>
internal sealed class Transformation(StatementRun run, ErrorRule rule, StagedTable staged, Func<StagedTable, (string Sql, TranslationContext Context)> insert)
{
    /// <returns>False when the file is to be skipped.</returns>
    internal async Task<bool> RunAsync(FileOutcome outcome, CancellationToken cancellationToken)
    {
        var last = outcome.RowsParsed;
        if (rule is { Continues: false, SkipsFile: false }) await InsertAsync(staged with { FirstRow = 1, LastRow = last }, cancellationToken).ConfigureAwait(false);
        else await HalveAsync(outcome, 1, last, cancellationToken).ConfigureAwait(false);
        await run.Session.Link.RunAsync($"TRUNCATE {staged.Physical}", cancellationToken).ConfigureAwait(false);
        outcome.RowsLoaded = outcome.RowsParsed - outcome.Errors;
        return !rule.Skips(outcome.RowsParsed, outcome.Errors);
    }

    private async Task InsertAsync(StagedTable range, CancellationToken cancellationToken)
    {
        var (sql, context) = insert(range);
        using var command = run.Session.Link.Command(sql, context.Parameters, run.Timeout);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task HalveAsync(FileOutcome outcome, long first, long last, CancellationToken cancellationToken)
    {
        if (last < first) return;
        var link = run.Session.Link;
        await link.RunAsync("SAVEPOINT sf_rows", cancellationToken).ConfigureAwait(false);
        try
        {
            await InsertAsync(staged with { FirstRow = first, LastRow = last }, cancellationToken).ConfigureAwait(false);
            await link.RunAsync("RELEASE SAVEPOINT sf_rows", cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (PostgresException exception) when (IsDataError(exception.SqlState))
        {
            await link.RunAsync("ROLLBACK TO SAVEPOINT sf_rows; RELEASE SAVEPOINT sf_rows", cancellationToken).ConfigureAwait(false);
            if (first == last)
            {
                var error = PostgresErrors.Translate(exception, run.QueryId);
                // Lines are not kept for staged rows; the row's number is what a transformation's error can name.
                outcome.Refused(new Problem(new Fault(error.ErrorCode, error.SqlState, PlainMessage(error)), outcome.File.Name, first, 1, 0, null, first, first, ""));
                return;
            }
        }

        var middle = first + ((last - first) / 2);
        await HalveAsync(outcome, first, middle, cancellationToken).ConfigureAwait(false);
        await HalveAsync(outcome, middle + 1, last, cancellationToken).ConfigureAwait(false);
    }

    private static string PlainMessage(LocalWarehouseException error) => error.Message[(error.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..];

    /// <summary>A value that does not fit; not what the warehouse itself cannot do (SF002).</summary>
    private static bool IsDataError(string state) => state != "SF002" && (state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal) || state.StartsWith("SF", StringComparison.Ordinal));
}
