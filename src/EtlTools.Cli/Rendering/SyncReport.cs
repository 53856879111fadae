using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// The result of <c>sync</c> and <c>errors retry</c>. JSON: <c>dry_run</c>, <c>runs</c> (the fields of <see cref="RunRows"/>, <c>notes</c>,
/// <c>error</c>), <c>totals</c>.
/// </summary>
internal sealed class SyncReport(IReadOnlyList<SyncResult> results, int expected, bool isDryRun, string logDirectory) : CommandReport
{
    /// <summary>The runs.</summary>
    public IReadOnlyList<SyncResult> Results => results;

    public override ExitCode ExitCode { get; } = SyncOutcome.Of(results, expected);

    private RowCounts Totals => results.Aggregate(default(RowCounts), (sum, result) => sum + result.Run.Counts);

    public override void Write(TextReport text)
    {
        if (results.Count > 0) RunRows.Write(text, [.. results.Select(result => result.Run)], withStart: false);
        foreach (var result in results)
        {
            foreach (var note in result.Notes) text.Line($"{result.Run.Pipeline}: {note}");
            if (result.Error is not { } error) continue;
            var failure = Failure.Of(error);
            if (result.Run.Status == RunStatus.Held) text.Finding($"Did nothing: {failure.Message}", failure.Remedy, TextReport.Doubtful);
            else FailureReport.WriteTo(text, failure with { Problems = [.. failure.Problems.Select(p => Named(result.Run, p))] });
        }

        text.Line(Verdict(), ExitCode switch { ExitCode.Done => TextReport.Good, ExitCode.Failed or ExitCode.Usage => TextReport.Bad, _ => TextReport.Doubtful });
        if (ExitCode == ExitCode.Failed) text.Line($"The log is in {Path.GetFullPath(logDirectory)}.");
    }

    public override void Write(JsonReport json)
    {
        json.Flag("dry_run", isDryRun);
        json.Objects("runs", results, static (json, result) =>
        {
            RunRows.Write(json, result.Run);
            json.Texts("notes", result.Notes);
            json.Object("error", FailureReport.WriteTo(result.Error is { } error ? Failure.Of(error) : null));
        });
        json.Object("totals", json => RunRows.WriteCounts(json, Totals));
    }

    private static string Named(RunRecord run, string problem) =>
        problem.StartsWith(run.Pipeline, StringComparison.Ordinal) ? problem : $"{run.Pipeline}: {problem}";

    private string Verdict()
    {
        var held = results.Count(result => result.Run.Status == RunStatus.Held);
        return ExitCode switch
        {
            ExitCode.Stopped => "Stopped on request at a batch boundary; the next run goes on from there.",
            ExitCode.Failed or ExitCode.Usage => $"{Format.Count(results.Count(r => r.Error is not null && r.Run.Status != RunStatus.Held))} of {Format.Count(expected)} tables failed; what was committed before counts, and the next run goes on from there.",
            ExitCode.Quarantined => isDryRun
                ? $"Dry run: nothing was written. {Format.Count(Totals.Quarantined)} rows would be quarantined."
                : $"Done, but {(Totals.Quarantined > 0 ? Format.Count(Totals.Quarantined) : "some")} rows are in quarantine: see 'etl errors list'.",
            _ when expected == 0 => "Nothing to do: no row is in quarantine.",
            _ when held == results.Count => "Nothing was done: other runs are at it.",
            _ when isDryRun => "Dry run: nothing was written. These are the figures a real run would give.",
            _ when results.All(result => result.Run.Status is RunStatus.Idle or RunStatus.Held) => "Nothing to do: no row has changed since the last run.",
            _ => "Done.",
        };
    }
}
