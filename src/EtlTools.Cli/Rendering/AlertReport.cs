using EtlTools.Core.Alerts;

namespace EtlTools.Cli.Rendering;

/// <summary>The result of <c>alert test</c>. JSON: <c>targets</c> (<c>target</c>, <c>delivered</c>, <c>problem</c>, <c>duration_ms</c>).</summary>
internal sealed class AlertReport(IReadOnlyList<AlertTrial> trials) : CommandReport
{
    public override ExitCode ExitCode => trials.All(trial => trial.IsDelivered) ? ExitCode.Done : ExitCode.Failed;

    public override void Write(TextReport text)
    {
        foreach (var trial in trials)
        {
            text.Line(
                trial.Problem is { } problem ? $"failed     {trial.Target}: {problem}" : $"delivered  {trial.Target} in {Format.Duration(trial.Duration)}",
                trial.IsDelivered ? TextReport.Good : TextReport.Bad);
        }
    }

    public override void Write(JsonReport json) => json.Objects("targets", trials, static (json, trial) =>
    {
        json.Text("target", trial.Target);
        json.Flag("delivered", trial.IsDelivered);
        json.Text("problem", trial.Problem);
        json.Count("duration_ms", (long)trial.Duration.TotalMilliseconds);
    });
}
