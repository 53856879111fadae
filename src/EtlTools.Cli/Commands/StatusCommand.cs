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
        var command = new Command("status", "Show how far each table has come, and the newest runs.") { limit };
        runner.Bind(command, result => (session, stop) => RunAsync(session, result.GetValue(limit) ?? NormalLimit, stop));
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
