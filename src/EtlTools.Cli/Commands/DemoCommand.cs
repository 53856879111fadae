using System.CommandLine;
using EtlTools.Cli.Demo;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl demo</c>.</summary>
internal static class DemoCommand
{
    private const int NormalRows = 50_000;
    private const long NormalSeed = 1;

    public static Command Create(CommandRunner runner)
    {
        var rows = ValueParsers.Integer("--rows", $"How many work orders are generated; {Format.Count(NormalRows)} when left out.", 1, 50_000_000);
        var seed = ValueParsers.Long("--seed", "Another seed gives other rows.");
        var keep = new Option<bool>("--keep") { Description = "Leave the databases and files, and say how to use and remove them." };
        var command = new Command("demo", "Show a sync from end to end on a throw-away PostgreSQL; needs no settings and no account.") { rows, seed, keep };
        runner.Bind(command, result => (session, stop) =>
            RunAsync(session, result.GetValue(rows) ?? NormalRows, result.GetValue(seed) ?? NormalSeed, result.GetValue(keep), stop));
        return command;
    }

    private static async Task<CommandReport> RunAsync(CommandSession session, long rows, long seed, bool keep, CancellationToken stop)
    {
        var isTalking = session.Arguments is { IsJson: false, IsQuiet: false };
        var text = new TextReport(session.Terminal.Out, session.Scrubber);
        void Announce(string what, string command)
        {
            if (isTalking) text.Line(command.Length > 0 ? $"{what}: etl {command}" : what);
        }

        Announce("Starting a PostgreSQL", "");
        var workspace = await DemoWorkspace.StartAsync(session, keep, stop).ConfigureAwait(false);
        await using (workspace.ConfigureAwait(false))
        {
            var source = new DemoSource(workspace.Session.Services, seed, session.Surroundings.Time.GetUtcNow());
            var steps = await new DemoScript(workspace.Session, source, rows, Announce).RunAsync(stop).ConfigureAwait(false);
            return new DemoReport(rows, seed, workspace.Server, steps, workspace.Leftovers);
        }
    }
}
