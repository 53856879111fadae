using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Sync;
using EtlTools.Sandbox.Demo;

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
        var stage = new Stage(session);
        stage.Announce("Starting a PostgreSQL", DemoAction.None);
        var workspace = await DemoWorkspace.StartAsync(session.Etl, keep, stop).ConfigureAwait(false);
        await using (workspace.ConfigureAwait(false))
        {
            var source = new DemoSource(workspace.Session.Services, seed, session.Surroundings.Time.GetUtcNow());
            var steps = await new DemoScript(workspace.Session, source, rows, stage).RunAsync(stop).ConfigureAwait(false);
            return new DemoReport(rows, seed, workspace.Server, steps, workspace.Leftovers, session.Surroundings.ProgramCommand);
        }
    }

    /// <summary>Shows the demo on the terminal.</summary>
    private sealed class Stage(CommandSession session) : IDemoStage
    {
        private readonly TextReport _text = new(session.Terminal.Out, session.Etl.Scrubber);

        public void Announce(string what, DemoAction action)
        {
            if (session.Arguments is { IsJson: false, IsQuiet: false }) _text.Line(action == DemoAction.None ? what : $"{what}: etl {Words(action)}");
        }

        public Task<T> WatchAsync<T>(Func<IProgress<SyncProgress>?, Task<T>> work) => session.Progress.RunAsync(work);

        private static string Words(DemoAction action) => action switch
        {
            DemoAction.Migrate => "migrate --with medical",
            DemoAction.Check => "check",
            DemoAction.Sync => "sync",
            DemoAction.DryRun => "sync --dry-run",
            _ => "compare",
        };
    }
}
