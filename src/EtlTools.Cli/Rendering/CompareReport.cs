using EtlTools.Core.Compare;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// The result of <c>compare</c>. JSON: <c>tables</c> (<c>pipeline</c>, <c>source</c>, <c>target</c>, <c>source_rows</c>, <c>target_rows</c>,
/// <c>difference</c> = target less source, <c>open_quarantine</c>, <c>is_equal</c>, <c>expected_rows</c> of the target as configured, or null,
/// <c>is_expected</c>: whether the target has them, null without, <c>newest_load</c>: the newest <c>_LOADED_AT</c> of a Snowflake target, or null,
/// <c>error</c>), <c>is_equal</c>.
/// </summary>
internal sealed class CompareReport(IReadOnlyList<CompareEntry> entries) : CommandReport
{
    /// <summary>The tables.</summary>
    public IReadOnlyList<CompareEntry> Entries => entries;

    public override ExitCode ExitCode
    {
        get
        {
            if (entries.Any(entry => entry.Failure is { Kind: not FailureKind.Usage } || IsWrong(entry))) return ExitCode.Failed;
            if (entries.Any(entry => entry.Failure is not null)) return ExitCode.Usage;
            return entries.Any(entry => entry.IsExplained) ? ExitCode.Quarantined : ExitCode.Done;
        }
    }

    public override void Write(TextReport text)
    {
        // A column for something nobody has asked for would only take room.
        var expects = entries.Any(entry => entry.Pipeline.ExpectedRows is not null);
        var hasLoads = entries.Any(entry => entry.Counts?.NewestLoad is not null);
        text.Table(
            [
                "table", "source", "target", "#source rows", "#target rows", .. expects ? ["#expected"] : Array.Empty<string>(), "#difference", "#in quarantine",
                .. hasLoads ? ["newest load"] : Array.Empty<string>(), "result",
            ],
            entries.Select(entry => (Cell[])
            [
                entry.Pipeline.Name, entry.Pipeline.Source, entry.Pipeline.Target, Count(entry.Counts?.SourceRows), Count(entry.Counts?.TargetRows),
                .. expects ? [Count(entry.Pipeline.ExpectedRows)] : Array.Empty<Cell>(),
                Count(entry.Counts?.Difference), Count(entry.Counts?.OpenQuarantine),
                .. hasLoads ? [Format.Time(entry.Counts?.NewestLoad)] : Array.Empty<Cell>(), Result(entry),
            ]));
        foreach (var entry in entries)
            if (entry.Failure is { } failure) FailureReport.WriteTo(text, failure);
        if (entries.Any(entry => entry is { Counts.IsEqual: false, IsExplained: false }))
            text.Line("  → Run 'etl sync' first: rows the source got since the last run are missing. Rows deleted at the source stay until 'etl sync --mode full'"
                + (entries.Any(entry => entry.Pipeline.Direction == SyncDirection.PostgresToSnowflake) ? " (in Snowflake, with 'mode: full' or 'delete: soft:COLUMN')." : "."));
        if (entries.Any(entry => entry.IsUnexpected))
            text.Line("  → Both sides agree, but not with expected_rows of the YAML file: the source is not complete, or the number is out of date.");
    }

    public override void Write(JsonReport json)
    {
        json.Objects("tables", entries, static (json, entry) =>
        {
            json.Text("pipeline", entry.Pipeline.Name);
            json.Text("source", entry.Pipeline.Source);
            json.Text("target", entry.Pipeline.Target);
            json.Count("source_rows", entry.Counts?.SourceRows);
            json.Count("target_rows", entry.Counts?.TargetRows);
            json.Count("difference", entry.Counts?.Difference);
            json.Count("open_quarantine", entry.Counts?.OpenQuarantine);
            json.Flag("is_equal", entry.Counts is { IsEqual: true });
            json.Count("expected_rows", entry.Pipeline.ExpectedRows);
            json.Flag("is_expected", entry.Counts?.IsExpected);
            json.Time("newest_load", entry.Counts?.NewestLoad);
            json.Object("error", FailureReport.WriteTo(entry.Failure));
        });
        json.Flag("is_equal", entries.All(entry => entry.Counts is { IsEqual: true }));
    }

    private static bool IsWrong(CompareEntry entry) => entry is { Counts: not null, IsRight: false, IsExplained: false };

    private static Cell Count(long? value) => value is { } count ? count : "";

    private static Cell Result(CompareEntry entry) => entry switch
    {
        { Failure: not null } => new("failed", TextReport.Bad),
        { IsUnexpected: true } => new("not as expected", TextReport.Bad),
        { Counts.IsExpected: true, IsRight: true } => new("equal, as expected", TextReport.Good),
        { Counts.IsEqual: true } => new("equal", TextReport.Good),
        { IsExplained: true } => new("in quarantine", TextReport.Doubtful),
        _ => new("different", TextReport.Bad),
    };
}
