using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using Npgsql;

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

    private static async Task<CommandReport> GetAsync(CommandSession session, IReadOnlyList<string> tables, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        return new WatermarkReport(await KnownTables.SelectAsync(session, connection, tables, stop).ConfigureAwait(false));
    }

    private static async Task<CommandReport> ChangeAsync(CommandSession session, string pattern, string? value, bool isAnswered, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        var tables = await KnownTables.SelectAsync(session, connection, [pattern], stop).ConfigureAwait(false);
        if (tables is not [var table])
            throw new ConfigurationException($"'{pattern}' is {Format.Count(tables.Count)} tables: {string.Join(", ", tables.Select(t => t.Name))}.", "Name one of them.");
        if (table.Watermark is not { } mark)
            throw new ConfigurationException($"{table.Name} has never run, so it has no watermark.", $"Run 'etl sync {table.Name}' first.");
        if (value is not null && !table.IsSameRoute)
            throw new ConfigurationException($"The watermark of {table.Name} was recorded for {mark.Source} → {mark.Target} by {mark.CursorColumn}, but the YAML file now says otherwise.", $"Forget it first: etl watermark reset {table.Name}");

        var cursor = value is null ? null : CursorText.Like(value, mark.Cursor, table.Name);
        if (!await Confirmation.AskAsync(session.Surroundings, isAnswered, Question(table, cursor), stop).ConfigureAwait(false))
            return new FailureReport(new Failure(ExitCode.Stopped, "ETL-STOPPED", ["Not confirmed: nothing was changed."], "Answer y, or add --yes."));
        if (!await ApplyAsync(connection, table, cursor, stop).ConfigureAwait(false)) throw Held(table);
        var after = await WatermarkStore.FindAsync(connection, table.Name, stop).ConfigureAwait(false);
        return new WatermarkChangeReport(table.Name, mark.Cursor, after?.Cursor);
    }

    private static Task<bool> ApplyAsync(NpgsqlConnection connection, KnownTable table, string? cursor, CancellationToken stop) =>
        WatermarkStore.SetAsync(connection, new WatermarkRoute(table.Name, table.Source, table.Target, table.CursorColumn), cursor, stop);

    private static string Question(KnownTable table, string? cursor) => cursor is null
        ? $"Forget the watermark {table.Watermark!.Cursor ?? "(none)"} of {table.Name}?"
        : $"Set the watermark of {table.Name} from {table.Watermark!.Cursor ?? "(none)"} to {cursor}?";

    private static ConflictException Held(KnownTable table) => new(
        $"{table.Name} is being run{(table.Watermark!.Holder is { } holder ? $" by {holder}" : "")}; its watermark was not changed.",
        "Wait until that run has ended, or stop it, then try again.");
}
