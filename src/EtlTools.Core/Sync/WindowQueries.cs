using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync;

/// <summary>The queries of an incremental run: the parts of the window, and the rows without a cursor when they are swept.</summary>
internal sealed class WindowQueries(
    SnowflakeWindowSql sql, SyncWindow window, IReadOnlyList<string> projections, IReadOnlyList<string> key, int cursorField, bool sweepNullCursors) : ISourceQueries
{
    private readonly int _parts = window.Cuts.Count + 1;

    /// <inheritdoc/>
    public int Count => sweepNullCursors ? _parts + 1 : _parts;

    /// <inheritdoc/>
    public SourceQuery Get(int index, string? resumeAt)
    {
        if (index == _parts) return new SourceQuery(sql.ReadNullCursors(projections, key), [], null);
        var high = index < window.Cuts.Count ? window.Cuts[index] : window.High!;
        var (low, kind) = resumeAt is not null ? (resumeAt, WindowLow.From)
            : index > 0 ? (window.Cuts[index - 1], WindowLow.After)
            : (window.Low, window.Low is null ? WindowLow.Open : WindowLow.LessLookback);
        return new SourceQuery(sql.Read(projections, key, kind), low is null ? [high] : [low, high], cursorField);
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
