using EtlTools.Core.Config;

namespace EtlTools.Core.Snowflake;

/// <summary>The statements that find and read a window of a Snowflake table. Cursor values are bound, names quoted.</summary>
internal sealed class SnowflakeWindowSql(SnowflakeTableName table, SnowflakeCursor cursor, CursorDistance lookback, TimeSpan settle)
{
    private readonly string _from = $"FROM {table.ToSql()}";
    private readonly string _column = cursor.Sql;

    /// <summary>
    /// Returns one row of six: the newest cursor text that may be read; the cursor text a lookback earlier; how many rows lie up to
    /// there; the newest cursor text there is; how many rows are too new; how many have no cursor. One pass over what lies above the
    /// low bound. Binds the low cursor when <paramref name="hasLow"/>.
    /// </summary>
    public string Bounds(bool hasLow)
    {
        var allowed = cursor.NewestAllowed(settle);
        var high = allowed is null ? $"MAX({_column})" : $"MAX(IFF({_column} <= {allowed}, {_column}, NULL))";
        string[] fields =
        [
            cursor.ToText(high),
            cursor.ToText(cursor.Less(high, lookback)),
            allowed is null ? $"COUNT({_column})" : $"COUNT_IF({_column} <= {allowed})",
            cursor.ToText($"MAX({_column})"),
            allowed is null ? "0" : $"COUNT_IF({_column} > {allowed})",
            $"COUNT_IF({_column} IS NULL)",
        ];
        return $"SELECT {string.Join(", ", fields)} {_from}" + (hasLow ? $" WHERE {Low} OR {_column} IS NULL" : "");
    }

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
