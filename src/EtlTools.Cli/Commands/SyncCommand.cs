using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Sync;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl sync</c>.</summary>
internal static class SyncCommand
{
    public static Command Create(CommandRunner runner)
    {
        var tables = TableArgument.Any();
        var mode = ValueParsers.Word("--mode", "incremental reads what changed since the watermark, which is the default; full reads everything and removes what the source no longer has.", "incremental", "full");
        var dryRun = new Option<bool>("--dry-run") { Description = "Do everything but write, and print what would be inserted and updated." };
        var batchSize = ValueParsers.Integer("--batch-size", "Rows a batch, instead of batch_size.", 1, 1_000_000);
        var maxErrors = ValueParsers.ErrorLimit("--max-errors", "Rows a run may quarantine before it fails, instead of max_errors.");
        var lookback = ValueParsers.Distance("--lookback", "How far behind the watermark reading begins, instead of lookback.");
        var settle = ValueParsers.Duration("--settle", "Rows younger than this wait for the next run, instead of settle.");
        var allowEmpty = new Option<bool>("--allow-empty") { Description = "Let a full run of an empty source empty the target." };
        var every = ValueParsers.Duration("--every", "Go on until stopped, beginning anew after each such time, such as 120s; without a value, after sync_interval_seconds. A table that fails is tried less often.");
        every.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("sync", "Bring the target tables up to date with their sources.")
        {
            tables, mode, dryRun, batchSize, maxErrors, lookback, settle, allowEmpty, every,
        };
        runner.Bind(command, result => async (session, stop) =>
        {
            var overrides = new SyncOverrides(result.GetValue(batchSize), result.GetValue(maxErrors), result.GetValue(lookback), result.GetValue(settle));
            var options = new SyncOptions
            {
                Mode = result.GetValue(mode) == "full" ? SyncMode.Full : SyncMode.Incremental,
                DryRun = result.GetValue(dryRun),
                AllowEmpty = result.GetValue(allowEmpty),
            };
            return result.GetResult(every) is not null
                ? await RepeatAsync(session, result.GetValue(tables)!, overrides, options, result.GetValue(every) ?? session.Etl.Configuration.SyncInterval, stop).ConfigureAwait(false)
                : await RunAsync(session, result.GetValue(tables)!, overrides, options, stop).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Runs the tables that are meant.</summary>
    public static async Task<SyncReport> RunAsync(
        CommandSession session, IReadOnlyList<string> tables, SyncOverrides overrides, SyncOptions options, CancellationToken stop)
    {
        var pipelines = TableSelection.Select(session.Etl.Configuration, tables).Select(overrides.Apply).ToList();
        var results = await session.Progress.RunAsync(
            progress => new SyncRunner(session.Etl.Services).RunAsync(pipelines, options, progress, stop)).ConfigureAwait(false);
        return new SyncReport(results, pipelines.Count, options.DryRun, session.Etl.LogDirectory);
    }

    private static async Task<CommandReport> RepeatAsync(
        CommandSession session, IReadOnlyList<string> tables, SyncOverrides overrides, SyncOptions options, TimeSpan interval, CancellationToken stop)
    {
        if (interval < TimeSpan.FromSeconds(1)) throw new ConfigurationException("--every is shorter than a second.", "Give at least 1s.");
        var pipelines = TableSelection.Select(session.Etl.Configuration, tables).Select(overrides.Apply).ToList();
        var (ticks, rows) = (0L, 0L);
        await new RepeatingSync(session.Etl.Services, interval).RunAsync(pipelines, options, tick =>
        {
            ticks++;
            rows += tick.Results.Sum(result => result.Run.Counts.Processed);
            if (session.Arguments.IsQuiet && tick.Error is null && tick.Results.All(result => result.Error is null)) return;
            session.Surroundings.Out.WriteLine(session.Arguments.IsJson ? TickLine.Json(tick, session.Etl.Scrubber) : TickLine.Text(tick, session.Etl.Scrubber));
            session.Surroundings.Out.Flush();
        }, stop).ConfigureAwait(false);
        return new RepeatingReport(ticks, rows);
    }
}
