using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync;

/// <summary>The queries of an incremental run: the window, and the rows without a cursor when they are swept.</summary>
internal sealed class WindowQueries(
    SnowflakeWindowSql sql, SyncWindow window, IReadOnlyList<string> projections, IReadOnlyList<string> key, int cursorField, bool sweepNullCursors) : ISourceQueries
{
    /// <inheritdoc/>
    public int Count => sweepNullCursors ? 2 : 1;

    /// <inheritdoc/>
    public SourceQuery Get(int index, string? resumeAt)
    {
        if (index == 1) return new SourceQuery(sql.ReadNullCursors(projections, key), [], null);
        var low = resumeAt ?? window.Low;
        return new SourceQuery(
            sql.Read(projections, key, hasLow: low is not null, isResumed: resumeAt is not null),
            low is null ? [window.High!] : [low, window.High!],
            cursorField);
    }
}

/// <summary>The query of a full run: all rows, in key order. It cannot be taken up in the middle; it starts over.</summary>
internal sealed class FullQueries(string sql) : ISourceQueries
{
    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public SourceQuery Get(int index, string? resumeAt) => new(sql, [], null);
}
