using EtlTools.Core.State;

namespace EtlTools.Cli.Rendering;

/// <summary>The result of <c>watermark get</c>. JSON: <c>watermarks</c> (<see cref="WatermarkRows"/>), <c>never_run</c> (names).</summary>
internal sealed class WatermarkReport(IReadOnlyList<KnownTable> tables) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        var marks = tables.Select(table => table.Watermark).OfType<Watermark>().ToList();
        if (marks.Count > 0) WatermarkRows.Write(text, marks);
        foreach (var table in tables.Where(table => table.Watermark is null)) text.Line($"{table.Name} has never run.");
        if (tables.Count == 0) text.Line("No table has a watermark yet; 'etl sync' makes them.");
    }

    public override void Write(JsonReport json)
    {
        json.Objects("watermarks", tables.Select(table => table.Watermark).OfType<Watermark>(), WatermarkRows.Write);
        json.Texts("never_run", tables.Where(table => table.Watermark is null).Select(table => table.Name));
    }
}

/// <summary>The result of <c>watermark set</c> and <c>watermark reset</c>. JSON: <c>pipeline</c>, <c>previous_cursor</c>, <c>cursor</c>.</summary>
internal sealed class WatermarkChangeReport(string pipeline, string? before, string? after) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text) => text.Line(
        after is null ? $"{pipeline}: the watermark {before ?? "(none)"} is forgotten; the next run reads everything." : $"{pipeline}: the watermark is now {after} (before: {before ?? "none"}).",
        TextReport.Good);

    public override void Write(JsonReport json)
    {
        json.Text("pipeline", pipeline);
        json.Text("previous_cursor", before);
        json.Text("cursor", after);
    }
}
