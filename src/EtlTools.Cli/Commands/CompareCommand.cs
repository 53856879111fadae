using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Compare;
using EtlTools.Core.Config;

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
        var entries = new List<CompareEntry>();
        foreach (var pipeline in TableSelection.Select(session.Etl.Configuration, tables))
            entries.Add(await CompareEntry.OfAsync(session.Etl, pipeline, stop).ConfigureAwait(false));
        return new CompareReport(entries);
    }
}
