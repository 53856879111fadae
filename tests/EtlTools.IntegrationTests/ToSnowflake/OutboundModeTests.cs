using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>How rows are written: merged, appended, replaced, marked, and not at all by a dry run.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundModeTests(SyncServer server)
{
    private static readonly SyncOptions Full = new() { Mode = SyncMode.Full };

    [Fact]
    public async Task Full_makes_the_target_equal_to_the_source()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var pipeline = OutboundWorld.Pipeline(p => p with { WriteMode = WriteMode.Full, WatermarkColumn = null });
        await world.FillAsync(1, 20);
        await world.SourceAsync("INSERT INTO T VALUES (999, 'not at the source', NULL), (1, 'old', NULL)");

        var first = await world.SyncOutAsync(RunStatus.Done, new RowCounts(20, 19, 1, 0, 0, 0), pipeline);
        Assert.Equal(1, first.Run.Deleted);
        await world.TargetAsync("DELETE FROM t WHERE id <= 5");
        var second = await world.SyncOutAsync(RunStatus.Done, new RowCounts(15, 0, 0, 15, 0, 0), pipeline);
        Assert.Equal(5, second.Run.Deleted);
        Assert.Equal(["15|6|20"], await world.SourceRowsAsync("SELECT COUNT(*), MIN(ID), MAX(ID) FROM T"));
    }

    [Fact]
    public async Task An_empty_source_empties_the_target_only_when_told()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var pipeline = OutboundWorld.Pipeline(p => p with { WriteMode = WriteMode.Full });
        await world.SourceAsync("INSERT INTO T VALUES (1, 'kept', NULL)");

        var refused = await world.SyncAsync(pipeline);
        Assert.Equal((RunStatus.Failed, "ETL-DATA"), (refused.Run.Status, refused.Run.ErrorCode));
        Assert.Equal(["1"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
        var told = await world.SyncAsync(pipeline, new SyncOptions { AllowEmpty = true });
        Assert.Equal((RunStatus.Done, 1), (told.Run.Status, (int)told.Run.Deleted));
        Assert.Equal(["0"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
    }

    [Fact]
    public async Task Rows_gone_from_the_source_are_kept_marked_and_unmarked()
    {
        await using var world = await OutboundWorld.CreateAsync(
            server, target: "CREATE TABLE T (ID NUMBER(38,0) NOT NULL, NAME VARCHAR, UPDATED_AT TIMESTAMP_TZ(6), IS_DELETED BOOLEAN)");
        await world.FillAsync(1, 10);
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(10, 10, 0, 0, 0, 0));
        await world.TargetAsync("DELETE FROM t WHERE id > 7");

        // delete: ignore
        var kept = await world.SyncOutAsync(RunStatus.Done, new RowCounts(7, 0, 0, 7, 0, 0), options: Full);
        Assert.Equal(0, kept.Run.Deleted);
        Assert.Contains(kept.Notes, note => note.Contains("3 rows", StringComparison.Ordinal));
        var soft = OutboundWorld.Pipeline(p => p with { SoftDeleteColumn = "is_deleted" });
        var marked = await world.SyncOutAsync(RunStatus.Done, new RowCounts(7, 0, 0, 7, 0, 0), soft, Full);
        Assert.Equal(3, marked.Run.Deleted);
        await world.TargetAsync("INSERT INTO t VALUES (9, 'back', now() - interval '1 minute')");
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(8, 0, 1, 7, 0, 0), soft, Full);
        Assert.Equal(["8|true", "9|false", "10|true"], await world.SourceRowsAsync("SELECT ID, TO_VARCHAR(IS_DELETED) FROM T WHERE ID > 7 ORDER BY ID"));
    }

    [Fact]
    public async Task Loading_times_are_set_for_what_was_written()
    {
        await using var world = await OutboundWorld.CreateAsync(
            server, target: "CREATE TABLE T (ID NUMBER(38,0) NOT NULL, NAME VARCHAR, UPDATED_AT TIMESTAMP_TZ(6), _LOADED_AT TIMESTAMP_NTZ(6) NOT NULL)");
        await world.FillAsync(1, 3);
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(3, 3, 0, 0, 0, 0));
        var before = await world.SourceRowsAsync("SELECT TO_VARCHAR(_LOADED_AT) FROM T ORDER BY ID");
        await world.TargetAsync("UPDATE t SET name = 'x' WHERE id = 2");
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(3, 0, 1, 2, 0, 0), options: Full);
        var after = await world.SourceRowsAsync("SELECT TO_VARCHAR(_LOADED_AT) FROM T ORDER BY ID");
        Assert.Equal([true, false, true], before.Zip(after, (b, a) => b == a));
    }

    [Theory]
    [InlineData(WriteMode.Merge)]
    [InlineData(WriteMode.Append)]
    [InlineData(WriteMode.Full)]
    public async Task A_dry_run_says_what_the_real_one_then_does_and_leaves_nothing(WriteMode mode)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var pipeline = OutboundWorld.Pipeline(p => p with { WriteMode = mode });
        await world.FillAsync(1, 30);
        if (mode != WriteMode.Append) await world.SourceAsync("INSERT INTO T VALUES (1, 'old', NULL), (500, 'gone', NULL)");
        var tables = await world.SourceRowsAsync("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1");
        var rows = await world.SourceRowsAsync("SELECT * FROM T ORDER BY ID");

        var dry = await world.SyncAsync(pipeline, new SyncOptions { DryRun = true });
        Assert.Null(dry.Error);
        Assert.Equal(tables, await world.SourceRowsAsync("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1"));
        Assert.Equal(rows, await world.SourceRowsAsync("SELECT * FROM T ORDER BY ID"));
        Assert.Empty(await world.SourceRowsAsync("LIST @~"));
        Assert.Equal(["0"], await world.TargetRowsAsync("SELECT count(*) FROM etl.watermark"));
        var real = await world.SyncAsync(pipeline);
        Assert.Equal((dry.Run.Counts, dry.Run.Deleted), (real.Run.Counts, real.Run.Deleted));
    }

    [Fact]
    public async Task Nothing_is_left_on_the_stage_or_beside_the_table()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 10);
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(10, 10, 0, 0, 0, 0));
        Assert.Empty(await world.SourceRowsAsync("LIST @~"));
        Assert.Equal(["ETL_LEDGER", "T"], await world.SourceRowsAsync("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1"));
        Assert.Equal(["0"], await world.TargetRowsAsync("SELECT count(*) FROM etl.manifest"));
    }
}
