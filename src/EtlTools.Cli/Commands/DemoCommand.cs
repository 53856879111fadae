using System.CommandLine;
using System.Globalization;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Sync;
using EtlTools.Sandbox.Demo;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl demo</c>.</summary>
internal static class DemoCommand
{
    private static readonly DemoOptions s_usual = new();

    public static Command Create(CommandRunner runner)
    {
        var rows = ValueParsers.Integer("--rows", $"How many work orders are generated; {Format.Count(s_usual.Rows)} when left out.", 1, 50_000_000);
        var seed = ValueParsers.Long("--seed", "Another seed gives other rows.");
        var scale = ValueParsers.Factor(
            "--shop-scale", string.Create(CultureInfo.InvariantCulture, $"How large the shop is: 1 has 400,200 rows; {s_usual.ShopScale} when left out."), DemoOptions.LargestShopScale);
        var keep = new Option<bool>("--keep") { Description = "Leave the databases and files, and say how to use and remove them." };
        var command = new Command("demo", "Show a sync from end to end on a throw-away PostgreSQL; needs no settings and no account.") { rows, seed, scale, keep };
        runner.Bind(command, result => (session, stop) =>
            RunAsync(session, new(result.GetValue(rows) ?? s_usual.Rows, result.GetValue(seed) ?? s_usual.Seed, result.GetValue(scale) ?? s_usual.ShopScale), result.GetValue(keep), stop));
        return command;
    }

    private static async Task<CommandReport> RunAsync(CommandSession session, DemoOptions options, bool keep, CancellationToken stop)
    {
        var stage = new Stage(session);
        stage.Announce("Starting a PostgreSQL", DemoAction.None);
        var workspace = await DemoWorkspace.StartAsync(session.Etl, keep, stop).ConfigureAwait(false);
        await using (workspace.ConfigureAwait(false))
        {
            var steps = await new DemoScript(workspace, options, session.Surroundings.Time.GetUtcNow(), stage).RunAsync(stop).ConfigureAwait(false);
            return new DemoReport(options, workspace.Server, steps, workspace.Leftovers, session.Surroundings.ProgramCommand);
        }
    }

    /// <summary>Shows the demo on the terminal.</summary>
    private sealed class Stage(CommandSession session) : IDemoStage
    {
        private readonly TextReport _text = new(session.Terminal.Out, session.Etl.Scrubber);

        public void Announce(string what, DemoAction action, string? tables = null)
        {
            if (session.Arguments is { IsJson: false, IsQuiet: false })
                _text.Line(action == DemoAction.None ? what : $"{what}: etl {Words(action)}{(tables is null ? "" : $" --config {tables}")}");
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
