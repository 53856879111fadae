using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>Batches whose rows are all new go straight into the target by COPY; the first that is not ends that. A statement trigger notes which way each came.</summary>
[Collection(SyncCollection.Name)]
public sealed class DirectCopyTests(SyncServer server)
{
    private const string Noting = """
        CREATE TABLE way (n serial, statement text);
        CREATE FUNCTION note_way() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO way (statement) VALUES (split_part(current_query(), ' ', 1)); RETURN NULL; END $f$;
        CREATE TRIGGER note AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION note_way();
        """;

    private const string Table = "CREATE TABLE t (id bigint PRIMARY KEY, name text, updated_at timestamp, note text DEFAULT 'own');";

    [Fact]
    public async Task A_first_load_is_copied_and_later_batches_are_as_long_as_all_is_new()
    {
        await using var world = await NewAsync(Table + Noting);
        await FillAsync(world, 1, 250);
        Assert.Equal(new RowCounts(250, 250, 0, 0, 0, 0), (await world.SyncAsync(SyncWorld.Pipeline())).Run.Counts);
        Assert.Equal(["COPY", "COPY", "COPY"], await WaysAsync(world));

        // The target is not empty now: only a batch that proved all new is followed by COPY.
        await FillAsync(world, 251, 500);
        Assert.Equal(new RowCounts(251, 250, 0, 1, 0, 0), (await world.SyncAsync(SyncWorld.Pipeline(p => p with { BatchSize = 101 }))).Run.Counts);
        Assert.Equal(["WITH", "WITH", "COPY"], await WaysAsync(world));
        await AssertEqualAsync(world, 500);
    }

    [Fact]
    public async Task A_key_that_comes_again_ends_it_and_nothing_is_lost_or_doubled()
    {
        await using var world = await NewAsync(Table + Noting);
        await FillAsync(world, 1, 250);
        // A newer version of row 20, in the second batch.
        await world.SourceAsync("INSERT INTO T VALUES (20, 'newer', DATEADD('second', 120, '2024-01-01'::TIMESTAMP_NTZ))");

        var counts = (await world.SyncAsync(SyncWorld.Pipeline())).Run.Counts;

        Assert.Equal(new RowCounts(251, 250, 1, 0, 0, 0), counts);
        Assert.Equal(["COPY", "WITH", "WITH"], await WaysAsync(world));
        Assert.Equal(["newer|own"], await world.TargetRowsAsync("SELECT name, note FROM t WHERE id = 20"));
        Assert.Equal(["250|250"], await world.TargetRowsAsync("SELECT count(*), count(DISTINCT id) FROM t"));
    }

    [Fact]
    public async Task A_bad_row_ends_it_and_stands_alone_in_quarantine()
    {
        await using var world = await NewAsync(Table.Replace("name text", "name varchar(8)", StringComparison.Ordinal) + Noting);
        await FillAsync(world, 1, 250);
        await world.SourceAsync("UPDATE T SET NAME = 'check: too long' WHERE ID = 150");

        var result = await world.SyncAsync(SyncWorld.Pipeline());

        Assert.Equal((RunStatus.Quarantined, new RowCounts(250, 249, 0, 0, 0, 1)), (result.Run.Status, result.Run.Counts));
        Assert.Equal("COPY", (await WaysAsync(world))[0]);
        Assert.Equal(["249"], await world.TargetRowsAsync("SELECT count(*) FROM t WHERE id <> 150"));
    }

    [Theory]
    [InlineData("a row trigger", Table + "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := ''seen''; RETURN NEW; END'; CREATE TRIGGER keep BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION keep();")]
    [InlineData("row-level security", Table + "ALTER TABLE t ENABLE ROW LEVEL SECURITY;")]
    [InlineData("partitions", "CREATE TABLE t (id bigint PRIMARY KEY, name text, updated_at timestamp, note text) PARTITION BY RANGE (id); CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (1000);")]
    public async Task A_table_that_may_change_or_drop_what_is_copied_is_staged(string what, string table)
    {
        await using var world = await NewAsync(table + Noting);
        await FillAsync(world, 1, 250);

        var result = await world.SyncAsync(SyncWorld.Pipeline());

        Assert.True(result.Run.Counts == new RowCounts(250, 250, 0, 0, 0, 0), $"{what}: {result.Run.Counts} {result.Error}");
        Assert.Equal(["WITH", "WITH", "WITH"], await WaysAsync(world));
        await AssertEqualAsync(world, 250);
    }

    private async Task<SyncWorld> NewAsync(string table)
    {
        var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync("CREATE TABLE T (ID NUMBER(10,0), NAME VARCHAR, UPDATED_AT TIMESTAMP_NTZ)");
        await world.TargetAsync(table);
        return world;
    }

    private static Task FillAsync(SyncWorld world, int first, int last) => world.SourceAsync(
        "INSERT INTO T SELECT COLUMN1, 'n' || COLUMN1, DATEADD('second', COLUMN1, '2024-01-01'::TIMESTAMP_NTZ) FROM VALUES "
        + string.Join(", ", Enumerable.Range(first, last - first + 1).Select(n => $"({n})")));

    private static async Task<List<string>> WaysAsync(SyncWorld world)
    {
        var ways = await world.TargetRowsAsync("SELECT statement FROM way ORDER BY n");
        await world.TargetAsync("TRUNCATE way");
        return ways;
    }

    private static async Task AssertEqualAsync(SyncWorld world, int rows)
    {
        Assert.Equal(
            await world.SourceRowsAsync("SELECT ID, NAME, TO_VARCHAR(UPDATED_AT, 'YYYY-MM-DD HH24:MI:SS') FROM T ORDER BY ID"),
            await world.TargetRowsAsync("SELECT id, name, to_char(updated_at, 'YYYY-MM-DD HH24:MI:SS') AS u FROM t ORDER BY id"));
        Assert.Equal(rows, (int)await world.TargetValueAsync<long>("SELECT count(*) FROM t"));
    }
}
