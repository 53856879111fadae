using System.CommandLine;
using EtlTools.Cli.Rendering;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl alert test</c>.</summary>
internal static class AlertCommand
{
    public static Command Create(CommandRunner runner) => new("alert", "Try out who is told when a run goes wrong; docs/alerts.md says how to set it up.")
    {
        CreateTest(runner),
    };

    private static Command CreateTest(CommandRunner runner)
    {
        var command = new Command("test", "Send a test alert to every target of the settings, and say which took it. Neither database is opened.");
        runner.Bind(command, _ => async (session, stop) => new AlertReport(await session.Etl.Services.Alerts.TestAsync(stop).ConfigureAwait(false)));
        return command;
    }
}
