using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Report;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl backfill TABLE</c> and <c>etl backfill status|cancel|retry</c>.</summary>
internal static class BackfillCommand
{
    public static Command Create(CommandRunner runner)
    {
        var table = new Argument<string?>("TABLE") { Description = "Name, source or target of a table in the YAML file that goes to PostgreSQL.", Arity = ArgumentArity.ZeroOrOne };
        var name = NameOption();
        var from = new Option<string?>("--from") { Description = "First value of the watermark column, inclusive, such as 2024-01-31; from the beginning when left out.", HelpName = "VALUE" };
        var to = new Option<string?>("--to") { Description = "Last value of the watermark column, inclusive; a date means the whole day. Up to the newest row when left out.", HelpName = "VALUE" };
        var partitions = PartitionsOption();
        var parallel = ParallelOption();
        var batchSize = ValueParsers.Integer("--batch-size", "Rows a batch of the method stream, instead of batch_size.", 1, 1_000_000);
        var method = ValueParsers.Word("--method", "stream reads rows by query; unload has Snowflake write files, which go into PostgreSQL as they are; auto, the default, picks by size.", "auto", "stream", "unload");
        var restart = new Option<bool>("--restart") { Description = "Give an unfinished plan of the name up and plan anew, instead of going on with it." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Plan and estimate, but store and move nothing." };
        var report = ReportOption();
        var join = new Option<bool>("--join") { Description = "Take part in a plan that exists, from this or another machine, with its parameters; never make one." };
        var command = new Command("backfill", "Load the history of a table in parallel. An unfinished backfill of the name goes on where it stopped; syncs of the table may run meanwhile.")
        {
            table, name, from, to, partitions, parallel, batchSize, method, restart, dryRun, join, report,
            BackfillStatusCommand.Create(runner), CreateCancel(runner), CreateRetry(runner),
        };
        runner.Bind(command, result => (session, stop) =>
        {
            var words = result.GetValue(partitions);
            return RunAsync(session, result.GetValue(table) ?? throw new ConfigurationException("Which table is to be loaded?", "Run 'etl backfill TABLE', or 'etl backfill --help'."), new BackfillOptions
            {
                Name = result.GetValue(name),
                From = result.GetValue(from),
                To = result.GetValue(to),
                Partitions = words is null or "auto" ? null : int.Parse(words, System.Globalization.CultureInfo.InvariantCulture),
                Parallel = result.GetValue(parallel),
                BatchSize = result.GetValue(batchSize),
                Method = result.GetValue(method) is "stream" or "unload" ? result.GetValue(method) : null,
                Restart = result.GetValue(restart),
                DryRun = result.GetValue(dryRun),
                Join = result.GetValue(join),
            }, result.GetValue(report), stop);
        });
        return command;
    }

    private static async Task<CommandReport> RunAsync(CommandSession session, string table, BackfillOptions options, string? report, CancellationToken stop)
    {
        var pipelines = TableSelection.Select(session.Etl.Configuration, [table]);
        if (pipelines is not [var pipeline])
            throw new ConfigurationException(FormattableString.Invariant($"'{table}' is {pipelines.Count} tables: {string.Join(", ", pipelines.Select(p => p.Name))}."), "Name one of them; each has a backfill of its own.");
        if (options is { Join: true, Restart: true }) throw new ConfigurationException("--join takes part in a plan, --restart gives it up.", "Leave one of them out.");
        var result = await session.Backfills.RunAsync(
            progress => new BackfillRunner(session.Etl.Services).RunAsync(pipeline, options, progress, stop)).ConfigureAwait(false);
        var place = report is null ? null : Path.GetFullPath(report, session.Surroundings.Folder);
        return new BackfillRunReport(result, await ReportAtEnd.WriteAsync(session.Etl, result, place).ConfigureAwait(false), session.Etl.LogDirectory);
    }

    private static Command CreateCancel(CommandRunner runner)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the backfill; that of its table unless it was given another." };
        var command = new Command("cancel", "Ask all workers of a backfill to stop, wherever they run. What is loaded stays, and the same start goes on from there.") { name };
        runner.Bind(command, result => async (session, stop) =>
            new BackfillStatusReport([await new BackfillQueries(session.Etl).CancelAsync(result.GetValue(name)!, stop).ConfigureAwait(false)], isDetailed: true));
        return command;
    }

    private static Command CreateRetry(CommandRunner runner)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the backfill; that of its table unless it was given another." };
        var parallel = ParallelOption();
        var report = ReportOption();
        var command = new Command("retry", "Go on with a backfill, and try its parked partitions again, after what stopped them was mended.") { name, parallel, report };
        runner.Bind(command, result => async (session, stop) =>
        {
            var plan = (await new BackfillQueries(session.Etl).FindAsync(result.GetValue(name)!, stop).ConfigureAwait(false)).Plan;
            return await RunAsync(session, plan.Pipeline, new BackfillOptions { Name = plan.Name, Parallel = result.GetValue(parallel), Join = true, Unpark = true }, result.GetValue(report), stop).ConfigureAwait(false);
        });
        return command;
    }

    private static Option<string?> NameOption() => new("--name") { Description = "What the backfill is called; the table's name when left out. Several of other names may be unfinished at once.", HelpName = "NAME" };

    private static Option<string?> ReportOption() => new("--report") { Description = "Where the report is left when it ends, instead of ETL_REPORT_DIR: a file (.html, .json, .txt), or a folder.", HelpName = "PATH" };

    private static Option<int?> ParallelOption() => ValueParsers.Integer("--parallel", "Workers of this process; as many as processors, at most 4, when left out.", 1, 64);

    private static Option<string?> PartitionsOption()
    {
        var option = new Option<string?>("--partitions") { Description = "Into how many parts the range is divided; auto, the default, picks by size.", HelpName = "N|auto" };
        option.Validators.Add(result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
            if (text != "auto" && !(int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 10_000))
                result.AddError($"--partitions: '{text}' is not auto or a whole number from 1 to 10000.");
        });
        return option;
    }
}
