using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Backfill;

/// <summary>Bad rows, full disks, parts that fail, other writers: the rest is loaded, and what is left goes on later.</summary>
[Collection(SyncCollection.Name)]
public sealed class BackfillTroubleTests(SyncServer server)
{
    private const int Rows = 900;

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task Bad_rows_are_put_aside_as_the_source_sent_them_and_the_others_are_loaded(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        var blanks = "kept" + new string(' ', 60);
        await world.SourceAsync(
            $"UPDATE H SET NAME = '{new string('x', 61)}' WHERE ID = 20",
            // PostgreSQL would cut these blanks off without a word.
            $"UPDATE H SET NAME = '{blanks}' WHERE ID = 500",
            $"UPDATE H SET NAME = '{new string('工', 60)}' WHERE ID = 501",
            // Two versions of one key: the newer one counts.
            $"INSERT INTO H (ID, NAME, UPDATED_AT) VALUES (10, 'newer', '{History.At(250)}'), (NULL, 'no key', '{History.At(100)}')");
        await world.TargetAsync("ALTER TABLE h ADD CHECK (name <> 'row 111')");

        var result = await history.RunExpectingAsync(RunStatus.Quarantined, new BackfillOptions { Method = method, Partitions = 3 });

        Assert.Equal(BackfillStatus.Quarantined, result.Plan!.Status);
        Assert.Equal((Rows + 2, 4, Rows - 3), (result.Run!.Counts.Read, result.Run.Counts.Quarantined, await world.TargetValueAsync<long>("SELECT count(*) FROM h")));
        Assert.Equal(
            [$"20|{new string('x', 61)}|22001", "111|row 111|23514", $"500|{blanks}|22001", "~|no key|23502"],
            await world.TargetRowsAsync("SELECT (payload->>'id')::int AS id, payload->>'name' AS name, sqlstate FROM etl.quarantine WHERE status = 'open' ORDER BY 1 NULLS LAST"));
        Assert.Equal("newer", await world.TargetValueAsync<string>("SELECT name FROM h WHERE id = 10"));
        await history.AssertEqualAsync("WHERE id NOT IN (10, 20, 111, 500)");

        // Repaired rows leave the quarantine by the usual way.
        await world.SourceAsync("UPDATE H SET NAME = 'mended' WHERE ID IN (20, 500)");
        await new Core.Sync.QuarantineRetry(world.Services).RunAsync(history.Pipeline, null, default);
        Assert.Equal(2, await world.TargetValueAsync<long>("SELECT count(*) FROM h WHERE name = 'mended'"));
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task Too_many_bad_rows_stop_it_and_it_goes_on_after_the_repair(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows, p => p with { MaxErrors = new ErrorLimit(5, null) });
        await world.TargetAsync("ALTER TABLE h ADD CONSTRAINT low CHECK (id < 600)");

        var failed = await history.RunAsync(new BackfillOptions { Method = method, Partitions = 3, Parallel = 1 });

        Assert.IsType<DataException>(failed.Error);
        Assert.Equal((RunStatus.Failed, BackfillStatus.Failed, "ETL-DATA"), (failed.Run!.Status, failed.Plan!.Status, failed.Plan.ErrorCode));
        Assert.All(failed.Partitions, partition => Assert.NotEqual(PartitionStatus.Running, partition.Status));

        await world.TargetAsync("ALTER TABLE h DROP CONSTRAINT low");
        var result = await history.RunAsync();
        Assert.Equal(failed.Plan.Id, result.Plan!.Id);
        Assert.Null(result.Error);
        await history.AssertEqualAsync();
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task A_partition_of_the_target_that_drops_rows_without_a_word_is_no_success(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        await world.TargetAsync(
            """
            ALTER TABLE h RENAME TO h_1; CREATE TABLE h (LIKE h_1, PRIMARY KEY (id)) PARTITION BY RANGE (id); ALTER TABLE h ATTACH PARTITION h_1 FOR VALUES FROM (0) TO (1000000);
            CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id = 500 THEN RETURN NULL; END IF; RETURN NEW; END';
            CREATE TRIGGER swallow BEFORE INSERT ON h_1 FOR EACH ROW EXECUTE FUNCTION swallow();
            """);

        var failed = await history.RunAsync(new BackfillOptions { Method = method, Partitions = 3, Parallel = 1 });

        Assert.IsType<IntegrityException>(failed.Error);
        await world.TargetAsync("DROP TRIGGER swallow ON h_1");
        Assert.Null((await history.RunAsync()).Error);
        await history.AssertEqualAsync();
    }

    [Fact]
    public async Task A_partition_that_fails_again_and_again_is_parked_the_others_go_on_and_retry_takes_it_up()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows, p => p with { WatermarkColumn = null });
        world.Interference.BeforeStatement = sql =>
        {
            if (sql.Contains("3)) = 1", StringComparison.Ordinal)) throw new InvalidDataException("this part is broken");
        };

        var failed = await history.RunAsync(new BackfillOptions { Method = "stream", Partitions = 3, Parallel = 2 });

        Assert.Equal((RunStatus.Failed, BackfillStatus.Failed), (failed.Run!.Status, failed.Plan!.Status));
        Assert.Equal([PartitionStatus.Done, PartitionStatus.Parked, PartitionStatus.Done], failed.Partitions.Select(partition => partition.Status));
        Assert.Equal((5, "InvalidDataException: this part is broken"), (failed.Partitions[1].Failures, failed.Partitions[1].Error));
        Assert.Contains("1 of 3 partitions", failed.Error!.Message, StringComparison.Ordinal);
        Assert.InRange(await world.TargetValueAsync<long>("SELECT count(*) FROM h"), Rows / 2, Rows - 1);

