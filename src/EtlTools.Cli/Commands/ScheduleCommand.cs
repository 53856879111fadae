using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Errors;
using EtlTools.Core.Schedule;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl schedule add|list|remove</c>.</summary>
internal static class ScheduleCommand
{
    public static Command Create(CommandRunner runner) => new("schedule", "Run syncs again and again, by Task Scheduler, systemd or cron.")
    {
        ScheduleAddCommand.Create(runner),
        CreateList(runner),
        CreateRemove(runner),
    };

    /// <summary>The option <c>--using</c>.</summary>
    public static Option<string?> UsingOption(string whenLeftOut) => ValueParsers.Word("--using", $"Which scheduler. When left out: {whenLeftOut}.", [.. SchedulerWords.All]);

    /// <summary>The argument <c>NAME</c>.</summary>
    public static Argument<string> NameArgument() => new("NAME") { Description = "Name of the schedule: letters, digits, '-', '_' and '.'." };

    /// <summary>The scheduler a word stands for.</summary>
    public static SchedulerKind Kind(string? word) => word is not null && SchedulerWords.TryParse(word, out var kind) ? kind : SchedulerKind.Auto;

    private static Command CreateList(CommandRunner runner)
    {
        var scheduler = UsingOption("all that this machine has");
        var command = new Command("list", "List the schedules with their next run and last result.") { scheduler };
        runner.Bind(command, result => async (session, stop) => new ScheduleListReport(await Schedules(session).ListAsync(Kind(result.GetValue(scheduler)), stop).ConfigureAwait(false)));
        return command;
    }

    private static Command CreateRemove(CommandRunner runner)
    {
        var name = NameArgument();
        var scheduler = UsingOption("all that this machine has");
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be removed, and change nothing." };
        var command = new Command("remove", "Remove a schedule. A run that is at work goes on.") { name, scheduler, dryRun };
        runner.Bind(command, result => (session, stop) => RemoveAsync(session, result.GetValue(name)!, Kind(result.GetValue(scheduler)), result.GetValue(dryRun), stop));
        return command;
    }

    private static async Task<CommandReport> RemoveAsync(CommandSession session, string name, SchedulerKind kind, bool isDryRun, CancellationToken stop)
    {
        ScheduledJob.EnsureName(name);
        var schedules = Schedules(session);
        var known = await schedules.ListAsync(kind, stop).ConfigureAwait(false);
        var from = isDryRun
            ? [.. known.Where(entry => entry.Job.Name == name).Select(entry => entry.Scheduler)]
            : await schedules.RemoveAsync(name, kind, stop).ConfigureAwait(false);
        if (from.Count > 0) return new ScheduleRemovalReport(name, from, isDryRun);
        throw new ConfigurationException(
            $"There is no schedule '{name}'.{Core.Config.NearestName.Hint(name, known.Select(entry => entry.Job.Name))}", "See 'etl schedule list'.");
    }

    /// <summary>The schedules of this user.</summary>
    public static Schedules Schedules(CommandSession session) => new(session.Surroundings.Variables, session.Surroundings.Time);
}
