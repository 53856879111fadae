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
        var pipelines = TableSelection.Select(session.Configuration, [pattern]);
        if (pipelines is not [var pipeline])
            throw new ConfigurationException($"'{pattern}' is {Format.Count(pipelines.Count)} tables: {string.Join(", ", pipelines.Select(p => p.Name))}.", "Name one of them.");

        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        var before = await WatermarkStore.FindAsync(connection, pipeline.Name, stop).ConfigureAwait(false);
        var cursor = value is null ? null : CursorText.Like(value, await ModelAsync(connection, pipeline.Name, before, stop).ConfigureAwait(false), pipeline.Name);
        if (!await Confirmation.AskAsync(session.Surroundings, isAnswered, Question(pipeline.Name, before?.Cursor, cursor), stop).ConfigureAwait(false))
            return new FailureReport(new Failure(ExitCode.Stopped, "ETL-STOPPED", ["Not confirmed: nothing was changed."], "Answer y, or add --yes."));
        if (!await WatermarkStore.SetAsync(connection, new WatermarkRoute(pipeline.Name, pipeline.Source, pipeline.Target, pipeline.WatermarkColumn), cursor, stop).ConfigureAwait(false)) throw Held(pipeline.Name, before);
        var after = await WatermarkStore.FindAsync(connection, pipeline.Name, stop).ConfigureAwait(false);
        return new WatermarkChangeReport(pipeline.Name, before?.Cursor, after?.Cursor);
    }

    /// <summary>How this table's watermarks are written: as the present one, or as the newest window's end; null when neither is known.</summary>
    private static async Task<string?> ModelAsync(NpgsqlConnection connection, string pipeline, Watermark? present, CancellationToken stop)
    {
        if (present?.Cursor is { } cursor) return cursor;
        var runs = await RunStore.ListAsync(connection, pipeline, 100, stop).ConfigureAwait(false);
        return runs.FirstOrDefault(run => run.WindowHigh is not null)?.WindowHigh;
    }

    private static string Question(string pipeline, string? before, string? cursor) => cursor is null
        ? $"Forget the watermark {before ?? "(none)"} of {pipeline}?"
        : $"Set the watermark of {pipeline} from {before ?? "(none)"} to {cursor}?";

    private static ConflictException Held(string pipeline, Watermark? watermark) => new(
        $"{pipeline} is being run{(watermark?.Holder is { } holder ? $" by {holder}" : "")}; its watermark was not changed.",
        "Wait until that run has ended, or stop it, then try again.");
}
