using EtlTools.Core.State;
using EtlTools.Core.Status;

namespace EtlTools.Cli.Rendering;

/// <summary>What is going on, in words and figures; the same on the screen and in lines.</summary>
internal static class ActivityText
{
    /// <summary><c>sync, incremental</c>, <c>backfill, unload</c>.</summary>
    public static string Kind(Activity activity) => $"{activity.Operation}, {activity.Mode}{(activity.DryRun ? ", dry" : "")}";

    /// <summary>Its status; one that has lost its processes says so.</summary>
    public static string Status(Activity activity) => activity switch
    {
        { IsRunning: true, IsAlive: false } => "running, no sign of life",
        { IsRunning: true, Building: { Count: > 0 } indexes } => $"building {string.Join(", ", indexes)}",
        _ => activity.Status,
    };

    /// <summary>The colour of the status.</summary>
    public static string Style(Activity activity) => activity.Status switch
    {
        RunStatus.Done or RunStatus.Idle => TextReport.Good,
        RunStatus.Failed or RunStatus.Abandoned => TextReport.Bad,
        RunStatus.Running when activity.IsAlive => TextReport.Plain,
        _ => TextReport.Doubtful,
    };

    /// <summary><c>12,000 of 50,000 rows (24 %)</c>, as far as it is known.</summary>
    public static string Rows(Activity activity) => activity.Expected is { } expected and > 0
        ? $"{Format.Count(activity.Rows)} of {Format.Count(expected)} rows ({Percent(activity)} %)"
        : $"{Format.Count(activity.Rows)} rows";

    /// <summary>Whole percent done, at most 99 while it goes on; null when it is not known of how many.</summary>
    public static int? Percent(Activity activity) => activity.Expected is { } expected and > 0
        ? (int)Math.Min(activity.IsRunning ? 99 : 100, 100 * activity.Rows / expected)
        : null;
}
