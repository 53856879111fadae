using EtlTools.Core.Rows;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>
/// The watermark as the batches of a window move it. It never moves back: rows read again because of the lookback, and rows
/// without a cursor, leave it where it is.
/// </summary>
internal sealed class WindowPosition(string? cursor, string? high, Comparison<string> order)
{
    private string? _cursor = cursor;

    /// <summary>Where the watermark stands once a batch is committed.</summary>
    public WatermarkMove After(RowBatch batch, LoadPlan plan)
    {
        if (batch.LastCursor is not { } last || (_cursor is not null && order(last, _cursor) < 0))
            return new WatermarkMove(_cursor, null, high, WindowComplete: false, null, 0);
        var key = batch.Count > 0 ? plan.KeyOf(batch.Decode(batch.Count - 1)) : null;
        var isStorable = key is not null && !key.Any(value => value is null || value.Contains('\0', StringComparison.Ordinal));
        return new WatermarkMove(last, isStorable ? RowJson.Object(plan.Key, key!) : null, high, WindowComplete: false, null, 0);
    }

    /// <summary>Takes over a move that was committed.</summary>
    public void Accept(WatermarkMove move) => _cursor = move.Cursor;

    /// <summary>Where the watermark stands once the window was read to its end.</summary>
    public WatermarkMove AtEnd(string? end, long? tailRows) =>
        new(end ?? _cursor, null, end ?? high, WindowComplete: true, tailRows, 0);
}
