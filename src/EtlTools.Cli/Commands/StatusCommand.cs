using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.State;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl status</c>.</summary>
internal static class StatusCommand
{
    private const int NormalLimit = 10;

    public static Command Create(CommandRunner runner)
    {
        var limit = ValueParsers.Integer("--limit", $"How many of the newest runs are listed; {NormalLimit} when left out.", 1, 10_000);
        var watch = new Option<bool>("--watch") { Description = "Show what is going on, in whichever processes, until Ctrl-C: on a terminal redrawn every two seconds; elsewhere a line for each change, with --json one of JSON." };
        var command = new Command("status", "Show how far each table has come, and the newest runs; with --watch, what is going on.") { limit, watch };
        runner.Bind(command, result => (session, stop) => result.GetValue(watch)
            ? new StatusWatch(session).RunAsync(stop)
            : RunAsync(session, result.GetValue(limit) ?? NormalLimit, stop));
        return command;
    }

    private static async Task<CommandReport> RunAsync(CommandSession session, int limit, CancellationToken stop)
    {
        var state = new StateQueries(session.Etl);
        return new StatusReport(
            await state.WatermarksAsync(stop).ConfigureAwait(false),
            await state.RunsAsync([], limit, stop).ConfigureAwait(false));
    }
}
