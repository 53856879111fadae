using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Faults.World;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Backfill;

/// <summary>Vector indexes (HNSW), which cost most of all when they are built row by row.</summary>
[Collection(SyncCollection.Name)]
public sealed class BackfillVectorTests(SyncServer server)
{
    private const int Rows = 100_000;
    private const string Index = "SELECT indexdef FROM pg_indexes WHERE indexname = 'v_hnsw'";
    private const string IsValid = "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('v_hnsw') AND indisvalid AND indisready";

    [VectorFact]
    public async Task An_HNSW_index_of_an_empty_target_is_built_after_the_load_and_answers()
    {
        await using var world = await CreateAsync();
        var definition = await world.TargetRowsAsync(Index);
        var during = -1L;
        world.Interference.BeforeStatement = sql =>
        {
            if (during < 0 && sql.StartsWith("GET ", StringComparison.Ordinal))
                during = world.TargetValueAsync<long>("SELECT count(*) FROM pg_class WHERE relname = 'v_hnsw'").GetAwaiter().GetResult();
        };

        var result = await RunAsync(world, new BackfillOptions { Method = "unload", Parallel = 2 });

        Assert.True(result.Run!.Status == RunStatus.Done, $"{result.Error}");
        Assert.Equal(0, during);
        Assert.Contains(result.Notes, note => note.Contains("v_hnsw", StringComparison.Ordinal));
        Assert.Equal(definition, await world.TargetRowsAsync(Index));
        Assert.Equal(1, await world.TargetValueAsync<long>(IsValid));
        await AssertEqualAsync(world);
        // The index answers as the table does.
        var byTable = await NearestAsync(world, "SET enable_indexscan = off");
        var byIndex = await NearestAsync(world, "SET enable_seqscan = off");
        Assert.Contains("v_hnsw", byIndex[0], StringComparison.Ordinal);
        Assert.DoesNotContain("v_hnsw", byTable[0], StringComparison.Ordinal);
        Assert.Equal(byTable[1..], byIndex[1..]);
    }

    [VectorFact]
    public async Task A_process_killed_before_or_while_the_index_is_built_leaves_that_to_the_next()
    {
        await using var world = await CreateAsync();
        var definition = await world.TargetRowsAsync(Index);
        var options = new BackfillOptions { Method = "unload", Parallel = 2 };
        using (var first = RunnerProcess.Start(world.Settings, Pipeline, options, killAt: "after-commit:1"))
            Assert.Equal(RunnerProcess.Killed, (await first.EndAsync()).ExitCode);
        Assert.Equal(["v_hnsw"], await world.TargetRowsAsync("SELECT put_off_indexes->0->>'Name' FROM etl.backfill"));
        Assert.Empty(await world.TargetRowsAsync(Index));

        using (var second = RunnerProcess.Start(world.Settings, Pipeline, options))
        {
            // CONCURRENTLY puts the index into the catalog first and makes it valid last.
            while (await world.TargetValueAsync<long>("SELECT count(*) FROM pg_stat_progress_create_index WHERE relid = 'v'::regclass") == 0)
                Assert.False(second.HasEnded, "the index was built before anybody could look");
            second.Kill();
        }

        // The server goes on with the statement until it notices that nobody waits for it.
        while (await world.TargetValueAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'etl-tools%' AND state = 'active' AND query LIKE 'CREATE INDEX%'") > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        Assert.Equal(Rows, await world.TargetValueAsync<long>("SELECT count(*) FROM v"));
        Assert.NotEqual("done", await world.TargetValueAsync<string>("SELECT status FROM etl.backfill"));

        var result = await RunAsync(world, options);

        Assert.True(result.Run!.Status == RunStatus.Done, $"{result.Error}");
        Assert.Equal(0, result.Run.Counts.Read);
        Assert.Empty(result.Plan!.PutOffIndexes);
        Assert.Equal(definition, await world.TargetRowsAsync(Index));
        Assert.Equal(1, await world.TargetValueAsync<long>(IsValid));
        Assert.Equal(0, await world.TargetValueAsync<long>("SELECT count(*) FROM pg_index WHERE NOT indisvalid"));
        await AssertEqualAsync(world);
    }

    private static PipelineDefinition Pipeline => SyncWorld.Pipeline(p => p with { Name = "v", Source = "SRC.PUBLIC.V", Target = "public.v" });

    private async Task<SyncWorld> CreateAsync()
    {
        var world = await SyncWorld.CreateAsync(server);
        await History.CreateAsync(world, "h", Rows);
        await world.SourceAsync(
            "CREATE TABLE V (ID NUMBER(10,0), EMBEDDING VARCHAR, UPDATED_AT TIMESTAMP_NTZ(9))",
            "INSERT INTO V SELECT ID, '[' || MOD(ID, 101) || ',' || MOD(ID, 103) || ',' || MOD(ID, 107) / 4 || ']', UPDATED_AT FROM H");
        await world.TargetAsync(
            """
            CREATE EXTENSION vector;
            CREATE TABLE v (id bigint PRIMARY KEY, embedding vector(3), updated_at timestamp);
            CREATE INDEX v_hnsw ON v USING hnsw (embedding vector_cosine_ops) WITH (m = 8, ef_construction = 32);
            """);
        return world;
    }

    private static Task<BackfillResult> RunAsync(SyncWorld world, BackfillOptions options) => new BackfillRunner(world.Services).RunAsync(Pipeline, options, null, CancellationToken.None);

    private static async Task AssertEqualAsync(SyncWorld world) => Assert.Equal(
        await world.SourceRowsAsync("SELECT COUNT(*)::VARCHAR, SUM(ID)::VARCHAR, SUM(MOD(ID, 101))::VARCHAR, SUM(MOD(ID, 103))::VARCHAR FROM V"),
        await world.TargetRowsAsync("SELECT count(*), sum(id), sum((embedding::real[])[1])::bigint, sum((embedding::real[])[2])::bigint FROM v"));

    // The plan's first line, then the distances of the nearest.
    private static async Task<List<string>> NearestAsync(SyncWorld world, string setting)
    {
        await using var connection = new Npgsql.NpgsqlConnection(world.TargetDsn);
        await connection.OpenAsync();
        var answer = new List<string>();
        await using (var set = new Npgsql.NpgsqlCommand(setting, connection)) await set.ExecuteNonQueryAsync();
        const string query = "SELECT round((embedding <=> '[50,40,10]')::numeric, 4)::text FROM v ORDER BY embedding <=> '[50,40,10]' LIMIT 5";
        await using (var explain = new Npgsql.NpgsqlCommand("EXPLAIN " + query, connection))
        await using (var reader = await explain.ExecuteReaderAsync())
        {
            var plan = "";
            while (await reader.ReadAsync()) plan += reader.GetString(0) + "\n";
            answer.Add(plan);
        }

        await using var nearest = new Npgsql.NpgsqlCommand(query, connection);
        await using var rows = await nearest.ExecuteReaderAsync();
        while (await rows.ReadAsync()) answer.Add(rows.GetString(0));
        return answer;
    }
}
