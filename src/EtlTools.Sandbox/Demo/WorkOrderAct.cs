using System.Globalization;
using EtlTools.Core;
using EtlTools.Core.State;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Sync;
using Npgsql;

namespace EtlTools.Sandbox.Demo;

/// <summary>The demo's first act: work orders from Snowflake to PostgreSQL.</summary>
internal sealed class WorkOrderAct(EtlSession session, DemoSource source, long rows, DemoSteps steps)
{
    private const string Orders = "notification_text", Extracts = "ai_extracted_data";
    private const int FirstChanged = 500, FirstAdded = 200, SecondChanged = 300, SecondAdded = 100;

    /// <summary>Runs all steps; one whose figures are wrong does not keep the others from running.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await MigrateAsync(stop).ConfigureAwait(false);
        await FillAsync(stop).ConfigureAwait(false);
        await steps.CheckAsync(session, "check", "Checking that a sync would work", null, stop).ConfigureAwait(false);
        await SyncAsync(
            "first sync: everything is new", new SyncOptions(),
            [Expect(source.WorkOrderCount, 0, 0), new(Extracts, RunStatus.Done, source.ExtractCount, 0, 0)], stop).ConfigureAwait(false);
        await SyncAsync(
            "second sync: nothing has changed", new SyncOptions(),
            [DemoExpectation.Idle(Orders), DemoExpectation.Idle(Extracts)], stop).ConfigureAwait(false);

        var first = await ChangeAsync(FirstChanged, FirstAdded, stop).ConfigureAwait(false);
        await SyncAsync($"third sync: {first.Updated} changed, {first.Inserted} new", new SyncOptions(), [first, DemoExpectation.Idle(Extracts)], stop).ConfigureAwait(false);

        var second = await ChangeAsync(SecondChanged, SecondAdded, stop).ConfigureAwait(false);
        await PredictAndSyncAsync(second, stop).ConfigureAwait(false);
        await CompareAsync(stop).ConfigureAwait(false);
    }

    private async Task MigrateAsync(CancellationToken stop)
    {
        var started = steps.Begin("Creating the state and the target tables", DemoAction.Migrate);
        await new MigrationRunner(session).ApplyAsync(MigrationRunner.Sets([MigrationSets.Medical]), stop).ConfigureAwait(false);
        steps.Add("migrate", null, started, []);
    }

    private async Task FillAsync(CancellationToken stop)
    {
        var started = steps.Begin("Filling the source with generated work orders", DemoAction.None);
        await steps.WatchAsync(async progress =>
        {
            await source.FillAsync(rows, progress, stop).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        var loaded = source.WorkOrderCount + source.ExtractCount;
        steps.Add("fill the source", new RowCounts(loaded, loaded, 0, 0, 0, 0), started, source.WorkOrderCount == rows ? [] : [$"{source.WorkOrderCount} work orders instead of {rows}"]);
    }

    private Task<IReadOnlyList<SyncResult>> SyncAsync(string name, SyncOptions options, IReadOnlyList<DemoExpectation> expected, CancellationToken stop) =>
        steps.SyncAsync(session, name, options, expected, null, stop);

    private async Task PredictAndSyncAsync(DemoExpectation expected, CancellationToken stop)
    {
        var before = await FingerprintAsync(stop).ConfigureAwait(false);
        var predicted = await SyncAsync(
            $"dry run: {expected.Updated} changed, {expected.Inserted} new", new SyncOptions { DryRun = true },
            [expected, DemoExpectation.Idle(Extracts)], stop).ConfigureAwait(false);
        if (await FingerprintAsync(stop).ConfigureAwait(false) != before) steps.Blame("the dry run changed a table");

        var done = await SyncAsync("fourth sync: what the dry run said", new SyncOptions(), [expected, DemoExpectation.Idle(Extracts)], stop).ConfigureAwait(false);
        foreach (var (prediction, result) in predicted.Zip(done))
            if (prediction.Run.Counts != result.Run.Counts) steps.Blame($"{result.Run.Pipeline}: the dry run predicted {prediction.Run.Counts}, the sync gave {result.Run.Counts}");
    }

    private async Task CompareAsync(CancellationToken stop)
    {
        var started = steps.Begin("Counting both sides", DemoAction.Compare);
        var entries = await DemoSteps.CountAsync(session, stop).ConfigureAwait(false);
        var problems = DemoSteps.Problems(entries).ToList();
        var orders = entries.FirstOrDefault(e => e.Pipeline.Name == Orders)?.Counts?.TargetRows;
        if (orders != source.WorkOrderCount) problems.Add($"{Orders}: {orders} rows, expected {source.WorkOrderCount}");
        steps.Add(string.Create(CultureInfo.InvariantCulture, $"compare: {entries.Sum(e => e.Counts?.TargetRows ?? 0):N0} rows on both sides"), null, started, problems);
    }

    /// <summary>Changes rows at the source and says what the next run must give.</summary>
    private async Task<DemoExpectation> ChangeAsync(int changed, int added, CancellationToken stop)
    {
        var most = (int)Math.Min(changed, source.WorkOrderCount);
        await source.ChangeAsync(most, added, stop).ConfigureAwait(false);
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        var watermark = await WatermarkStore.FindAsync(connection, Orders, stop).ConfigureAwait(false);
        var pipeline = session.Configuration.Pipelines.Single(p => p.Name == Orders);
        var again = watermark?.Cursor is null ? 0 : await source.CountWithinLookbackAsync(pipeline, watermark, stop).ConfigureAwait(false);
        return Expect(added, most, again);
    }

    private static DemoExpectation Expect(long inserted, long updated, long unchanged) => new(Orders, RunStatus.Done, inserted, updated, unchanged);

    /// <summary>Changes when any row of a target table, or a watermark, does.</summary>
    private async Task<string> FingerprintAsync(CancellationToken stop)
    {
        await using var connection = await session.Services.Postgres.OpenAsync(stop).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            """
            SELECT concat_ws(' ',
                (SELECT concat_ws(' ', count(*), sum(hashtextextended(t::text, 0)::numeric)) FROM public.notification_text t),
                (SELECT concat_ws(' ', count(*), sum(hashtextextended(t::text, 0)::numeric)) FROM public.ai_extracted_data t),
                (SELECT sum(hashtextextended(w::text, 0)::numeric) FROM etl.watermark w))
            """, connection);
        return (string)(await command.ExecuteScalarAsync(stop).ConfigureAwait(false))!;
    }
}
