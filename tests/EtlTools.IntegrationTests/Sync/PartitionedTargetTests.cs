using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>A partitioned target: the same figures and rows as any other, in both modes, and a row without a partition in quarantine.</summary>
[Collection(SyncCollection.Name)]
public sealed class PartitionedTargetTests(SyncServer server)
{
    [Theory]
    [InlineData(SyncMode.Incremental)]
    [InlineData(SyncMode.Full)]
    public async Task Inserted_and_updated_rows_are_told_apart(SyncMode mode)
    {
        await using var world = await NewAsync();
        await world.SourceAsync("INSERT INTO T SELECT COLUMN1, 'v1', DATEADD('second', COLUMN1, '2024-01-01'::TIMESTAMP_NTZ) FROM VALUES (1), (2), (3), (101), (102)");
        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(5, 5, 0, 0, 0, 0), options: new SyncOptions { Mode = mode });

        await world.SourceAsync("UPDATE T SET NAME = 'v2', UPDATED_AT = '2024-02-01' WHERE ID IN (2, 101)", "INSERT INTO T VALUES (103, 'v1', '2024-02-01')");
        var prediction = await world.SyncAsync(options: new SyncOptions { Mode = mode, DryRun = true });
        var read = mode == SyncMode.Full ? 6 : 4;
        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(read, 1, 2, read - 3, 0, 0), options: new SyncOptions { Mode = mode });

        Assert.Equal(new RowCounts(read, 1, 2, read - 3, 0, 0), prediction.Run.Counts);
        Assert.Equal(["1|v1|t_1", "2|v2|t_1", "3|v1|t_1", "101|v2|t_2", "102|v1|t_2", "103|v1|t_2"], await world.TargetRowsAsync("SELECT id, name, tableoid::regclass FROM t ORDER BY id"));
    }

    [Fact]
    public async Task A_row_that_no_partition_takes_is_put_aside()
    {
        await using var world = await NewAsync();
        await world.SourceAsync("INSERT INTO T SELECT COLUMN1, 'v1', DATEADD('second', COLUMN1, '2024-01-01'::TIMESTAMP_NTZ) FROM VALUES (1), (2), (999), (101)");

        await world.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(4, 3, 0, 0, 0, 1));

        Assert.Equal(["[\"999\"]|23514"], await world.TargetRowsAsync("SELECT key_text, sqlstate FROM etl.quarantine"));
        Assert.Equal(["1", "2", "101"], await world.TargetRowsAsync("SELECT id FROM t ORDER BY id"));
    }

    private async Task<SyncWorld> NewAsync()
    {
        var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync("CREATE TABLE T (ID NUMBER(10,0), NAME VARCHAR, UPDATED_AT TIMESTAMP_NTZ)");
        await world.TargetAsync(
            "CREATE TABLE t (id bigint PRIMARY KEY, name text, updated_at timestamp) PARTITION BY RANGE (id); "
            + "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (100); CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (100) TO (200)");
        return world;
    }
}
