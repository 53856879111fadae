using EtlTools.Core.Schedule;

namespace EtlTools.Cmdlets;

/// <summary>What runs schedules.</summary>
public enum EtlScheduler
{
    /// <summary>Task Scheduler on Windows; elsewhere systemd if the user has a session of it, otherwise cron.</summary>
    Auto = SchedulerKind.Auto,

    /// <summary>A timer of the user's systemd.</summary>
    Systemd = SchedulerKind.Systemd,

    /// <summary>The user's crontab.</summary>
    Cron = SchedulerKind.Cron,

    /// <summary>Windows Task Scheduler.</summary>
    TaskScheduler = SchedulerKind.TaskScheduler,
}
