using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.State;

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

    /// <summary>The argument for <see cref="StateQueries.ErrorsAsync"/>.</summary>
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
            var wanted = result.GetValue(status) ?? "open";
            var most = result.GetValue(limit) ?? NormalLimit;
            var rows = await new StateQueries(session.Etl).ErrorsAsync(result.GetValue(items)!, wanted == "all" ? null : wanted, most, stop).ConfigureAwait(false);
            return new QuarantineReport(rows, wanted, most, withData);
        });
        return command;
    }
}
