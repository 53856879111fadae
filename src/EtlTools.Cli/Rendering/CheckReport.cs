using EtlTools.Core.Check;
using EtlTools.Core.Config;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// The result of <c>check</c>. JSON: <c>findings</c> (<c>subject</c>, <c>severity</c>: ok, warning, error; <c>message</c>, <c>remedy</c>),
/// <c>settings</c> (<c>name</c>, <c>value</c> with secrets masked, <c>origin</c>), <c>errors</c>, <c>warnings</c>.
/// </summary>
internal sealed class CheckReport(IReadOnlyList<CheckFinding> findings, LoadedSettings settings) : CommandReport
{
    /// <summary>What was found.</summary>
    public IReadOnlyList<CheckFinding> Findings => findings;

    public override ExitCode ExitCode => Count(CheckSeverity.Error) > 0 ? ExitCode.Failed : ExitCode.Done;

    public override void Write(TextReport text)
    {
        text.Line($"Settings: {settings.EnvironmentFile ?? "no .env file"} and the environment");
        foreach (var value in settings.Values.Where(value => value.Origin != "default"))
            text.Line($"  {value.Setting.Name} = {value.Text}  ({value.Origin})");
        text.Line();
        foreach (var finding in findings)
        {
            var (mark, style) = finding.Severity switch
            {
                CheckSeverity.Ok => ("ok     ", TextReport.Good),
                CheckSeverity.Warning => ("warning", TextReport.Doubtful),
                _ => ("error  ", TextReport.Bad),
            };
            text.Finding($"{mark}  {finding.Subject}: {finding.Message}", finding.Remedy, style);
        }

        text.Line();
        text.Line(
            ExitCode == ExitCode.Done
                ? $"A sync would work{(Count(CheckSeverity.Warning) is > 0 and var warnings ? $"; {Format.Count(warnings)} warnings" : "")}."
                : $"A sync would fail: {Format.Count(Count(CheckSeverity.Error))} errors.",
            ExitCode == ExitCode.Done ? TextReport.Good : TextReport.Bad);
    }

    public override void Write(JsonReport json)
    {
        json.Objects("findings", findings, static (json, finding) =>
        {
            json.Text("subject", finding.Subject);
            json.Text("severity", finding.Severity switch { CheckSeverity.Ok => "ok", CheckSeverity.Warning => "warning", _ => "error" });
            json.Text("message", finding.Message);
            json.Text("remedy", finding.Remedy);
        });
        json.Objects("settings", settings.Values, static (json, value) =>
        {
            json.Text("name", value.Setting.Name);
            json.Text("value", value.Text);
            json.Text("origin", value.Origin);
        });
        json.Count("errors", Count(CheckSeverity.Error));
        json.Count("warnings", Count(CheckSeverity.Warning));
    }

    private int Count(CheckSeverity severity) => findings.Count(finding => finding.Severity == severity);
}
