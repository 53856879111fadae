using System.CommandLine;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Errors;
using EtlTools.Core.State;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl errors discard</c>.</summary>
internal static class ErrorsDiscardCommand
{
    public static Command Create(CommandRunner runner)
    {
        var items = ErrorsCommand.ItemArgument(ArgumentArity.OneOrMore, "");
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("discard", "Give quarantined rows up: they are kept as discarded, and no longer retried.") { items, yes };
        runner.Bind(command, result => (session, stop) => RunAsync(session, result.GetValue(items)!, result.GetValue(yes), stop));
        return command;
    }

    private static async Task<CommandReport> RunAsync(CommandSession session, IReadOnlyList<string> items, bool isAnswered, CancellationToken stop)
    {
        var state = new StateQueries(session.Etl);
        var rows = (await state.ErrorsAsync(items, "open", int.MaxValue, stop).ConfigureAwait(false)).Where(row => row.Status == "open").ToList();
        if (rows.Count == 0) return new DiscardReport(0);
        var question = $"Give up {Format.Count(rows.Count)} rows of {string.Join(", ", rows.Select(row => row.Pipeline).Distinct())}?";
        if (!await Confirmation.AskAsync(session.Surroundings, isAnswered, question, stop).ConfigureAwait(false))
            return new FailureReport(new Failure(FailureKind.Stopped, "ETL-STOPPED", ["Not confirmed: nothing was changed."], "Answer y, or add --yes."));
        return new DiscardReport(await state.DiscardAsync([.. rows.Select(row => row.Id)], stop).ConfigureAwait(false));
    }
}
