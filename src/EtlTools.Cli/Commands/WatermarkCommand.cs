using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Errors;
using EtlTools.Core.State;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl watermark get|set|reset</c>.</summary>
internal static class WatermarkCommand
{
    public static Command Create(CommandRunner runner) => new("watermark", "Show or change how far tables have come.")
    {
        CreateGet(runner), CreateSet(runner), CreateReset(runner),
    };

    private static Command CreateGet(CommandRunner runner)
    {
        var tables = TableArgument.Any();
        var command = new Command("get", "Show watermarks.") { tables };
        runner.Bind(command, result => (session, stop) => GetAsync(session, result.GetValue(tables)!, stop));
        return command;
    }

    private static Command CreateSet(CommandRunner runner)
    {
        var table = TableArgument.One();
        var value = new Argument<string>("VALUE") { Description = "The watermark column's value up to which rows count as moved, such as '2026-01-31 00:00:00'. Rows before it that were not moved yet are skipped." };
        var yes = YesOption();
        var command = new Command("set", "Set a table's watermark: the next run reads what changed since then.") { table, value, yes };
        runner.Bind(command, result => (session, stop) => ChangeAsync(session, result.GetValue(table)!, result.GetValue(value)!, result.GetValue(yes), stop));
        return command;
    }

    private static Command CreateReset(CommandRunner runner)
    {
        var table = TableArgument.One();
        var yes = YesOption();
        var command = new Command("reset", "Forget a table's watermark: the next run reads everything. Rows that are in the target already stay as they are.") { table, yes };
        runner.Bind(command, result => (session, stop) => ChangeAsync(session, result.GetValue(table)!, null, result.GetValue(yes), stop));
        return command;
    }

    private static Option<bool> YesOption() => new("--yes", "-y") { Description = "Do not ask." };

    private static async Task<CommandReport> GetAsync(CommandSession session, IReadOnlyList<string> tables, CancellationToken stop) =>
        new WatermarkReport(await new StateQueries(session.Etl).TablesAsync(tables, stop).ConfigureAwait(false));

    private static async Task<CommandReport> ChangeAsync(CommandSession session, string pattern, string? value, bool isAnswered, CancellationToken stop)
    {
        var change = await WatermarkChange.PlanAsync(session.Etl, pattern, value, stop).ConfigureAwait(false);
        if (!await Confirmation.AskAsync(session.Surroundings, isAnswered, Question(change), stop).ConfigureAwait(false))
            return new FailureReport(new Failure(FailureKind.Stopped, "ETL-STOPPED", ["Not confirmed: nothing was changed."], "Answer y, or add --yes."));
        var after = await change.ApplyAsync(stop).ConfigureAwait(false);
        return new WatermarkChangeReport(change.Pipeline, change.Before?.Cursor, after?.Cursor);
    }

    private static string Question(WatermarkChange change) => change.Cursor is null
        ? $"Forget the watermark {change.Before?.Cursor ?? "(none)"} of {change.Pipeline}?"
        : $"Set the watermark of {change.Pipeline} from {change.Before?.Cursor ?? "(none)"} to {change.Cursor}?";
}
