using EtlTools.Core.State;

namespace EtlTools.Cli.Rendering;

/// <summary>Watermarks as rows of a table and as JSON objects; field names are the columns of <c>etl.watermark</c>.</summary>
internal static class WatermarkRows
{
    public static void Write(TextReport text, IReadOnlyList<Watermark> watermarks) => text.Table(
        ["table", "watermark", "last run", "last success", "#rows so far", "held by"],
        watermarks.Select(mark => (Cell[])
        [
            mark.Pipeline, (mark.Cursor ?? "none") + (mark.WindowComplete ? "" : " (window unfinished)"),
            mark.LastStatus is { } status ? TextReport.Status(status) : "", Format.Time(mark.LastSuccess), mark.RowsProcessed,
            mark.Holder is { } holder ? $"{holder} since {Format.Time(mark.HolderSince)}" : "",
        ]));

    public static void Write(JsonReport json, Watermark mark)
    {
        json.Text("pipeline", mark.Pipeline);
        json.Text("source", mark.Source);
        json.Text("target", mark.Target);
        json.Text("cursor_column", mark.CursorColumn);
        json.Text("cursor", mark.Cursor);
        json.Raw("key", mark.Key);
        json.Text("window_high", mark.WindowHigh);
        json.Flag("window_complete", mark.WindowComplete);
        json.Text("holder", mark.Holder);
        json.Time("holder_since", mark.HolderSince);
        json.Text("last_run_id", mark.LastRunId?.ToString());
        json.Text("last_status", mark.LastStatus);
        json.Text("last_error", mark.LastError);
        json.Count("rows_processed", mark.RowsProcessed);
        json.Time("last_success", mark.LastSuccess);
    }
}
