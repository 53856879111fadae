using EtlTools.Core.Config;

namespace EtlTools.Core.Postgres;

/// <summary>The statements that find and read a window of a PostgreSQL table. Names are quoted, cursor texts are literals, since COPY binds nothing.</summary>
internal sealed class PostgresWindowSql(PostgresTableName table, PostgresCursor cursor)
{
    private readonly string _from = $"FROM {table.ToSql()}";
    private readonly string _column = cursor.Sql;

    /// <summary>
    /// The oldest moment at which a transaction that has not ended may have written: nothing younger is final. Returns one row: whether
    /// this user sees other users' transactions, that moment (null when none is open), and the server's clock.
    /// </summary>
    /// <remarks>
    /// Without the right to see them <c>xact_start</c> is NULL, and a guard that looks at it alone would pass falsely
    /// (https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW). Prepared transactions have no session.
    /// </remarks>
    public const string OpenTransactions = """
        SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),
               least((SELECT min(xact_start) FROM pg_stat_activity
                      WHERE datname = current_database() AND pid <> pg_backend_pid()
                        AND backend_type IN ('client backend', 'background worker', 'parallel worker', 'logical replication worker')),
                     (SELECT min(prepared) FROM pg_prepared_xacts WHERE database = current_database()))::text,
               clock_timestamp()::text
        """;

    /// <summary>
    /// Returns one row of seven: the newest cursor text below the cap, or the low bound's if that is newer; the cursor text a lookback earlier; how many rows lie up to there;
    /// the newest cursor text there is; how many rows are at or above the cap; how many have no cursor; the distance from the oldest to
    /// the newest that may be read.
    /// </summary>
    /// <param name="low">The window's low bound as a condition; null reads from the beginning.</param>
    /// <param name="least">The watermark's cursor text, behind which the high bound never falls; null without one.</param>
    /// <param name="lookback">For the second field.</param>
    /// <param name="cap">An expression: rows at or above it wait; null when all may be read.</param>
    public string Bounds(string? low, string? least, CursorDistance lookback, string? cap)
    {
        var allowed = cap is null ? $"{_column} IS NOT NULL" : $"{_column} < {cap}";
        var newest = $"max({_column}) FILTER (WHERE {allowed})";
        var high = least is null ? newest : $"greatest({newest}, {cursor.Literal(least)})";
        string[] fields =
        [
            cursor.ToText(high), cursor.ToText(cursor.Less(high, lookback)), $"count(*) FILTER (WHERE {allowed})", cursor.ToText($"max({_column})"),
            cap is null ? "0::bigint" : $"count(*) FILTER (WHERE {_column} >= {cap})", $"count(*) FILTER (WHERE {_column} IS NULL)",
            $"({cursor.Distance($"min({_column}) FILTER (WHERE {allowed})", high)})::text",
        ];
        return $"SELECT {string.Join(", ", fields)} {_from}" + (low is null ? "" : $" WHERE {low} OR {_column} IS NULL");
    }

    /// <summary>Rows of two, in order: the newest cursor text of a group of rows, and how many rows are in the group.</summary>
    public string Distribution(string range, decimal distance) =>
        $"SELECT {cursor.ToText($"max({_column})")}, count(*) {_from} WHERE {range} GROUP BY {cursor.Group(distance)} ORDER BY max({_column})";

    /// <summary>From a watermark on, less a lookback, inclusive: rows that share the watermark's value may have become visible after it was read.</summary>
    public string From(string text, CursorDistance lookback) => $"{_column} >= {cursor.Less(cursor.Literal(text), lookback)}";

    /// <summary>Behind a cursor text.</summary>
    public string After(string text) => $"{_column} > {cursor.Literal(text)}";

    /// <summary>Up to a cursor text, inclusive.</summary>
    public string UpTo(string text) => $"{_column} <= {cursor.Literal(text)}";

    /// <summary>How many rows a range holds.</summary>
    public string Count(string range) => $"SELECT count(*) {_from} WHERE {range}";
}
