using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Backfill;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl backfill status</c>.</summary>
internal static class BackfillStatusCommand
{
    private const int NormalLimit = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public static Command Create(CommandRunner runner)
    {
        var name = new Argument<string?>("NAME") { Description = "Name of a backfill, to see its partitions; all newest ones when left out.", Arity = ArgumentArity.ZeroOrOne };
        var watch = new Option<bool>("--watch") { Description = "Go on showing how it stands until it is finished, from any machine that reaches the database." };
        var limit = ValueParsers.Integer("--limit", $"How many of the newest are listed; {NormalLimit} when left out.", 1, 10_000);
        var command = new Command("status", "Show how far backfills have come, whichever processes work on them.") { name, watch, limit };
        runner.Bind(command, result => (session, stop) => RunAsync(session, result.GetValue(name), result.GetValue(watch), result.GetValue(limit) ?? NormalLimit, stop));
        return command;
    }

    private static async Task<CommandReport> RunAsync(CommandSession session, string? name, bool isWatch, int limit, CancellationToken stop)
    {
        var queries = new BackfillQueries(session.Etl);
        if (name is null && !isWatch) return new BackfillStatusReport(await queries.ListAsync(null, limit, stop).ConfigureAwait(false), isDetailed: false);
        if (name is null)
        {
            var newest = await queries.ListAsync(null, 1, stop).ConfigureAwait(false);
            if (newest.Count == 0) return new BackfillStatusReport([], isDetailed: false);
            name = newest[0].Plan.Name;
        }

        var last = await queries.FindAsync(name, stop).ConfigureAwait(false);
        if (!isWatch) return new BackfillStatusReport([last], isDetailed: true);
        return await session.Backfills.RunAsync(async progress =>
        {
            while (!stop.IsCancellationRequested)
            {
                progress?.Report(last);
                // One that nobody works on goes nowhere by itself.
                if (last.Plan.IsFinished || (!last.IsAlive && last.Plan.Status != Core.State.BackfillStatus.Running)) break;
                await Task.Delay(Interval, session.Etl.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!stop.IsCancellationRequested) last = await queries.FindAsync(name, stop).ConfigureAwait(false);
            }

            return (CommandReport)new BackfillStatusReport([last], isDetailed: true);
        }).ConfigureAwait(false);
    }
}
