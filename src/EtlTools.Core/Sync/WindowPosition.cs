using EtlTools.Core.Rows;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>
/// The watermark as the batches of a run move it. It never moves back: rows read again because of the lookback, and rows without a
/// cursor, leave it as it is.
/// </summary>
internal sealed class WindowPosition
{
    private readonly string? _high;
    private readonly Comparison<string> _order;
    private WatermarkMove _current;

    /// <param name="watermark">Where the pipeline stands.</param>
    /// <param name="high">High bound of the window; null when none is read.</param>
    /// <param name="order">Which of two cursor texts is later.</param>
    public WindowPosition(Watermark watermark, string? high, Comparison<string> order)
    {
        _high = high;
        _order = order;
        _current = new WatermarkMove(watermark.Cursor, watermark.Key, watermark.WindowHigh, watermark.WindowComplete, watermark.TailRows, 0);
    }

    /// <summary>Where the watermark stands once a batch is committed.</summary>
    public WatermarkMove After(RowBatch batch, LoadPlan plan)
    {
        if (batch.LastCursor is not { } last || (_current.Cursor is { } cursor && _order(last, cursor) < 0)) return _current;
        var key = batch.Count > 0 ? plan.KeyOf(batch.Decode(batch.Count - 1)) : null;
        return new WatermarkMove(last, key is null ? null : RowJson.Object(plan.Key, key), _high, WindowComplete: false, null, 0);
    }

    /// <summary>Takes over a move that was committed.</summary>
    public void Accept(WatermarkMove move) => _current = move with { Rows = 0 };

    /// <summary>Where the watermark stands once the window was read to its end.</summary>
    public WatermarkMove AtEnd(string? end, long tailRows) =>
        end is null ? _current : new WatermarkMove(end, null, end, WindowComplete: true, tailRows, 0);
}
