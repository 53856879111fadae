using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>Which rows a run reads: nothing between two windows is lost, nothing old is read without need.</summary>
[Collection(SyncCollection.Name)]
public sealed class WindowTests(SyncServer server)
{
    private const string Source = "CREATE TABLE T (ID NUMBER(10,0), NAME VARCHAR, UPDATED_AT TIMESTAMP_NTZ)";
    private const string Target = "CREATE TABLE t (id bigint PRIMARY KEY, name text, updated_at timestamp)";

    [Fact]
    public async Task An_empty_source_is_idle_and_says_so()
    {
        await using var world = await NewWorldAsync();

        var result = await world.SyncExpectingAsync(RunStatus.Idle, default);

        Assert.Null(result.Error);
        Assert.Equal(["idle"], await world.TargetRowsAsync("SELECT status FROM etl.run"));
        Assert.Equal(["idle"], await world.TargetRowsAsync("SELECT last_status FROM etl.watermark"));
    }

    [Fact]
    public async Task The_first_run_takes_all_the_second_nothing_the_third_only_what_changed()
    {
        await using var world = await NewWorldAsync();
        await FillAsync(world, 1, 250);

        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(250, 250, 0, 0, 0, 0));
        await world.SyncExpectingAsync(RunStatus.Idle, default);
        await world.SourceAsync(
            "UPDATE T SET NAME = 'changed', UPDATED_AT = '2024-02-01' WHERE ID IN (3, 200)",
            "INSERT INTO T VALUES (251, 'new', '2024-02-01')");

        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(4, 1, 2, 1, 0, 0));
        Assert.Equal(
            ["3|changed|2024-02-01T00:00:00", "200|changed|2024-02-01T00:00:00", "251|new|2024-02-01T00:00:00"],
            await world.TargetRowsAsync("SELECT * FROM t WHERE updated_at >= '2024-02-01' ORDER BY id"));
        Assert.Equal(251, await world.TargetValueAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Equal_cursor_values_are_not_cut_apart_by_batches_nor_lost_between_runs()
    {
        await using var world = await NewWorldAsync();
        // 350 rows share one timestamp: three and a half batches of 100.
        await world.SourceAsync($"INSERT INTO T VALUES {string.Join(", ", Enumerable.Range(1, 350).Select(i => $"({i * 2}, 'a', '2024-01-01 00:00:00.123456')"))}");
        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(350, 350, 0, 0, 0, 0));

        // Rows with the very same timestamp and smaller and larger keys appear afterwards.
        await world.SourceAsync("INSERT INTO T VALUES (1, 'late', '2024-01-01 00:00:00.123456'), (301, 'late', '2024-01-01 00:00:00.123456'), (9999, 'late', '2024-01-01 00:00:00.123456')");

        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(353, 3, 0, 350, 0, 0));
        Assert.Equal(["1", "301", "9999"], await world.TargetRowsAsync("SELECT id FROM t WHERE name = 'late' ORDER BY id"));
        await world.SyncExpectingAsync(RunStatus.Idle, default);
    }

    [Theory]
    [InlineData("2024-01-01 00:58:00", true)]
    [InlineData("2024-01-01 00:50:00", true)]
    [InlineData("2024-01-01 00:49:59.999999", false)]
    public async Task A_row_that_appears_late_is_found_within_the_lookback_only(string updatedAt, bool isFound)
    {
        await using var world = await NewWorldAsync();
        var pipeline = SyncWorld.Pipeline(p => p with { Lookback = new CursorDistance(TimeSpan.FromMinutes(10), null) });
        await world.SourceAsync("INSERT INTO T VALUES (1, 'first', '2024-01-01 01:00:00')");
        await world.SyncAsync(pipeline);

        await world.SourceAsync($"INSERT INTO T VALUES (2, 'late', '{updatedAt}')");
        await world.SyncAsync(pipeline);

        Assert.Equal(isFound ? 2 : 1, await world.TargetValueAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Rows_younger_than_settle_wait()
    {
        await using var world = await NewWorldAsync();
        var pipeline = SyncWorld.Pipeline(p => p with { Settle = TimeSpan.FromHours(1) });
        await world.SourceAsync(
            "INSERT INTO T VALUES (1, 'old', '2024-01-01')",
            "INSERT INTO T SELECT 2, 'young', DATEADD('minute', -5, SYSDATE())");

        var result = await world.SyncAsync(pipeline);

        Assert.Equal(["1"], await world.TargetRowsAsync("SELECT id FROM t"));
        Assert.Contains(result.Notes, note => note.StartsWith("1 source rows wait", StringComparison.Ordinal));
        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(2, 1, 0, 1, 0, 0), SyncWorld.Pipeline());
    }

    [Fact]
    public async Task A_cursor_in_the_future_does_not_carry_the_watermark_with_it()
    {
        await using var world = await NewWorldAsync();
        await world.SourceAsync("INSERT INTO T VALUES (1, 'now', '2024-01-01'), (2, 'clock gone wrong', '2999-12-31')");
        await world.SyncAsync();
        await world.SourceAsync("INSERT INTO T VALUES (3, 'later', '2024-06-01')");

        await world.SyncAsync();

        Assert.Equal(["1", "3"], await world.TargetRowsAsync("SELECT id FROM t ORDER BY id"));
        Assert.Equal("2024-06-01T00:00:00.000000000", await world.TargetValueAsync<string>("SELECT cursor FROM etl.watermark"));
    }

    [Fact]
    public async Task Rows_without_a_cursor_are_counted_and_swept_when_asked()
    {
        await using var world = await NewWorldAsync();
        await world.SourceAsync("INSERT INTO T VALUES (1, 'a', '2024-01-01'), (2, 'b', NULL), (3, 'c', NULL)");

        var reported = await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(1, 1, 0, 0, 0, 0));
        Assert.Equal(2, reported.Run.NullCursors);
        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(3, 2, 0, 1, 0, 0), SyncWorld.Pipeline(p => p with { SweepNullCursors = true }), null);

        Assert.Equal(["1|a|2024-01-01T00:00:00", "2|b|~", "3|c|~"], await world.TargetRowsAsync("SELECT * FROM t ORDER BY id"));
        Assert.Equal("2024-01-01T00:00:00.000000000", await world.TargetValueAsync<string>("SELECT cursor FROM etl.watermark"));
    }

    [Fact]
    public async Task A_row_updated_while_it_is_read_is_taken_in_its_newest_version_in_the_end()
    {
        await using var world = await NewWorldAsync();
        await FillAsync(world, 1, 300);
        world.Interference.BeforeRow = row =>
        {
            if (row == 150) world.SourceAsync("UPDATE T SET NAME = 'moved', UPDATED_AT = '2024-03-01' WHERE ID IN (10, 290)").GetAwaiter().GetResult();
        };

        await world.SyncAsync();
        await world.SyncAsync();

        Assert.Equal(["10|moved", "290|moved"], await world.TargetRowsAsync("SELECT id, name FROM t WHERE name = 'moved' ORDER BY id"));
        Assert.Equal(300, await world.TargetValueAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Of_several_versions_of_a_row_in_a_batch_the_newest_wins()
    {
        await using var world = await NewWorldAsync();
        await world.SourceAsync(
            "INSERT INTO T VALUES (1, 'old', '2024-01-01'), (1, 'newer', '2024-01-02'), (1, 'newest', '2024-01-03'), (2, 'x', '2024-01-01'), (2, 'x', '2024-01-01')");

        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(5, 2, 0, 0, 3, 0));

        Assert.Equal(["1|newest", "2|x"], await world.TargetRowsAsync("SELECT id, name FROM t ORDER BY id"));
    }

    [Fact]
    public async Task A_row_whose_versions_lie_in_different_batches_ends_as_its_newest()
    {
        await using var world = await NewWorldAsync();
        await FillAsync(world, 1, 150);
        await world.SourceAsync("INSERT INTO T VALUES (1, 'newest', '2024-01-20')");

        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(151, 150, 1, 0, 0, 0));

        Assert.Equal(["newest"], await world.TargetRowsAsync("SELECT name FROM t WHERE id = 1"));
    }

    [Theory]
    [InlineData("NUMBER(38,0)", "9007199254740993", "9007199254740994", "numeric(38,0)")]
    [InlineData("NUMBER(10,2)", "-2.50", "10.25", "numeric(10,2)")]
    [InlineData("DATE", "2024-01-01", "2024-01-02", "date")]
    [InlineData("VARCHAR", "a", "b", "text")]
    [InlineData("TIMESTAMP_LTZ", "2024-01-01 00:00:00 +0000", "2024-01-02 00:00:00 +0000", "timestamptz")]
    [InlineData("TIMESTAMP_TZ", "2024-01-01 12:00:00 +0530", "2024-01-01 09:00:00 -0300", "timestamptz")]
    public async Task Every_ordered_type_can_be_the_cursor(string type, string first, string second, string targetType)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync($"CREATE TABLE T (ID NUMBER(10,0), UPDATED_AT {type})", $"INSERT INTO T SELECT 1, '{first}'::{type}");
        await world.TargetAsync($"CREATE TABLE t (id bigint PRIMARY KEY, updated_at {targetType})");

        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(1, 1, 0, 0, 0, 0));
        await world.SyncExpectingAsync(RunStatus.Idle, default);
        await world.SourceAsync($"INSERT INTO T SELECT 2, '{second}'::{type}");

        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(2, 1, 0, 1, 0, 0));
        Assert.Equal(["1", "2"], await world.TargetRowsAsync("SELECT id FROM t ORDER BY updated_at"));
    }

    [Fact]
    public async Task A_watermark_of_another_source_is_not_followed()
    {
        await using var world = await NewWorldAsync();
        await FillAsync(world, 1, 3);
        await world.SyncAsync();
        await world.SourceAsync("CREATE TABLE OTHER LIKE T");

        var result = await world.SyncAsync(SyncWorld.Pipeline(p => p with { Source = "SRC.PUBLIC.OTHER" }));

        Assert.Equal(RunStatus.Failed, result.Run.Status);
        Assert.Equal("ETL-CONFIG", result.Run.ErrorCode);
    }

    [Fact]
    public async Task A_stop_request_ends_at_a_batch_boundary_and_the_next_run_completes()
    {
        await using var world = await NewWorldAsync();
        await FillAsync(world, 1, 1000);
        using var stop = new CancellationTokenSource();
        world.Interference.BeforeRow = row =>
        {
            if (row == 350) stop.Cancel();
        };

        var stopped = await world.SyncAsync(stop: stop.Token);
        Assert.Equal(RunStatus.Cancelled, stopped.Run.Status);
        var loaded = await world.TargetValueAsync<long>("SELECT count(*) FROM t");
        Assert.Equal(0, loaded % 100);
        Assert.InRange(loaded, 0, 400);
        Assert.Equal(loaded, stopped.Run.Counts.Inserted);

        world.Interference.BeforeRow = null;
        var rest = await world.SyncAsync();
        Assert.Equal(1000 - loaded, rest.Run.Counts.Inserted);
        Assert.Equal(1000, await world.TargetValueAsync<long>("SELECT count(*) FROM t"));
    }

    private async Task<SyncWorld> NewWorldAsync()
    {
        var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync(Source);
        await world.TargetAsync(Target);
        return world;
    }

    // One row an hour from 2024-01-01 on.
    private static Task FillAsync(SyncWorld world, int from, int count) => world.SourceAsync(
        $"INSERT INTO T VALUES {string.Join(", ", Enumerable.Range(from, count).Select(i => $"({i}, 'row {i}', '{new DateTime(2024, 1, 1).AddMinutes(i):yyyy-MM-dd HH:mm:ss}')"))}");
}
