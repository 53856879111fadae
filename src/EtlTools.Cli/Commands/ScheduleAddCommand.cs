using System.CommandLine;
using System.CommandLine.Parsing;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Schedule;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl schedule add</c>.</summary>
internal static class ScheduleAddCommand
{
    public static Command Create(CommandRunner runner)
    {
        var name = ScheduleCommand.NameArgument();
        var tables = TableArgument.Any();
        var every = new Option<ScheduleInterval?>("--every")
        {
            Description = $"How often: {ScheduleInterval.Expected}, in local time.", HelpName = "INTERVAL|TIME", Required = true, CustomParser = Interval,
        };
        var mode = ValueParsers.Word("--mode", "As for 'etl sync'.", "incremental", "full");
        var log = new Option<string?>("--log") { Description = "File that messages are added to; with systemd otherwise its journal, with cron otherwise schedule-NAME.log in ETL_LOG_DIR.", HelpName = "FILE" };
        var scheduler = ScheduleCommand.UsingOption("auto, the first of Task Scheduler, systemd and cron that this machine has");
        var dryRun = new Option<bool>("--dry-run") { Description = "Print exactly what would be registered, and change nothing." };
        var command = new Command("add", "Register a sync that runs again and again, in place of the schedule of the same name. It runs in the current folder and finds its settings there.")
        {
            name, tables, every, mode, log, scheduler, dryRun,
        };
        runner.Bind(command, result => (session, stop) => RunAsync(
            session, new Wish(result.GetValue(name)!, result.GetValue(tables)!, result.GetValue(every)!, result.GetValue(mode), result.GetValue(log)),
            ScheduleCommand.Kind(result.GetValue(scheduler)), result.GetValue(dryRun), stop));
        return command;
    }

    private static async Task<CommandReport> RunAsync(CommandSession session, Wish wish, SchedulerKind wanted, bool isDryRun, CancellationToken stop)
    {
        var schedules = ScheduleCommand.Schedules(session);
        ScheduledJob.EnsureName(wish.Name);
        var notes = SyncJob.Check(session.Etl, wish.Tables);
        var kind = await schedules.ChooseAsync(wanted, stop).ConfigureAwait(false);
        var plan = schedules.Plan(Job(session, wish, kind), kind);
        if (!isDryRun) await schedules.AddAsync(plan, stop).ConfigureAwait(false);
        return new ScheduleReport(plan with { Notes = [.. plan.Notes, .. notes] }, isDryRun);
    }

    private static ScheduledJob Job(CommandSession session, Wish wish, SchedulerKind kind)
    {
        var (arguments, folder) = (session.Arguments, session.Surroundings.Folder);
        List<string> words = ["sync", .. wish.Tables];
        if (wish.Mode is { } mode) words.AddRange(["--mode", mode]);
        if (arguments.Config is { } config) words.AddRange(["--config", Path.GetFullPath(config, folder)]);
        if (arguments.EnvironmentFile is { } file) words.AddRange(["--env-file", Path.GetFullPath(file, folder)]);
        words.Add("--quiet");
        var log = wish.Log ?? (kind == SchedulerKind.Cron ? Path.Combine(session.Etl.LogDirectory, $"schedule-{wish.Name}.log") : null);
        var program = session.Surroundings.Program;
        return ScheduledJob.Create(
            wish.Name, wish.Every, SyncJob.Command(program[0], [.. program.Skip(1), .. words], session.Surroundings.Variables), folder,
            log is null ? null : Path.GetFullPath(log, folder));
    }

    private static ScheduleInterval? Interval(ArgumentResult result)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        if (ScheduleInterval.TryParse(text, out var interval)) return interval;
        result.AddError($"--every: '{text}' is not {ScheduleInterval.Expected}.");
        return null;
    }

    private sealed record Wish(string Name, IReadOnlyList<string> Tables, ScheduleInterval Every, string? Mode, string? Log);
}
