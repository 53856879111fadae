using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>
/// Finds the window of a run at a PostgreSQL source. Its high bound stays below everything that a transaction which has not ended may
/// still write, so that no row becomes visible behind the watermark.
/// </summary>
internal sealed class OutboundWindow(PipelineDefinition pipeline, PostgresTableName table, PostgresCursor cursor)
{
#if ETL_TEST_HOOKS
    // So that the fault tests, whose tables are small, see windows of several parts.
    private const long RowsPerPart = 40;
#else
    private const long RowsPerPart = 500_000;
#endif

    // A transaction that has just begun may not be seen yet.
    private static readonly TimeSpan LeastAge = TimeSpan.FromMilliseconds(200);

    private readonly PostgresWindowSql _sql = new(table, cursor);

    private bool IsAppend => pipeline.WriteMode == WriteMode.Append;

    /// <summary>Finds the window, and the parts in which it is read.</summary>
    /// <exception cref="ConfigurationException">This user cannot see open transactions, and nothing else keeps the window clear of them.</exception>
    public async Task<(SyncWindow Window, IReadOnlyList<OutboundPart> Parts)> FindAsync(
        NpgsqlConnection connection, Watermark? watermark, CancellationToken cancellationToken)
    {
        var low = watermark?.Cursor;
        var lowSql = low is null ? null : IsAppend ? _sql.After(low) : _sql.From(low, pipeline.Lookback);
        var cap = cursor.IsTime ? await CapAsync(connection, cancellationToken).ConfigureAwait(false) : null;
        var row = await RowAsync(connection, _sql.Bounds(lowSql, low, pipeline.Lookback, cap), cancellationToken).ConfigureAwait(false);
        var (high, rows) = (row[0], Number(row[2]));
        var isIdle = rows == 0 || (!IsAppend && watermark is { WindowComplete: true } && high == low && rows == watermark.TailRows);
        var cuts = isIdle || rows < 2 * RowsPerPart || Distance(row[6]) is not { } distance
            ? []
            : await CutsAsync(connection, _sql.Distribution(Range(lowSql, high!), distance), high!, cancellationToken).ConfigureAwait(false);
        var window = new SyncWindow(low, high, row[1], rows, Number(row[5]), Number(row[4]), row[3], cuts, isIdle);
        List<OutboundPart> parts = isIdle ? [] : Parts(window, lowSql);
        // Rows without a cursor come first, so that the last part ends the window.
        if (pipeline.SweepNullCursors && !IsAppend && window.NullCursors > 0) parts.Insert(0, new OutboundPart($"{cursor.Sql} IS NULL", null, null, IsLast: false));
        return (window, parts);
    }

    /// <summary>How many rows lie within the lookback of the window's end, to tell later whether anything has come to them.</summary>
    public async Task<long> TailRowsAsync(NpgsqlConnection connection, SyncWindow window, CancellationToken cancellationToken) =>
        Number((await RowAsync(connection, _sql.Count(Range(_sql.From(window.High!, pipeline.Lookback), window.High!)), cancellationToken).ConfigureAwait(false))[0]);

    private List<OutboundPart> Parts(SyncWindow window, string? lowSql)
    {
        var parts = new List<OutboundPart>();
        var (from, condition) = (window.Low, lowSql);
        foreach (var to in window.Cuts.Append(window.High!))
        {
            parts.Add(new OutboundPart(Range(condition, to), from, to, to == window.High));
            (from, condition) = (to, _sql.After(to));
        }

        return parts;
    }

    private string Range(string? low, string high) => low is null ? _sql.UpTo(high) : $"{low} AND {_sql.UpTo(high)}";

    private async Task<string> CapAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var row = await RowAsync(connection, PostgresWindowSql.OpenTransactions, cancellationToken).ConfigureAwait(false);
        var (seesAll, oldest, now) = (row[0] == "True", row[1], row[2]!);
        if (!seesAll && pipeline.Settle == TimeSpan.Zero)
        {
            throw new ConfigurationException(
                $"{pipeline.Name}: the PostgreSQL user may not see other users' transactions, so rows that they have not committed yet could be passed over.",
                "GRANT pg_read_all_stats TO the user, or set settle to more than your longest transaction takes.");
        }

        var age = pipeline.Settle > LeastAge ? pipeline.Settle : LeastAge;
        var settled = string.Create(CultureInfo.InvariantCulture, $"{PostgresLiteral.Text(now)}::timestamptz - interval '{(long)age.TotalMilliseconds} milliseconds'");
        return cursor.FromInstant(oldest is null ? $"({settled})" : $"least({settled}, {PostgresLiteral.Text(oldest)}::timestamptz)");
    }

    private static async Task<IReadOnlyList<string>> CutsAsync(NpgsqlConnection connection, string text, string high, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var cuts = new List<string>();
        var inPart = 0L;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            inPart += reader.GetInt64(1);
            if (inPart < RowsPerPart || reader.GetString(0) == high) continue;
            cuts.Add(reader.GetString(0));
            inPart = 0;
        }

        return cuts;
    }

    private static async Task<string?[]> RowAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var row = new string?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture);
        return row;
    }

    // A range wider than a decimal is not divided.
    private static decimal? Distance(string? text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var distance) && distance > 0 ? distance : null;

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}

/// <summary>A stretch of rows that is taken over at once.</summary>
/// <param name="Range">Its condition in SQL; null for all rows.</param>
/// <param name="From">Cursor text where it begins; null from the beginning.</param>
/// <param name="To">Cursor text of its last row; null when rows have none.</param>
/// <param name="IsLast">Whether the run ends with it.</param>
internal sealed record OutboundPart(string? Range, string? From, string? To, bool IsLast);
