using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>A dry run of parents and children together foretells what a run of both does: the children's parents are not there yet.</summary>
[Collection(SyncCollection.Name)]
public sealed class DryRunOfSeveralTablesTests(SyncServer server)
{
    private static readonly PipelineDefinition s_child = SyncWorld.Pipeline(p => p with { Name = "child", Source = "SRC.PUBLIC.CHILD", Target = "public.child" });
    private static readonly PipelineDefinition s_parent = SyncWorld.Pipeline(p => p with { Name = "parent", Source = "SRC.PUBLIC.PARENT", Target = "public.parent" });

    [Theory]
    [InlineData(SyncMode.Incremental)]
    [InlineData(SyncMode.Full)]
    public async Task Children_find_the_parents_that_the_same_run_would_bring(SyncMode mode)
    {
        await using var world = await NewAsync();
        // Parent 30 is refused, and its children with it; parent 500 is nowhere.
        await world.SourceAsync(
            $"INSERT INTO PARENT SELECT COLUMN1, IFF(COLUMN1 = 30, 'too long', 'ok'), '2024-01-01' FROM VALUES {Numbers(1, 150)}",
            $"INSERT INTO CHILD SELECT COLUMN1, IFF(COLUMN1 = 7, 500, MOD(COLUMN1, 150) + 1), '2024-01-01' FROM VALUES {Numbers(1, 300)}");

        var foretold = await RunAsync(world, new SyncOptions { Mode = mode, DryRun = true });
        Assert.Equal("0|0", Assert.Single(await world.TargetRowsAsync("SELECT (SELECT count(*) FROM parent), (SELECT count(*) FROM child)")));
        var done = await RunAsync(world, new SyncOptions { Mode = mode });

        Assert.Equal([new RowCounts(150, 149, 0, 0, 0, 1), new RowCounts(300, 297, 0, 0, 0, 3)], done);
        Assert.Equal(done, foretold);
    }

    [Fact]
    public async Task Rows_of_a_table_that_references_itself_find_parents_of_earlier_batches()
    {
        await using var world = await NewAsync();
        await world.SourceAsync(
            "CREATE TABLE T (ID NUMBER(10,0), BOSS NUMBER(10,0), UPDATED_AT TIMESTAMP_NTZ)",
            $"INSERT INTO T SELECT COLUMN1, IFF(COLUMN1 = 1, NULL, 1), DATEADD('second', COLUMN1, '2024-01-01'::TIMESTAMP_NTZ) FROM VALUES {Numbers(1, 250)}");
        await world.TargetAsync("CREATE TABLE t (id bigint PRIMARY KEY, boss bigint REFERENCES t, updated_at timestamp)");

        var foretold = (await world.SyncAsync(options: new SyncOptions { DryRun = true })).Run.Counts;
        var done = (await world.SyncAsync()).Run.Counts;

        Assert.Equal(new RowCounts(250, 250, 0, 0, 0, 0), done);
        Assert.Equal(done, foretold);
    }

    private async Task<SyncWorld> NewAsync()
    {
        var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync(
            "CREATE TABLE PARENT (ID NUMBER(10,0), NAME VARCHAR, UPDATED_AT TIMESTAMP_NTZ)",
            "CREATE TABLE CHILD (ID NUMBER(10,0), PARENT_ID NUMBER(10,0), UPDATED_AT TIMESTAMP_NTZ)");
        await world.TargetAsync(
            "CREATE TABLE parent (id bigint PRIMARY KEY, name varchar(4), updated_at timestamp); "
            + "CREATE TABLE child (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent, updated_at timestamp)");
        return world;
    }

    private static async Task<List<RowCounts>> RunAsync(SyncWorld world, SyncOptions options)
    {
        var quarantining = new[] { s_child, s_parent }.Select(pipeline => pipeline with { OnMissingParent = MissingParentPolicy.Quarantine }).ToList();
        var results = await new SyncRunner(world.Services).RunAsync(quarantining, options, null, default);
        Assert.All(results, result => Assert.Null(result.Error));
        return [.. results.Select(result => result.Run.Counts)];
    }

    private static string Numbers(int first, int last) => string.Join(", ", Enumerable.Range(first, last - first + 1).Select(n => $"({n})"));
}
