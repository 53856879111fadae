using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl errors list|show|retry|discard</c>.</summary>
internal static class ErrorsCommand
{
    private const int NormalLimit = 50;

    public static Command Create(CommandRunner runner) => new("errors", "Work on rows that the target refused: the quarantine.")
    {
        CreateList(runner, "list", "List quarantined rows with their reasons, without their data.", withData: false),
        CreateList(runner, "show", "Show quarantined rows with all their data.", withData: true),
        ErrorsRetryCommand.Create(runner),
        ErrorsDiscardCommand.Create(runner),
    };

    /// <summary>Entries that are meant, newest first.</summary>
    public static async Task<List<QuarantinedRow>> FindAsync(
        CommandSession session, NpgsqlConnection connection, IReadOnlyList<string> items, string? status, int limit, CancellationToken stop)
    {
        var selection = QuarantineSelection.Of(items);
        var rows = new List<QuarantinedRow>();
        if (selection.Tables.Count == 0 && selection.Ids.Count == 0)
            rows.AddRange(await QuarantineStore.ListAsync(connection, null, status, limit, stop).ConfigureAwait(false));
        if (selection.Tables.Count > 0)
        {
            foreach (var table in await KnownTables.SelectAsync(session, connection, selection.Tables, stop).ConfigureAwait(false))
                rows.AddRange(await QuarantineStore.ListAsync(connection, table.Name, status, limit, stop).ConfigureAwait(false));
        }

        if (selection.Ids.Count > 0)
        {
            var all = await QuarantineStore.ListAsync(connection, null, null, int.MaxValue, stop).ConfigureAwait(false);
            rows.AddRange(selection.Found(all));
        }

        return [.. rows.DistinctBy(row => row.Id).OrderByDescending(row => row.LastSeen).ThenByDescending(row => row.Id).Take(Math.Max(limit, selection.Ids.Count))];
    }

    /// <summary>The argument for <see cref="FindAsync"/>.</summary>
    public static Argument<string[]> ItemArgument(ArgumentArity arity, string whenLeftOut) => new("TABLE|ID")
    {
        Description = "Name, source or target of a table (* stands for any characters), or the number of an entry." + whenLeftOut,
        Arity = arity,
    };

    private static Command CreateList(CommandRunner runner, string name, string description, bool withData)
    {
        var items = ItemArgument(ArgumentArity.ZeroOrMore, " All tables when left out.");
        var status = ValueParsers.Word("--status", "Only entries of this status; open when left out.", "open", "resolved", "discarded", "all");
        var limit = ValueParsers.Integer("--limit", $"How many of the newest entries are shown; {NormalLimit} when left out.", 1, 1_000_000);
        var command = new Command(name, description) { items, status, limit };
        runner.Bind(command, result => async (session, stop) =>
        {
            await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
            var wanted = result.GetValue(status) ?? "open";
            var most = result.GetValue(limit) ?? NormalLimit;
            var rows = await FindAsync(session, connection, result.GetValue(items)!, wanted == "all" ? null : wanted, most, stop).ConfigureAwait(false);
            return new QuarantineReport(rows, wanted, most, withData);
        });
        return command;
    }
}
