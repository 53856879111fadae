using EtlTools.Core.Config;

namespace EtlTools.Core.Snowflake;

/// <summary>The statements that find and read a window of a Snowflake table. Cursor values are bound, names quoted.</summary>
internal sealed class SnowflakeWindowSql(SnowflakeTableName table, SnowflakeCursor cursor, CursorDistance lookback, TimeSpan settle)
{
    private readonly string _from = $"FROM {table.ToSql()}";
    private readonly string _column = cursor.Sql;

    /// <summary>
    /// Returns one row of seven: the newest cursor text that may be read; the cursor text a lookback earlier; how many rows lie up to
    /// there; the newest cursor text there is; how many rows are too new; how many have no cursor; how far the
    /// oldest and the newest that may be read lie apart (null for texts). One pass over what lies above the low bound. Binds the low cursor when <paramref name="hasLow"/>.
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
            cursor.Distance($"MIN({_column})", high) ?? "NULL",
        ];
        return $"SELECT {string.Join(", ", fields)} {_from}" + (hasLow ? $" WHERE {Low} OR {_column} IS NULL" : "");
    }

    /// <summary>
    /// How the rows of the window lie in it: rows of two, in order, each with the newest cursor text of a group and how many rows are in
    /// the group. Binds low when <paramref name="hasLow"/>, then high.
    /// </summary>
    /// <param name="hasLow">Whether there is a low bound.</param>
    /// <param name="distance">From the window's oldest row to its newest, as in <see cref="Bounds"/>.</param>
    public string Distribution(bool hasLow, decimal distance) =>
        $"SELECT {cursor.ToText($"MAX({_column})")}, COUNT(*) {_from} WHERE {(hasLow ? $"{Low} AND " : "")}{High} "
        + $"GROUP BY {cursor.Group(distance)} ORDER BY MAX({_column})";

    /// <summary>Streams the window, or a part of it, in (cursor, key) order. Binds low unless it is open, then high.</summary>
    /// <param name="projections">SQL of each field.</param>
    /// <param name="key">Quoted key columns.</param>
    /// <param name="low">Where it begins.</param>
    public string Read(IEnumerable<string> projections, IEnumerable<string> key, WindowLow low)
    {
        var begin = low switch
        {
            WindowLow.Open => "",
            WindowLow.LessLookback => $"{Low} AND ",
            WindowLow.From => $"{_column} >= {cursor.Bound} AND ",
            _ => $"{_column} > {cursor.Bound} AND ",
        };
        return $"SELECT {string.Join(", ", projections)} {_from} WHERE {begin}{High} "
            + $"ORDER BY {string.Join(", ", key.Where(k => k != _column).Prepend(_column))}";
    }

    /// <summary>Streams the rows without a cursor value in key order. Binds nothing.</summary>
    public string ReadNullCursors(IEnumerable<string> projections, IEnumerable<string> key) =>
        $"SELECT {string.Join(", ", projections)} {_from} WHERE {_column} IS NULL ORDER BY {string.Join(", ", key)}";

    // Inclusive: a row that shares its cursor value with the watermark may have become visible after it was read.
    private string Low => $"{_column} >= {cursor.BoundLess(lookback)}";

    private string High => $"{_column} <= {cursor.Bound}";
}

/// <summary>Where a part of a window begins.</summary>
internal enum WindowLow
{
    /// <summary>At the oldest row.</summary>
    Open,

    /// <summary>A lookback before the bound cursor, inclusive.</summary>
    LessLookback,

    /// <summary>At the bound cursor, inclusive: where an interrupted read goes on.</summary>
    From,

    /// <summary>Behind the bound cursor: where the part before ended.</summary>
    After,
}
