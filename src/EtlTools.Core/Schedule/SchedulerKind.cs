using EtlTools.Core.Config;

namespace EtlTools.Core.Schedule;

/// <summary>What runs jobs on a machine.</summary>
public enum SchedulerKind
{
    /// <summary>Task Scheduler on Windows; elsewhere systemd if the user has a session of it, otherwise cron.</summary>
    Auto,

    /// <summary>A timer of the user's systemd.</summary>
    Systemd,

    /// <summary>The user's crontab.</summary>
    Cron,

    /// <summary>Windows Task Scheduler.</summary>
    TaskScheduler,
}

/// <summary>The words for <see cref="SchedulerKind"/> on command lines.</summary>
public static class SchedulerWords
{
    private static readonly Words<SchedulerKind> s_words = new(
        ("auto", SchedulerKind.Auto), ("systemd", SchedulerKind.Systemd), ("cron", SchedulerKind.Cron), ("task-scheduler", SchedulerKind.TaskScheduler));

    /// <summary>All words.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<SchedulerKind>().Select(Format)];

    /// <summary>The word for a kind.</summary>
    public static string Format(SchedulerKind kind) => s_words.Format(kind);

    /// <summary>The kind of a word, in any case; false when there is none.</summary>
    public static bool TryParse(string word, out SchedulerKind kind) => s_words.TryParse(word, out kind);
}
