namespace EtlTools.Core.Schedule;

/// <summary>Exactly what registering a job does, or has done.</summary>
/// <param name="Job">The job.</param>
/// <param name="Scheduler">Who will run it.</param>
/// <param name="Texts">The files or parts of files it is made of, in order.</param>
/// <param name="Commands">The command lines that make the scheduler take them up, in order.</param>
/// <param name="Notes">What the user should know, such as when the job does not run.</param>
public sealed record SchedulePlan(
    ScheduledJob Job, SchedulerKind Scheduler, IReadOnlyList<ScheduleText> Texts, IReadOnlyList<string> Commands, IReadOnlyList<string> Notes);

/// <summary>A text that is registered.</summary>
/// <param name="Place">The file, or what else it becomes part of.</param>
/// <param name="Content">The text, lines ending in LF.</param>
public sealed record ScheduleText(string Place, string Content);
