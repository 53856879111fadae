using EtlTools.Core.Backfill;
using EtlTools.Core.Errors;
using EtlTools.Core.Report;
using EtlTools.Core.State;

namespace EtlTools.Cli.Rendering;

/// <summary>The result of <c>backfill TABLE</c>. JSON: <c>dry_run</c>, <c>backfill</c> and <c>partitions</c> (<see cref="BackfillRows"/>), <c>run</c> (<see cref="RunRows"/>: this process's part), <c>notes</c>, <c>report_files</c>, <c>error</c>.</summary>
internal sealed class BackfillRunReport(BackfillResult result, WrittenReport written, string logDirectory) : CommandReport
{
    private const int MostShown = 40;

    public override ExitCode ExitCode { get; } = Of(result);

    public override void Write(TextReport text)
    {
        if (result.Plan is { } plan) WritePlan(text, plan);
        if (result.Run is { } run && run.Counts.Read > 0) RunRows.Write(text, [run], withStart: false);
        foreach (var note in result.Notes) text.Line(note);
        foreach (var partition in result.Partitions.Where(partition => partition.Status == PartitionStatus.Parked))
            text.Line($"Partition {partition.Number} is parked: {partition.Error}", TextReport.Bad);
        if (result.Error is { } error) FailureReport.WriteTo(text, Failure.Of(error));
        text.Line(Verdict(), ExitCode switch { ExitCode.Done => TextReport.Good, ExitCode.Failed or ExitCode.Usage => TextReport.Bad, _ => TextReport.Doubtful });
        if (written.Files.Count > 0) text.Exact($"Report: {string.Join("\n        ", written.Files)}\n");
        if (written.Problem is { } problem) text.Line(problem, TextReport.Doubtful);
        if (ExitCode == ExitCode.Failed) text.Line($"The log is in {Path.GetFullPath(logDirectory)}.");
    }

    public override void Write(JsonReport json)
    {
        json.Flag("dry_run", result.Run is null);
        json.Object("backfill", result.Plan is { } plan ? json => BackfillRows.Write(json, plan) : null);
        json.Objects("partitions", result.Partitions, BackfillRows.Write);
        json.Object("run", result.Run is { } run ? json => RunRows.Write(json, run) : null);
        json.Texts("notes", written.Problem is { } problem ? [.. result.Notes, problem] : result.Notes);
        json.Texts("report_files", written.Files);
        json.Object("error", FailureReport.WriteTo(result.Error is { } error ? Failure.Of(error) : null));
    }

    private static ExitCode Of(BackfillResult result) => result.Run?.Status switch
    {
        null or RunStatus.Done or RunStatus.Idle when result.Error is null => ExitCode.Done,
        RunStatus.Quarantined when result.Error is null => ExitCode.Quarantined,
        RunStatus.Cancelled => ExitCode.Stopped,
        // What is wrong with the command is found before anything is begun.
        _ => result is { Plan: null, Error: { } error } && Failure.Of(error).Kind == FailureKind.Usage ? ExitCode.Usage : ExitCode.Failed,
    };

    private void WritePlan(TextReport text, BackfillPlan plan)
    {
        text.Line(
            $"Backfill {plan.Name}: {plan.Source} → {plan.Target}, method {plan.Method}, {Format.Count(plan.Estimate.Rows)} rows in {Format.Count(plan.PartitionCount)} partitions, "
            + $"about {Format.Count(plan.Estimate.Bytes >> 20)} MB as text"
            + (plan.Estimate.Files > 0 ? $" in {Format.Count(plan.Estimate.Files)} files" : "")
            + (plan.Estimate.Duration is { } duration ? $", about {Format.Duration(duration)} at the rate of the last run." : "."), TextReport.Heading);
        var shown = result.Partitions.Where(partition => result.Partitions.Count <= MostShown || partition.Status != PartitionStatus.Done).Take(MostShown).ToList();
        if (shown.Count > 0) BackfillRows.Write(text, shown);
        if (shown.Count < result.Partitions.Count) text.Line($"{Format.Count(result.Partitions.Count - shown.Count)} partitions more: see 'etl backfill status {plan.Name}'.");
    }

    private string Verdict() => ExitCode switch
    {
        ExitCode.Stopped => "Stopped at a batch boundary; the same command goes on from there.",
        ExitCode.Failed or ExitCode.Usage => result.Plan is null ? "Nothing was begun." : "Not finished; what was committed counts, and the same command goes on from there.",
        ExitCode.Quarantined => "Done, but some rows are in quarantine: see 'etl errors list'.",
        _ when result.Run is null => "Dry run: nothing was stored or moved.",
        _ when result.Run.Status == RunStatus.Idle => "Nothing to do.",
        _ => "Done.",
    };
}
