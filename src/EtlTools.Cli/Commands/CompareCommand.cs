using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Compare;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl compare</c>.</summary>
internal static class CompareCommand
{
    public static Command Create(CommandRunner runner)
    {
        var tables = TableArgument.Any();
        var command = new Command("compare", "Count the rows of each table at the source and at the target.") { tables };
        runner.Bind(command, result => async (session, stop) => await RunAsync(session, result.GetValue(tables)!, stop).ConfigureAwait(false));
        return command;
    }

    /// <summary>Compares the tables that are meant; one that fails does not stop the others.</summary>
    public static async Task<CompareReport> RunAsync(CommandSession session, IReadOnlyList<string> tables, CancellationToken stop)
    {
        var comparison = new RowCountComparison(session.Services);
        var entries = new List<CompareEntry>();
        foreach (var pipeline in TableSelection.Select(session.Configuration, tables))
        {
            try
            {
                entries.Add(new CompareEntry(pipeline, await comparison.RunAsync(pipeline, stop).ConfigureAwait(false), null));
            }
#pragma warning disable CA1031 // One table's failure is its own line; the others are still compared.
            catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                session.Log(failure);
                entries.Add(new CompareEntry(pipeline, null, Failure.Of(failure)));
            }
        }

        return new CompareReport(entries);
    }
}
