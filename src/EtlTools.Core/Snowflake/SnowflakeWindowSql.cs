using EtlTools.Core.Config;

namespace EtlTools.Core.Snowflake;

/// <summary>The statements that find and read a window of a Snowflake table. Cursor values are bound, names quoted.</summary>
internal sealed class SnowflakeWindowSql(SnowflakeTableName table, SnowflakeCursor cursor, CursorDistance lookback, TimeSpan settle)
{
    private readonly string _from = $"FROM {table.ToSql()}";
    private readonly string _column = cursor.Sql;

    /// <summary>
    /// Returns one row: the newest cursor text that may be read, the newest there is, and how many rows are too new.
    /// Binds the low cursor when <paramref name="hasLow"/>.
    /// </summary>
    public string Bounds(bool hasLow)
    {
        var allowed = cursor.NewestAllowed(settle);
        var newest = cursor.ToText($"MAX({_column})");
        return (allowed is null
                ? $"SELECT {newest}, {newest}, 0 {_from}"
                : $"SELECT {cursor.ToText($"MAX(IFF({_column} <= {allowed}, {_column}, NULL))")}, {newest}, COUNT_IF({_column} > {allowed}) {_from}")
            + (hasLow ? $" WHERE {Low}" : "");
    }

    /// <summary>
    /// Returns one row: rows in the window, and those of them within the lookback of its high bound.
    /// Binds the high cursor for the tail, then low when <paramref name="hasLow"/>, then high.
    /// </summary>
    public string Count(bool hasLow) =>
        $"SELECT COUNT(*), COUNT_IF({_column} >= {cursor.BoundLess(lookback)}) {_from} WHERE {(hasLow ? $"{Low} AND " : "")}{High}";

    /// <summary>Returns one row: rows without a cursor value. Binds nothing.</summary>
    public string CountNullCursors() => $"SELECT COUNT(*) {_from} WHERE {_column} IS NULL";

    /// <summary>Streams the window in (cursor, key) order. Binds low when <paramref name="hasLow"/>, then high.</summary>
    /// <param name="projections">SQL of each field.</param>
    /// <param name="key">Quoted key columns.</param>
    /// <param name="hasLow">Whether there is a low bound.</param>
    /// <param name="isResumed">Whether low is where an interrupted read of the same window goes on, so that no lookback applies.</param>
    public string Read(IEnumerable<string> projections, IEnumerable<string> key, bool hasLow, bool isResumed) =>
        $"SELECT {string.Join(", ", projections)} {_from} WHERE "
        + (hasLow ? (isResumed ? $"{_column} >= {cursor.Bound} AND " : $"{Low} AND ") : "")
        + $"{High} ORDER BY {string.Join(", ", key.Where(k => k != _column).Prepend(_column))}";

    /// <summary>Streams the rows without a cursor value in key order. Binds nothing.</summary>
    public string ReadNullCursors(IEnumerable<string> projections, IEnumerable<string> key) =>
        $"SELECT {string.Join(", ", projections)} {_from} WHERE {_column} IS NULL ORDER BY {string.Join(", ", key)}";

    // Inclusive: a row that shares its cursor value with the watermark may have become visible after it was read.
    private string Low => $"{_column} >= {cursor.BoundLess(lookback)}";

    private string High => $"{_column} <= {cursor.Bound}";
}
