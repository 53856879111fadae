using EtlTools.Core.Backfill;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Backfill;

/// <summary>Whole backfills: what is in the target afterwards, what the plan says, and what a second one does.</summary>
[Collection(SyncCollection.Name)]
public sealed class BackfillTests(SyncServer server)
{
    private const int Rows = 5_000;

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task A_backfill_brings_every_row_exactly_and_a_second_one_changes_nothing(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);

        var result = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = method, Partitions = 6, Parallel = 2 });

        await history.AssertEqualAsync();
        Assert.Equal(new RowCounts(Rows, Rows, 0, 0, 0, 0), result.Run!.Counts);
        Assert.Equal((BackfillStatus.Done, Rows, method), (result.Plan!.Status, result.Plan.Estimate.Rows, result.Plan.Method));
        Assert.InRange(result.Partitions.Count, 4, 6);
        Assert.All(result.Partitions, partition => Assert.Equal((PartitionStatus.Done, 1, partition.EstimateRows), (partition.Status, partition.Attempts, partition.Counts.Read)));
        Assert.Equal(
            $"{Rows}|{result.Partitions.Sum(p => p.Batches)}",
            (await world.TargetRowsAsync($"SELECT sum(records_read)::bigint, count(*) FROM etl.batch WHERE backfill_id = '{result.Plan.Id}' AND bytes > 0")).Single());
        // The watermark is the sync's business.
        Assert.Empty(await world.TargetRowsAsync("SELECT * FROM etl.watermark"));

        var again = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = method });
        Assert.NotEqual(result.Plan.Id, again.Plan!.Id);
        Assert.Equal(new RowCounts(Rows, 0, 0, Rows, 0, 0), again.Run!.Counts);
        await history.AssertEqualAsync();
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task Rows_that_are_newer_in_the_target_stay(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", 300);
        await world.TargetAsync(
            $"INSERT INTO h (id, name, updated_at) VALUES (10, 'newer', '{History.At(100_000)}'), (11, 'older', '{History.At(-5)}'), (12, 'as old', '{History.At(4)}'), (13, 'of no age', NULL)");

        var result = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = method });

        Assert.Equal(new RowCounts(300, 296, 3, 0, 1, 0), result.Run!.Counts);
        Assert.Equal("newer", await world.TargetValueAsync<string>("SELECT name FROM h WHERE id = 10"));
        await history.AssertEqualAsync("WHERE id <> 10");
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task A_range_is_read_and_nothing_else(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", 9_000);
        await world.SourceAsync("INSERT INTO H (ID, NAME) VALUES (-1, 'of no age')");

        var result = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = method, From = "2024-01-01 10:00", To = "2024-01-02", Partitions = 3 });

        const string range = "WHERE updated_at >= '2024-01-01 10:00' AND updated_at < '2024-01-03'";
        await history.AssertEqualAsync(range);
        Assert.Equal(0, await world.TargetValueAsync<long>($"SELECT count(*) FROM h WHERE updated_at IS NULL OR NOT (updated_at >= '2024-01-01 10:00' AND updated_at < '2024-01-03')"));
        Assert.Equal((24 + 14) * 60 * 3, result.Run!.Counts.Inserted);
        Assert.Contains(result.Notes, note => note.Contains("1 source rows have no UPDATED_AT", StringComparison.Ordinal));

        // Without a range everything is read, rows without a cursor value too.
        await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = method });
        await history.AssertEqualAsync();
        Assert.Equal(9_001, await world.TargetValueAsync<long>("SELECT count(*) FROM h"));
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task Without_a_cursor_keys_are_dealt_out_by_their_hash(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", 2_000, p => p with { WatermarkColumn = null });

        var result = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = method, Partitions = 4 });

        await history.AssertEqualAsync();
        Assert.Equal([0, 1, 2, 3], result.Partitions.Select(partition => partition.Bucket));
        Assert.All(result.Partitions, partition => Assert.InRange(partition.Counts.Inserted, 400, 600));
    }

    [Fact]
    public async Task Rows_that_share_one_cursor_value_are_divided_too()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", 3_000);
        await world.SourceAsync($"UPDATE H SET UPDATED_AT = '{History.At(10)}' WHERE MOD(ID, 10) > 0");

        var result = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Partitions = 5 });

        await history.AssertEqualAsync();
        Assert.True(result.Partitions.Max(partition => partition.Counts.Read) < 1_000, string.Join(' ', result.Partitions.Select(partition => partition.Counts.Read)));
    }

    [Fact]
    public async Task A_plan_goes_on_where_it_was_stopped_and_is_refused_with_other_parameters()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        using var stop = new CancellationTokenSource();
        // The planner's sample are the first 500.
        world.Interference.BeforeRow = row => StopAt(1_700, row, stop);

        var first = await history.RunAsync(new BackfillOptions { Method = "stream", Partitions = 4, Parallel = 1, To = "2024-12-31" }, stop.Token);

        Assert.True(first.Plan is not null, $"{first.Run!.Status} {first.Error}");
        Assert.Equal((RunStatus.Cancelled, BackfillStatus.Stopped), (first.Run!.Status, first.Plan!.Status));
        var loaded = await world.TargetValueAsync<long>("SELECT count(*) FROM h");
        Assert.InRange(loaded, 1, Rows - 1);
        Assert.Equal(loaded, first.Run.Counts.Inserted);

        var other = await history.RunAsync(new BackfillOptions { Partitions = 9, To = "2024-06-30", BatchSize = 100 });
        var refused = Assert.IsType<ConfigurationException>(other.Error);
        Assert.Contains("--partitions: 4 when it was planned, 9 now", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--to: 2024-12-31 when it was planned, 2024-06-30 now", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("batch", refused.Message, StringComparison.Ordinal);
        Assert.Equal(loaded, await world.TargetValueAsync<long>("SELECT count(*) FROM h"));

        var second = await history.RunExpectingAsync(RunStatus.Done);
        Assert.Equal(first.Plan.Id, second.Plan!.Id);
        await history.AssertEqualAsync();
        // Rows of the cursor value at which it was stopped are read again, no others.
        Assert.InRange(first.Run.Counts.Read + second.Run!.Counts.Read, Rows, Rows + 3);
    }

    [Fact]
    public async Task A_restart_gives_the_old_plan_up()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        using var stop = new CancellationTokenSource();
        world.Interference.BeforeRow = row => StopAt(1_200, row, stop);
        var first = await history.RunAsync(new BackfillOptions { Method = "stream", Parallel = 1 }, stop.Token);

        var second = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Restart = true, Partitions = 3, Method = "stream" });

        Assert.NotEqual(first.Plan!.Id, second.Plan!.Id);
        Assert.Equal(Rows, second.Run!.Counts.Read);
        Assert.Equal("replaced|done", string.Join('|', await world.TargetRowsAsync("SELECT status FROM etl.backfill ORDER BY created_at")));
        await history.AssertEqualAsync();
    }

    [Fact]
    public async Task An_empty_source_is_done_at_once_and_a_dry_run_stores_nothing()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", 0);
        Assert.Empty((await history.RunExpectingAsync(RunStatus.Done)).Partitions);

        await history.InsertAsync(0, Rows);
        var plan = await history.RunAsync(new BackfillOptions { DryRun = true, Partitions = 4, Method = "unload" });
        Assert.Equal((Rows, 4, null), (plan.Plan!.Estimate.Rows, plan.Partitions.Count, plan.Run));
        Assert.InRange(plan.Plan.Estimate.Bytes, Rows * 40, Rows * 120);
        Assert.Equal(4, plan.Plan.Estimate.Files);
        Assert.Equal(1, await world.TargetValueAsync<long>("SELECT count(*) FROM etl.backfill"));
        Assert.Equal(0, await world.TargetValueAsync<long>("SELECT count(*) FROM h"));
    }

    private static void StopAt(int wanted, int row, CancellationTokenSource stop)
    {
        if (row == wanted) stop.Cancel();
    }
}
