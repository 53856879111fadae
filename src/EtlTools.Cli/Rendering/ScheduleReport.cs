using EtlTools.Core.Schedule;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// The result of <c>schedule add</c>. JSON: <c>dry_run</c>, <c>name</c>, <c>scheduler</c>, <c>every</c>, <c>program</c>, <c>arguments</c>,
/// <c>folder</c>, <c>log</c>, <c>registered</c> (<c>place</c>, <c>content</c>), <c>commands</c>, <c>notes</c>.
/// </summary>
internal sealed class ScheduleReport(SchedulePlan plan, bool isDryRun) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        if (isDryRun)
        {
            foreach (var (place, content) in plan.Texts)
            {
                text.Line($"# {place}", TextReport.Heading);
                text.Exact(content.TrimEnd('\n') + '\n');
            }

            text.Line("# and then", TextReport.Heading);
            foreach (var command in plan.Commands) text.Exact(command + '\n');
        }

        text.Line(
            isDryRun ? "Nothing was registered." : $"{plan.Job.Name} runs {(plan.Job.Interval.DailyAt is null ? "every" : "daily at")} {plan.Job.Interval} by {SchedulerWords.Format(plan.Scheduler)}: {plan.Job.CommandLine}",
            isDryRun ? TextReport.Doubtful : TextReport.Good);
        foreach (var note in plan.Notes) text.Line("  → " + note, TextReport.Doubtful);
    }

    public override void Write(JsonReport json)
    {
        json.Flag("dry_run", isDryRun);
        ScheduleRows.Write(json, plan.Job, plan.Scheduler);
        json.Objects("registered", plan.Texts, static (json, text) =>
        {
            json.Text("place", text.Place);
            json.Text("content", text.Content);
        });
        json.Texts("commands", plan.Commands);
        json.Texts("notes", plan.Notes);
    }
}

/// <summary>The result of <c>schedule list</c>. JSON: <c>schedules</c> (the job's fields, <c>next_run</c>, <c>last_run</c>, <c>last_exit_code</c>, <c>edited</c>).</summary>
internal sealed class ScheduleListReport(IReadOnlyList<ScheduleEntry> entries) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        if (entries.Count == 0)
        {
            text.Line("Nothing is scheduled; 'etl schedule add' does it.");
            return;
        }

        text.Table(
            ["name", "every", "by", "next run", "last run", "#result", "command"],
            entries.Select(entry => (Cell[])
            [
                entry.Job.Name, entry.Job.Interval.ToString(), SchedulerWords.Format(entry.Scheduler), Format.Time(entry.NextRun), Format.Time(entry.LastRun),
                entry.LastExitCode is { } code ? code : new Cell(""), entry.Job.CommandLine,
            ]));
        foreach (var entry in entries.Where(entry => entry.IsEdited))
            text.Finding($"{entry.Job.Name} was changed by hand: what runs may be something else.", "Look at it in the scheduler, or register it again with 'etl schedule add'.", TextReport.Doubtful);
    }

    public override void Write(JsonReport json) => json.Objects("schedules", entries, static (json, entry) =>
    {
        ScheduleRows.Write(json, entry.Job, entry.Scheduler);
        json.Time("next_run", entry.NextRun);
        json.Time("last_run", entry.LastRun);
        json.Count("last_exit_code", entry.LastExitCode);
        json.Flag("edited", entry.IsEdited);
    });
}

/// <summary>The result of <c>schedule remove</c>. JSON: <c>dry_run</c>, <c>name</c>, <c>schedulers</c>.</summary>
internal sealed class ScheduleRemovalReport(string name, IReadOnlyList<SchedulerKind> from, bool isDryRun) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text) => text.Line(
        $"{name} {(isDryRun ? "would be" : "was")} removed from {string.Join(" and ", from.Select(SchedulerWords.Format))}.", isDryRun ? TextReport.Doubtful : TextReport.Good);

    public override void Write(JsonReport json)
    {
        json.Flag("dry_run", isDryRun);
        json.Text("name", name);
        json.Texts("schedulers", from.Select(SchedulerWords.Format));
    }
}

/// <summary>A job's fields in JSON.</summary>
internal static class ScheduleRows
{
    public static void Write(JsonReport json, ScheduledJob job, SchedulerKind scheduler)
    {
        json.Text("name", job.Name);
        json.Text("scheduler", SchedulerWords.Format(scheduler));
        json.Text("every", job.Interval.ToString());
        json.Text("program", job.Program);
        json.Texts("arguments", job.Arguments);
        json.Text("folder", job.WorkingFolder);
        json.Text("log", job.Log);
    }
}
