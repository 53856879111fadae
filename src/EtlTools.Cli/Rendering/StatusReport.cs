using EtlTools.Core.State;

namespace EtlTools.Cli.Rendering;

/// <summary>The result of <c>status</c>. JSON: <c>watermarks</c> (<see cref="WatermarkRows"/>), <c>runs</c> (<see cref="RunRows"/>, <c>error_code</c>, <c>error</c>), newest first.</summary>
internal sealed class StatusReport(IReadOnlyList<Watermark> watermarks, IReadOnlyList<RunRecord> runs) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        if (watermarks.Count == 0) text.Line("No table has a watermark yet; 'etl sync' makes them.");
        else WatermarkRows.Write(text, watermarks);
        if (runs.Count > 0)
        {
            text.Line("Newest runs", TextReport.Heading);
            RunRows.Write(text, runs, withStart: true);
        }

        foreach (var run in runs.Where(run => run.Error is not null))
            text.Line($"{Format.Time(run.StartedAt)} {run.Pipeline}: {run.Error}", TextReport.Bad);
    }

    public override void Write(JsonReport json)
    {
        json.Objects("watermarks", watermarks, WatermarkRows.Write);
        json.Objects("runs", runs, static (json, run) =>
        {
            RunRows.Write(json, run);
            json.Text("error_code", run.ErrorCode);
            json.Text("error", run.Error);
        });
    }
}
