using EtlTools.Core.Backfill;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Backfill;

/// <summary>Rows that were in quarantine before: they leave it when a backfill loads them, by either method.</summary>
[Collection(SyncCollection.Name)]
public sealed class BackfillQuarantineTests(SyncServer server)
{
    private const string Open = "SELECT payload->>'id' FROM etl.quarantine WHERE status = 'open' ORDER BY 1";

    [Theory]
    [InlineData("stream", false)]
    [InlineData("unload", false)]
    [InlineData("unload", true)]
    public async Task Rows_that_are_loaded_leave_the_quarantine_and_those_refused_again_stay(string method, bool isEmptied)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", 900);
        await world.TargetAsync("ALTER TABLE h ADD CONSTRAINT these CHECK (id NOT IN (10, 20, 500, 899))");
        await world.SyncAsync(history.Pipeline);
        Assert.Equal(["10", "20", "500", "899"], await world.TargetRowsAsync(Open));
        // One of another table is nobody's business here.
        await world.TargetAsync("INSERT INTO etl.quarantine (pipeline, key_text, payload, reason) VALUES ('other', '[\"10\"]', '{\"id\": \"other\"}', 'x')");
        await world.TargetAsync("ALTER TABLE h DROP CONSTRAINT these; ALTER TABLE h ADD CONSTRAINT one CHECK (id <> 500)");
        if (isEmptied) await world.TargetAsync("TRUNCATE h");

        var result = await history.RunExpectingAsync(RunStatus.Quarantined, new BackfillOptions { Method = method, Partitions = 3 });

        Assert.Equal(1, result.Run!.Counts.Quarantined);
        Assert.Equal(["500", "other"], await world.TargetRowsAsync(Open));
        Assert.Equal(["10", "20", "899"], await world.TargetRowsAsync("SELECT payload->>'id' FROM etl.quarantine WHERE status = 'resolved' AND resolved_at IS NOT NULL ORDER BY 1"));
        await history.AssertEqualAsync("WHERE id <> 500");
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task Keys_are_recognised_however_either_side_spells_them(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync(
            "CREATE TABLE T (ID NUMBER(6,2), AT TIMESTAMP_TZ(9), RAW BINARY, V NUMBER(5,0), UPDATED_AT TIMESTAMP_NTZ(9))",
            "INSERT INTO T SELECT COLUMN1, COLUMN2::TIMESTAMP_TZ, TO_BINARY(COLUMN3), COLUMN4, '2024-01-01'::TIMESTAMP_NTZ FROM VALUES (1.50, '2024-05-01 10:00:00 +02:00', '00FF', 1), (2, '2024-05-01 10:00:00.25 -05:30', 'AB', 2), (3.1, '2024-05-01 00:00:00 +00:00', '', 3)");
        await world.TargetAsync("CREATE TABLE t (id numeric, at timestamptz, raw bytea, v int CHECK (v = 0), updated_at timestamp, PRIMARY KEY (id, at, raw))");
        var pipeline = SyncWorld.Pipeline(p => p with { Key = ["id", "at", "raw"] });
        await world.SyncAsync(pipeline);
        Assert.Equal(3, await world.TargetValueAsync<long>("SELECT count(*) FROM etl.quarantine WHERE status = 'open'"));
        await world.TargetAsync("ALTER TABLE t DROP CONSTRAINT t_v_check");

        var result = await new BackfillRunner(world.Services).RunAsync(pipeline, new BackfillOptions { Method = method, Parallel = 1 }, null, CancellationToken.None);

        Assert.True(result.Run!.Status == RunStatus.Done, $"{result.Error}");
        Assert.Equal(3, result.Run.Counts.Inserted);
        Assert.Equal(["resolved|3"], await world.TargetRowsAsync("SELECT status, count(*) FROM etl.quarantine GROUP BY 1"));
    }
}
