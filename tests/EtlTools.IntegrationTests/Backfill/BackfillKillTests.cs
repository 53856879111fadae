using EtlTools.Core.Backfill;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Faults.World;
using EtlTools.IntegrationTests.Sync.World;
using Xunit.Abstractions;

namespace EtlTools.IntegrationTests.Backfill;

/// <summary>Processes that take part in a backfill and die: others go on with what they held, and no row is lost or loaded twice.</summary>
[Collection(ProcessFaults.Name)]
public sealed class BackfillKillTests(FaultServer server, ITestOutputHelper output)
{
    private const int Rows = 1_000;
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("ETL_TEST_LONG") == "1";

    [UnixTheory]
    [InlineData("stream", "backfill-planned:1 partition-claimed:2 reading:1 after-copy:3 after-load:2 before-commit:1 before-commit:5 after-commit:4 before-partition-end:1")]
    [InlineData("unload", "partition-claimed:1 unloaded:1 file-fetched:1 after-copy:2 before-commit:1 after-commit:1 before-partition-end:2")]
    public async Task A_process_killed_at_any_point_is_made_good_by_the_next(string method, string points)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var number = 0;
        foreach (var killAt in points.Split(' '))
        {
            var history = await History.CreateAsync(world, $"h{++number}", Rows);
            var options = new BackfillOptions { Method = method, Partitions = 4, Parallel = 2 };
            using (var runner = RunnerProcess.Start(world.Settings, history.Pipeline, options, killAt))
            {
                var (exitCode, answer, errors) = await runner.EndAsync();
                Assert.True(exitCode == RunnerProcess.Killed, $"{killAt}: exit code {exitCode}, {answer?.Error}{errors}");
            }

            var loaded = await world.TargetValueAsync<long>($"SELECT count(*) FROM {history.Name}");
            var counted = await world.TargetValueAsync<long>($"SELECT coalesce(sum(inserted), 0)::bigint FROM etl.partition JOIN etl.backfill USING (backfill_id) WHERE name = '{history.Name}'");
            // Rows and checkpoint commit together.
            Assert.Equal(loaded, counted);

            var next = await history.RunAsync(options);

            Assert.True(next.Run!.Status is RunStatus.Done, $"{killAt}: {next.Run.Status} {next.Error}");
            Assert.Equal(BackfillStatus.Done, next.Plan!.Status);
            await history.AssertEqualAsync();
            await AssertEachRowOnceAsync(world, next, Rows, most: 2 * 3);
        }
    }

    [UnixTheory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task Of_two_processes_one_is_killed_again_and_again(string method)
    {
        var rounds = IsLong ? 20 : 6;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ETL_TEST_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (ETL_TEST_SEED repeats it)");
        var random = new Random(seed);
        await using var world = await SyncWorld.CreateAsync(server);
        // As many as keep two processes busy until the last kill; a batch of the method unload is a file, which here is a whole partition.
        var (rows, partitions) = (method, IsLong) switch { ("stream", true) => (450_000, 300), ("stream", false) => (24_000, 16), (_, true) => (600_000, 200), _ => (200_000, 80) };
        var history = await History.CreateAsync(world, "h", rows, p => p with { BatchSize = 20 });
        var options = new BackfillOptions { Method = method, Partitions = partitions, Parallel = 1 };
        var kills = 0;
        var workers = new[] { Start(), Start() };
        try
        {
            // Only then there is a plan that others can join.
            while (await world.TargetValueAsync<long>("SELECT count(*) FROM etl.batch") == 0 && !workers.All(worker => worker.HasEnded))
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            while (kills < rounds)
            {
                // The first as soon as there are batches: the whole may be done in two seconds.
                if (kills > 0) await Task.Delay(TimeSpan.FromMilliseconds(random.Next(700, 2_500)), TimeProvider.System);
                if (workers.All(worker => worker.HasEnded)) break;
                var victim = random.Next(2);
                if (workers[victim].HasEnded) continue;
                workers[victim].Kill();
                workers[victim].Dispose();
                kills++;
                workers[victim] = Start();
            }

            // Whatever is left, the two do undisturbed; a plan that was finished meanwhile is not begun again, since they only join.
            foreach (var worker in workers)
            {
                var (exitCode, answer, errors) = await worker.EndAsync();
                Assert.True(exitCode == 0, $"seed {seed}, {kills} kills: exit code {exitCode} {answer?.Error} {errors}");
            }
        }
        finally
        {
            foreach (var worker in workers) worker.Dispose();
        }

        output.WriteLine($"{kills} kills");
        Assert.True(kills > 0, "it was done before anything could be killed");
        Assert.Equal(["done"], await world.TargetRowsAsync("SELECT status FROM etl.backfill"));
        Assert.Equal(rows, await world.TargetValueAsync<long>("SELECT count(*) FROM h"));
        await history.AssertEqualAsync();
        // Read again is at most what shares the checkpoint's cursor value: nothing that was committed is redone.
        var read = await world.TargetValueAsync<long>("SELECT sum(records_read)::bigint FROM etl.partition");
        Assert.InRange(read, rows, rows + 3 * kills);
        Assert.Equal(rows, await world.TargetValueAsync<long>("SELECT sum(inserted)::bigint FROM etl.partition"));
        Assert.Equal(read, await world.TargetValueAsync<long>("SELECT sum(records_read)::bigint FROM etl.batch"));
        // Work that was undone by a kill: the server counts rows that were inserted and rolled back, too. One worker has one batch under way.
        var batch = await world.TargetValueAsync<long>("SELECT max(records_read) FROM etl.batch");
        var undone = await InsertedAsync(world, rows) - rows;
        output.WriteLine($"{undone} rows were inserted and rolled back, {batch} rows the largest batch");
        Assert.InRange(undone, 0, kills * batch);

        RunnerProcess Start() => RunnerProcess.Start(
            world.Settings, history.Pipeline, kills == 0 ? options : new BackfillOptions { Join = true, Parallel = 1 });
    }

    [UnixFact]
    public async Task A_process_that_stands_still_is_taken_over_within_half_a_minute_and_writes_nothing_after()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        using var runner = RunnerProcess.Start(
            world.Settings, history.Pipeline, new BackfillOptions { Method = "stream", Partitions = 2, Parallel = 1 }, pauseAt: "partition-claimed:1");
        await runner.PausedAsync();
        runner.Stop();
        var started = TimeProvider.System.GetTimestamp();

        var result = await history.RunAsync(new BackfillOptions { Join = true, Parallel = 1 });

        Assert.True(result.Run!.Status == RunStatus.Done, $"{result.Run.Status} {result.Error}");
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 10, 30);
        await history.AssertEqualAsync();
        runner.Continue();
        runner.Resume();
        Assert.Equal(0, (await runner.EndAsync()).ExitCode);
        await history.AssertEqualAsync();
        await AssertEachRowOnceAsync(world, result, Rows, most: 0);
    }

    [UnixFact]
    public async Task Ctrl_C_stops_between_two_batches_and_gives_partitions_back()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        using (var runner = RunnerProcess.Start(
            world.Settings, history.Pipeline, new BackfillOptions { Method = "stream", Partitions = 2, Parallel = 2 }, pauseAt: "before-commit:3"))
        {
            await runner.PausedAsync();
            runner.Interrupt();
            await runner.InterruptedAsync();
            runner.Resume();
            var (exitCode, _, errors) = await runner.EndAsync();
            Assert.True(exitCode == 130, errors);
        }

        Assert.Equal(["stopped|cancelled"], await world.TargetRowsAsync("SELECT b.status, r.status AS run FROM etl.backfill b JOIN etl.run r USING (backfill_id)"));
        // The other worker may have come to its partition's end while this one paused.
        var statuses = await world.TargetRowsAsync("SELECT status FROM etl.partition");
        Assert.Contains("waiting", statuses);
        Assert.DoesNotContain("running", statuses);
        await history.RunExpectingAsync(RunStatus.Done);
        await history.AssertEqualAsync();
    }

    // A session's counts arrive when it has ended.
    private static async Task<long> InsertedAsync(SyncWorld world, long least)
    {
        for (var attempt = 0; ; attempt++)
        {
            var inserted = await world.TargetValueAsync<long>("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'h'");
            if (inserted >= least && attempt > 0) return inserted;
            Assert.True(attempt < 30, $"the server counts {inserted} rows of {least}");
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }
    }

    private static async Task AssertEachRowOnceAsync(SyncWorld world, BackfillResult result, int rows, int most)
    {
        var partitions = result.Partitions;
        Assert.All(partitions, partition => Assert.Equal(PartitionStatus.Done, partition.Status));
        Assert.Equal(rows, partitions.Sum(partition => partition.Counts.Inserted));
        Assert.InRange(partitions.Sum(partition => partition.Counts.Read), rows, rows + most);
        Assert.Equal(
            partitions.Sum(partition => partition.Counts.Read),
            await world.TargetValueAsync<long>($"SELECT sum(records_read)::bigint FROM etl.batch WHERE backfill_id = '{result.Plan!.Id}'"));
    }
}
