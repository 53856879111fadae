namespace EtlTools.Cli.Rendering;

/// <summary>The end of <c>sync --every</c>, which only a stop request brings about. JSON: <c>ticks</c>, <c>rows</c>.</summary>
internal sealed class RepeatingReport(long ticks, long rows) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text) =>
        text.Line($"Stopped on request after {Format.Count(ticks)} ticks and {Format.Count(rows)} rows; the next run goes on from there.", TextReport.Good);

    public override void Write(JsonReport json)
    {
        json.Count("ticks", ticks);
        json.Count("rows", rows);
    }
}
