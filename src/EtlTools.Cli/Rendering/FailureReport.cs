using EtlTools.Core.Errors;

namespace EtlTools.Cli.Rendering;

/// <summary>The result of a command that could not do its work.</summary>
internal sealed class FailureReport(Failure failure) : CommandReport
{
    public override ExitCode ExitCode => ExitCodes.Of(failure);

    public override void Write(TextReport text) => WriteTo(text, failure);

    public override void Write(JsonReport json) => json.Object("error", WriteTo(failure));

    /// <summary>The failure in words.</summary>
    public static void WriteTo(TextReport text, Failure failure)
    {
        var style = failure.Kind == FailureKind.Stopped ? TextReport.Doubtful : TextReport.Bad;
        if (failure.Problems.Count == 1)
        {
            text.Finding($"error: {failure.Message}", failure.Remedy, style);
            return;
        }

        text.Line($"error: {failure.Problems.Count} problems", style);
        foreach (var problem in failure.Problems) text.Line("  - " + problem, style);
        text.Line("  → " + failure.Remedy);
    }

    /// <summary>Fields <c>code</c>, <c>message</c>, <c>problems</c>, <c>remedy</c>; null when there is no failure.</summary>
    public static Action<JsonReport>? WriteTo(Failure? failure) => failure is null ? null : json =>
    {
        json.Text("code", failure.Code);
        json.Text("message", failure.Message);
        json.Texts("problems", failure.Problems);
        json.Text("remedy", failure.Remedy);
    };
}
