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
        var command = new Command("retry", "Read quarantined rows from the source again and try to load them, after the source or the target was repaired.") { tables };
        runner.Bind(command, result => (session, stop) => RunAsync(session, result.GetValue(tables)!, stop));
        return command;
    }

    private static async Task<CommandReport> RunAsync(CommandSession session, IReadOnlyList<string> tables, CancellationToken stop)
    {
        var pipelines = await new StateQueries(session.Etl).WithOpenRowsAsync(TableSelection.Select(session.Etl.Configuration, tables), stop).ConfigureAwait(false);
        var results = await session.Progress.RunAsync(progress => new RetryRunner(session.Etl.Services).RunAsync(pipelines, progress, stop)).ConfigureAwait(false);
        return new SyncReport(results, pipelines.Count, isDryRun: false, session.Etl.LogDirectory);
    }
}
