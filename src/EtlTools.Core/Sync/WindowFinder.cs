using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>
/// Finds the window of a run by one small query at the source, and a second one when it holds many rows: where to divide it, so that
/// the first rows come early and no query has to last for hours.
/// </summary>
/// <param name="sql">The statements.</param>
/// <param name="rowsPerPart">A window of twice as many rows is divided.</param>
internal sealed class WindowFinder(SnowflakeWindowSql sql, long rowsPerPart = WindowFinder.RowsPerPart)
{
#if ETL_TEST_HOOKS
    // So that the fault tests, whose tables are small, see windows of several parts.
    private const long RowsPerPart = 40;
#else
    private const long RowsPerPart = 125_000;
#endif
    private const long MostParts = 16;

    /// <summary>Finds the window.</summary>
    /// <param name="connection">An open connection to the source.</param>
    /// <param name="watermark">Where the pipeline stands; null reads from the beginning.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<SyncWindow> FindAsync(DbConnection connection, Watermark? watermark, CancellationToken cancellationToken)
    {
        var low = watermark?.Cursor;
        var row = await SnowflakeStatement.RowAsync(connection, sql.Bounds(low is not null), low is null ? [] : [low], cancellationToken).ConfigureAwait(false);
        var (high, rows) = (row[0], Number(row[2]));
        // Nothing is newer than the watermark, and as many rows as then lie within its lookback: they have all been read.
        var isIdle = high is null || (watermark is { WindowComplete: true } && high == low && rows == watermark.TailRows);
        var parts = Math.Min(rows / rowsPerPart, MostParts);
        IReadOnlyList<CursorPart> cuts = isIdle || parts < 2 || CursorParts.Distance(row[6]) is not { } distance ? [] : await CursorParts.ReadAsync(
            connection, sql.Distribution(low is not null, distance), low is null ? [high!] : [low, high!], rows / parts, cancellationToken).ConfigureAwait(false);
        return new SyncWindow(low, high, row[1], rows, Number(row[5]), Number(row[4]), row[3], [.. cuts.SkipLast(1).Select(part => part.High)], isIdle);
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
