using System.CommandLine;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Check;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl check</c>.</summary>
internal static class CheckCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("check", "Find out, without writing, whether a sync would work: settings, connections, state, tables, keys, privileges.");
        runner.Bind(command, _ => async (session, stop) => await RunAsync(session, stop).ConfigureAwait(false));
        return command;
    }

    private static async Task<CheckReport> RunAsync(CommandSession session, CancellationToken stop) =>
        new(await new SetupCheck(session.Etl).RunAsync(withTables: true, stop).ConfigureAwait(false), session.Etl.Settings);
}
