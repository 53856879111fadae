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
        var pipelines = await WithOpenRowsAsync(session, TableSelection.Select(session.Configuration, tables), stop).ConfigureAwait(false);
        var results = await session.Progress.RunAsync(progress => RetryAsync(session, pipelines, progress, stop)).ConfigureAwait(false);
        return new SyncReport(results, pipelines.Count, isDryRun: false, session.LogDirectory);
    }

    private static async Task<IReadOnlyList<SyncResult>> RetryAsync(
        CommandSession session, IReadOnlyList<PipelineDefinition> pipelines, IProgress<SyncProgress>? progress, CancellationToken stop)
    {
        var results = new List<SyncResult>();
        var retry = new QuarantineRetry(session.Services);
        foreach (var pipeline in pipelines)
        {
            if (stop.IsCancellationRequested) break;
            results.Add(await retry.RunAsync(pipeline, progress, stop).ConfigureAwait(false));
        }

        return results;
    }

    private static async Task<List<PipelineDefinition>> WithOpenRowsAsync(
        CommandSession session, IReadOnlyList<PipelineDefinition> pipelines, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        var found = new List<PipelineDefinition>();
        foreach (var pipeline in pipelines)
            if (await QuarantineStore.CountOpenAsync(connection, pipeline.Name, stop).ConfigureAwait(false) > 0) found.Add(pipeline);
        return found;
    }
}
