namespace EtlTools.Core.Schedule;

/// <summary>A job that is registered.</summary>
/// <param name="Job">What was registered.</param>
/// <param name="Scheduler">Where.</param>
public sealed record ScheduleEntry(ScheduledJob Job, SchedulerKind Scheduler)
{
    /// <summary>When it runs next; null when that is not known.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>When it ran last; null when that is not known, or it never ran.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>Exit code of the last run; null when that is not known, or it never ran. cron keeps none.</summary>
    public int? LastExitCode { get; init; }

    /// <summary>Whether somebody changed what is registered by hand, so that the command may be another one.</summary>
    public bool IsEdited { get; init; }
}
