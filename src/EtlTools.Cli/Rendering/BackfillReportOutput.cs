using EtlTools.Core.Report;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// The result of <c>backfill report</c>: the report itself, or where it was written. JSON: <c>file</c> (null for none), <c>format</c>,
/// <c>report</c> (the document that <c>--format json</c> gives).
/// </summary>
internal sealed class BackfillReportOutput(BackfillReport report, ReportFormat format, string? path) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        if (path is null) text.Exact(report.Render(format));
        else text.Line($"Wrote {path}.", TextReport.Good);
    }

    public override void Write(JsonReport json)
    {
        json.Text("file", path);
        json.Text("format", format.ToString().ToLowerInvariant());
        json.Raw("report", ReportJson.Render(report));
    }
}
