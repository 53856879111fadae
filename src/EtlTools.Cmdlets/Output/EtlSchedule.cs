using EtlTools.Core.Schedule;

namespace EtlTools.Cmdlets;

/// <summary>A sync that runs again and again.</summary>
public sealed record EtlSchedule
{
    /// <summary>Its name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>How often: <c>2m</c>, or daily at <c>03:15</c>.</summary>
    public string Every { get; private init; } = "";

    /// <summary><c>TaskScheduler</c>, <c>Systemd</c> or <c>Cron</c>.</summary>
    public string Scheduler { get; private init; } = "";

    /// <summary>When it runs next; null when that is not known.</summary>
    public DateTimeOffset? NextRun { get; internal init; }

    /// <summary>When it ran last; null when that is not known, or it never ran.</summary>
    public DateTimeOffset? LastRun { get; private init; }

    /// <summary>Exit code of the last run; null when that is not known, or it never ran.</summary>
    public int? LastResult { get; private init; }

    /// <summary>The command as a person would type it.</summary>
    public string Command { get; private init; } = "";

    /// <summary>Full path of the program.</summary>
    public string Program { get; private init; } = "";

    /// <summary>Its arguments.</summary>
    public string[] Arguments { get; private init; } = [];

    /// <summary>The folder it runs in.</summary>
    public string Folder { get; private init; } = "";

    /// <summary>Whether somebody changed it by hand, so that what runs may be something else.</summary>
    public bool IsEdited { get; private init; }

    /// <summary>What is registered, or with <c>-WhatIf</c> would be: the texts and the command lines that make the scheduler take them up. Empty in a listing.</summary>
    public string[] Registration { get; private init; } = [];

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    internal static EtlSchedule From(ScheduleEntry entry) => Of(entry.Job, entry.Scheduler) with
    {
        NextRun = entry.NextRun, LastRun = entry.LastRun, LastResult = entry.LastExitCode, IsEdited = entry.IsEdited,
    };

    internal static EtlSchedule From(SchedulePlan plan) => Of(plan.Job, plan.Scheduler) with
    {
        Registration = [.. plan.Texts.Select(text => $"# {text.Place}\n{text.Content.TrimEnd('\n')}"), .. plan.Commands],
    };

    private static EtlSchedule Of(ScheduledJob job, SchedulerKind scheduler) => new()
    {
        Name = job.Name, Every = job.Interval.ToString(), Scheduler = scheduler.ToString(), Command = job.CommandLine, Program = job.Program,
        Arguments = [.. job.Arguments], Folder = job.WorkingFolder,
    };
}
