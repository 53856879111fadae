using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;
using Npgsql;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>A full load makes the target equal to the source, in one step that nobody sees half done.</summary>
[Collection(SyncCollection.Name)]
public sealed class FullModeTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private static readonly SyncOptions s_full = new() { Mode = SyncMode.Full };
    private readonly SyncWorld _world = shared.World;

    [Fact]
    public async Task The_target_equals_the_source_deletions_included_and_unchanged_rows_are_not_rewritten()
    {
        var table = await NewTableAsync("equal");
        await table.FillAsync(1, 500, i => $"'{i}'");
        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(500, 500, 0, 0, 0, 0), s_full);
        var before = await _world.TargetRowsAsync("SELECT id, xmin::text AS x, ctid::text AS c FROM equal ORDER BY id");
        await _world.SourceAsync("DELETE FROM equal WHERE ID BETWEEN 100 AND 199", "UPDATE equal SET V = 'new' WHERE ID > 490", "INSERT INTO equal VALUES (501, NULL, NULL)");

        var result = await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(401, 1, 10, 390, 0, 0), s_full);

        Assert.Equal(100, result.Run.Deleted);
        Assert.Equal(Enumerable.Range(1, 501).Where(i => i is < 100 or > 199).Select(i => $"{i}|{(i == 501 ? "~" : i > 490 ? "new" : $"{i}")}"), await table.RowsAsync());
        var after = await _world.TargetRowsAsync("SELECT id, xmin::text AS x, ctid::text AS c FROM equal WHERE v <> 'new' ORDER BY id");
        Assert.Equal(390, after.Count);
        Assert.Empty(after.Except(before));
        Assert.Equal(["401|1|10|390|0|0|100"], await _world.TargetRowsAsync(
            $"SELECT records_read, inserted, updated, unchanged, superseded, quarantined, deleted FROM etl.run WHERE run_id = '{result.Run.RunId}'"));
    }

    [Fact]
    public async Task Readers_see_the_old_table_or_the_new_one_and_never_anything_between()
    {
        var table = await NewTableAsync("readers");
        await table.FillAsync(1, 3000, _ => "'old'");
        await table.SyncAsync(s_full);
        await _world.SourceAsync("DELETE FROM readers WHERE ID > 2000", "UPDATE readers SET V = 'new'");
        var seen = new HashSet<string>();
        using var end = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            await using var source = NpgsqlDataSource.Create(_world.TargetDsn);
            await using var command = source.CreateCommand("SELECT string_agg(v || ':' || n, ',') FROM (SELECT v, count(*) AS n FROM readers GROUP BY v ORDER BY v) q");
            while (!end.IsCancellationRequested) seen.Add(await command.ExecuteScalarAsync(CancellationToken.None) as string ?? "empty");
        });
        while (seen.Count == 0) await Task.Delay(5);

        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(2000, 0, 2000, 0, 0, 0), s_full);

        await Task.Delay(50);
        await end.CancelAsync();
        await watching;
        Assert.Equal(["new:2000", "old:3000"], seen.Order());
    }

    [Fact]
    public async Task An_empty_source_does_not_empty_the_target_unless_that_is_allowed()
    {
        var table = await NewTableAsync("emptied");
        await table.FillAsync(1, 10, _ => "'x'");
        await table.SyncAsync(s_full);
        await _world.SourceAsync("DELETE FROM emptied");

        var refused = await table.SyncAsync(s_full);

        Assert.Equal((RunStatus.Failed, "ETL-DATA"), (refused.Run.Status, refused.Run.ErrorCode));
        Assert.Equal(10, (await table.RowsAsync()).Count);
        var allowed = await table.SyncAsync(s_full with { AllowEmpty = true });
        Assert.Equal((RunStatus.Done, 10L), (allowed.Run.Status, allowed.Run.Deleted));
        Assert.Empty(await table.RowsAsync());
        await table.SyncExpectingAsync(RunStatus.Idle, default, s_full);
    }

    [Fact]
    public async Task Refused_rows_keep_their_old_version_and_nothing_is_deleted_beside_them()
    {
        var table = await NewTableAsync("refused", "text CHECK (v <> 'bad')");
        await table.FillAsync(1, 10, _ => "'old'");
        await table.SyncAsync(s_full);
        await _world.SourceAsync("UPDATE refused SET V = 'bad' WHERE ID = 5", "UPDATE refused SET V = 'new' WHERE ID = 6", "DELETE FROM refused WHERE ID = 7");

        var result = await table.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(9, 0, 1, 7, 0, 1), s_full);

        Assert.Equal(["5|old", "6|new", "7|old"], await table.RowsAsync("id BETWEEN 5 AND 7"));
        Assert.Contains(result.Notes, note => note.Contains("are kept", StringComparison.Ordinal));
        Assert.Equal(["[\"5\"]|23514|~|open|0"], await table.QuarantineAsync());
    }

    [Theory]
    [InlineData("staged", "uuid", "'nope'", "22P02", 101)]
    [InlineData("applied", "text NOT NULL", "NULL", "23502", 1)]
    [InlineData("applied_last", "text CHECK (v <> 'bad')", "'bad'", "23514", 1000)]
    public async Task One_bad_row_of_a_full_load_is_put_aside_whether_staging_or_the_target_refuses_it(string name, string column, string bad, string state, int at)
    {
        var table = await NewTableAsync($"one_{name}", column);
        await table.FillAsync(1, 1000, i => i == at ? bad : "'00000000-0000-0000-0000-000000000000'");

        await table.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(1000, 999, 0, 0, 0, 1), s_full);

        Assert.Equal(Enumerable.Range(1, 1000).Where(i => i != at).Select(i => $"{i}|00000000-0000-0000-0000-000000000000"), await table.RowsAsync());
        Assert.Equal([$"[\"{at}\"]|{state}|{bad.Trim('\'').Replace("NULL", "~", StringComparison.Ordinal)}"], await table.QuarantineAsync("key_text, sqlstate, payload->>'v' AS v"));
    }

    [Fact]
    public async Task A_row_that_children_still_reference_is_not_deleted_and_the_message_says_why()
    {
        var table = await NewTableAsync("referenced");
        await table.FillAsync(1, 3, _ => "'x'");
        await table.SyncAsync(s_full);
        await _world.TargetAsync("CREATE TABLE child_of (id int PRIMARY KEY, p bigint REFERENCES referenced); INSERT INTO child_of VALUES (1, 2)");
        await _world.SourceAsync("DELETE FROM referenced WHERE ID = 2", "UPDATE referenced SET V = 'y' WHERE ID = 1");

        var failed = await table.SyncAsync(s_full);

        Assert.Equal((RunStatus.Failed, "ETL-DATA"), (failed.Run.Status, failed.Run.ErrorCode));
        Assert.Contains("child_of_p_fkey", failed.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(["1|x", "2|x", "3|x"], await table.RowsAsync());
        await _world.TargetAsync("DELETE FROM child_of");
        Assert.Equal(1, (await table.SyncAsync(s_full)).Run.Deleted);
        Assert.Equal(["1|y", "3|x"], await table.RowsAsync());
    }

    [Fact]
    public async Task Incremental_runs_go_on_where_a_full_load_ended()
    {
        var table = await NewTableAsync("then_on");
        await table.FillAsync(1, 20, _ => "'x'");
        await table.SyncAsync(s_full);
        Assert.Equal("2024-01-01T00:20:00.000000000", await table.CursorAsync());
        await table.FillAsync(21, 2, _ => "'y'");

        // The row of the last cursor value is read again; nothing older is.
        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(3, 2, 0, 1, 0, 0));
        await table.SyncExpectingAsync(RunStatus.Idle, default);
        Assert.Equal(22, (await table.RowsAsync()).Count);
    }

    [Fact]
    public async Task An_interrupted_full_load_leaves_the_target_and_its_position_as_they_were()
    {
        var table = await NewTableAsync("interrupted");
        await table.FillAsync(1, 500, _ => "'old'");
        await table.SyncAsync(s_full);
        var cursor = await table.CursorAsync();
        await _world.SourceAsync("UPDATE interrupted SET V = 'new', UPDATED_AT = '2025-01-01' WHERE ID > 100");
        var seen = 0;
        _world.Interference.BeforeRow = _ =>
        {
            if (++seen == 350) throw new InvalidOperationException("the source went away for good");
        };

        var failed = await table.SyncAsync(s_full);
        _world.Interference.BeforeRow = null;

        Assert.Equal(RunStatus.Failed, failed.Run.Status);
        Assert.Equal(500, (await table.RowsAsync("v = 'old'")).Count);
        Assert.Equal(cursor, await table.CursorAsync());
        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(500, 0, 400, 100, 0, 0), s_full);
        Assert.Equal(400, (await table.RowsAsync("v = 'new'")).Count);
        Assert.Empty(await _world.TargetRowsAsync("SELECT relname FROM pg_class WHERE relname LIKE 'full\\_%'"));
    }

    [Fact]
    public async Task A_connection_lost_while_reading_begins_anew_and_loads_each_row_once()
    {
        var table = await NewTableAsync("lost");
        await table.FillAsync(1, 500, _ => "'x'");
        var seen = 0;
        _world.Interference.BeforeRow = _ =>
        {
            if (++seen is 350 or 500) throw new IOException("connection reset");
        };

        var result = await table.SyncAsync(s_full);
        _world.Interference.BeforeRow = null;

        Assert.Equal((RunStatus.Done, 500L), (result.Run.Status, result.Run.Counts.Inserted));
        Assert.Equal(Enumerable.Range(1, 500).Select(i => $"{i}|x"), await table.RowsAsync());
    }

    [Fact]
    public async Task Of_duplicate_keys_the_newest_wins_across_batches_too()
    {
        var table = await NewTableAsync("doubles");
        await table.FillAsync(1, 250, _ => "'old'");
        await table.FillAsync(251, 1, _ => "'last'");
        await _world.SourceAsync("INSERT INTO doubles VALUES (7, 'newest', '2024-06-01'), (7, 'middle', '2024-05-01'), (8, 'no cursor', NULL)");

        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(254, 251, 0, 0, 3, 0), s_full);

        Assert.Equal(["7|newest", "8|old", "251|last"], await table.RowsAsync("id IN (7, 8, 251)"));
    }

    private Task<ValueTable> NewTableAsync(string name, string column = "text") =>
        ValueTable.CreateAsync(_world, name, "VARCHAR", column, p => p with { BatchSize = 100 });
}
