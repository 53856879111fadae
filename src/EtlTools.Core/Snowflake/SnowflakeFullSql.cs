namespace EtlTools.Core.Snowflake;

/// <summary>The statements that read a whole Snowflake table.</summary>
internal sealed class SnowflakeFullSql(SnowflakeTableName table, SnowflakeCursor? cursor)
{
    private readonly string _from = $"FROM {table.ToSql()}";

    /// <summary>Returns one row: all rows, and the newest cursor text that a following incremental run may begin at. Binds nothing.</summary>
    public string Bounds(TimeSpan settle)
    {
        if (cursor is null) return $"SELECT COUNT(*), NULL {_from}";
        var newest = cursor.NewestAllowed(settle) is { } allowed
            ? $"MAX(IFF({cursor.Sql} <= {allowed}, {cursor.Sql}, NULL))"
            : $"MAX({cursor.Sql})";
        return $"SELECT COUNT(*), {cursor.ToText(newest)} {_from}";
    }

    /// <summary>Streams all rows, the newest of each key last where there is a cursor. Binds nothing.</summary>
    public string Read(IEnumerable<string> projections) =>
        $"SELECT {string.Join(", ", projections)} {_from}" + (cursor is null ? "" : $" ORDER BY {cursor.Sql} NULLS FIRST");
}
