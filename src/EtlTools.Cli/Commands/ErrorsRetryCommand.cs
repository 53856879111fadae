using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl errors retry</c>.</summary>
internal static class ErrorsRetryCommand
{
    public static Command Create(CommandRunner runner)
    {
        var tables = TableArgument.Any();
        var dryRun = new Option<bool>("--dry-run") { Description = "Do everything but write, and print how many rows would load now." };
        var command = new Command("retry", "Read quarantined rows from the source again and try to load them, after the source or the target was repaired.") { tables, dryRun };
        runner.Bind(command, result => (session, stop) => RunAsync(session, result.GetValue(tables)!, result.GetValue(dryRun), stop));
        return command;
    }

    private static async Task<CommandReport> RunAsync(CommandSession session, IReadOnlyList<string> tables, bool isDryRun, CancellationToken stop)
    {
        var pipelines = await new StateQueries(session.Etl).WithOpenRowsAsync(TableSelection.Select(session.Etl.Configuration, tables), stop).ConfigureAwait(false);
        var results = await session.Progress.RunAsync(progress => new RetryRunner(session.Etl.Services).RunAsync(pipelines, progress, stop, isDryRun: isDryRun)).ConfigureAwait(false);
        return new SyncReport(results, pipelines.Count, isDryRun, session.Etl.LogDirectory);
    }
}