        world.Interference.BeforeStatement = null;
        Assert.Equal(RunStatus.Failed, (await history.RunAsync()).Run!.Status);
        var result = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Join = true, Unpark = true });
        Assert.Equal(failed.Plan.Id, result.Plan!.Id);
        await history.AssertEqualAsync();
    }

    [Fact]
    public async Task A_full_disk_is_a_clean_stop_and_no_file_stays_behind()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        var gets = 0;
        world.Interference.BeforeStatement = sql =>
        {
            // What a write to a full disk says.
            if (sql.StartsWith("GET ", StringComparison.Ordinal) && ++gets == 3) throw new IOException("No space left on device", 28);
        };

        var failed = await history.RunAsync(new BackfillOptions { Method = "unload", Partitions = 4, Parallel = 1 });

        var error = Assert.IsType<ConfigurationException>(failed.Error);
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        Assert.Contains("ETL_WORK_DIR", error.Remedy, StringComparison.Ordinal);
        Assert.Equal((BackfillStatus.Failed, 2), (failed.Plan!.Status, failed.Partitions.Count(partition => partition.Status == PartitionStatus.Done)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(world.Settings.WorkDirectory!));

        var result = await history.RunExpectingAsync(RunStatus.Done);
        Assert.Equal(Rows, failed.Run!.Counts.Inserted + result.Run!.Counts.Inserted);
        await history.AssertEqualAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(world.Settings.WorkDirectory!));
        Assert.Empty(await world.SourceRowsAsync("LIST @~/etl_tools/"));
    }

    [Fact]
    public async Task Files_that_are_gone_from_the_stage_are_unloaded_again()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        var isRemoved = false;
        world.Interference.BeforeStatement = sql =>
        {
            if (isRemoved || !sql.StartsWith("GET ", StringComparison.Ordinal)) return;
            isRemoved = true;
            foreach (var file in Directory.EnumerateFiles(world.Settings.Snowflake!.LocalStages!, "*.gz", SearchOption.AllDirectories)) File.Delete(file);
        };

        var result = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = "unload", Partitions = 2, Parallel = 1 });

        await history.AssertEqualAsync();
        Assert.Contains(result.Partitions, partition => partition.Attempts == 2);
        Assert.Equal(Rows, result.Run!.Counts.Inserted);
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task With_syncs_of_a_changing_source_at_the_same_time_the_target_ends_equal(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", 20_000);
        using var end = new CancellationTokenSource();
        var syncs = 0;
        var syncing = Task.Run(async () =>
        {
            for (var round = 1; !end.IsCancellationRequested; round++)
            {
                // Old rows change and become the newest, so the backfill may come upon either version of them.
                await world.SourceAsync($"UPDATE H SET NAME = 'changed {round}', UPDATED_AT = '{History.At(50_000 + round)}' WHERE MOD(ID, 97) = {round % 97}");
                var result = await world.SyncAsync(history.Pipeline with { BatchSize = 2_000 });
                Assert.True(result.Run.Status is RunStatus.Done or RunStatus.Idle, $"{result.Error}");
                syncs++;
            }
        });

        var backfill = await history.RunAsync(new BackfillOptions { Method = method, Partitions = 8, Parallel = 2 });
        await end.CancelAsync();
        await syncing;

        Assert.True(backfill.Run!.Status == RunStatus.Done, $"{backfill.Error}");
        Assert.True(syncs > 0);
        await world.SyncAsync(history.Pipeline);
        await history.AssertEqualAsync();
        Assert.Equal("done", await world.TargetValueAsync<string>("SELECT status FROM etl.run WHERE operation = 'backfill'"));
    }

    [Fact]
    public async Task Indexes_of_an_empty_target_are_built_after_the_load()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        const int rows = 120_000;
        var history = await History.CreateAsync(world, "h", rows);
        await world.TargetAsync("CREATE INDEX h_name ON h (lower(name)) WHERE amount IS NOT NULL; CREATE INDEX h_updated ON h (updated_at); CREATE UNIQUE INDEX h_both ON h (id, updated_at)");
        var definitions = await world.TargetRowsAsync("SELECT indexdef FROM pg_indexes WHERE tablename = 'h' ORDER BY 1");
        var during = "";
        world.Interference.BeforeStatement = sql =>
        {
            if (during.Length == 0 && sql.StartsWith("GET ", StringComparison.Ordinal))
                during = string.Join(' ', world.TargetRowsAsync("SELECT indexname FROM pg_indexes WHERE tablename = 'h' ORDER BY 1").GetAwaiter().GetResult());
        };

        var result = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = "unload", Partitions = 4 });

        Assert.Equal("h_both h_pkey", during);
        Assert.Equal(definitions, await world.TargetRowsAsync("SELECT indexdef FROM pg_indexes WHERE tablename = 'h' ORDER BY 1"));
        Assert.Empty(result.Plan!.PutOffIndexes);
        Assert.Contains(result.Notes, note => note.Contains("2 indexes of the empty target", StringComparison.Ordinal));
        Assert.Equal(rows, result.Run!.Counts.Inserted);
        Assert.Equal(
            await world.SourceRowsAsync("SELECT COUNT(*)::VARCHAR, SUM(ID)::VARCHAR, SUM(AMOUNT)::VARCHAR, COUNT(NAME)::VARCHAR, SUM(LENGTH(NAME))::VARCHAR FROM H"),
            await world.TargetRowsAsync("SELECT count(*), sum(id), sum(amount), count(name), sum(length(name)) FROM h"));
    }
}
