using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests.Driver;

/// <summary>Our own Snowflake code through the genuine driver: the scenarios of the tests in one process, over the wire.</summary>
[Collection(EndpointCollection.Name)]
public sealed class WireSyncTests(WireWorld wire) : IClassFixture<WireWorld>
{
    private readonly SyncWorld _world = wire.World;

    public static TheoryData<string> Types => [.. ExactValues.All.Keys];

    [WireTheory]
    [MemberData(nameof(Types))]
    public async Task Extremes_of_every_type_arrive_exact(string type)
    {
        var values = ExactValues.All[type];
        var table = $"x_{string.Concat(values.Type.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'))}";
        await _world.SourceAsync(
            $"CREATE TABLE {table} (ID NUMBER(10,0), V {values.Type}, UPDATED_AT TIMESTAMP_NTZ)",
            SnowSql.Insert(table, values.Values.Select((v, i) => $"{i}, {v.Source}::{values.Type}, '2024-01-01'::TIMESTAMP_NTZ").Append($"{values.Values.Count}, NULL::{values.Type}, '2024-01-01'::TIMESTAMP_NTZ")));
        await _world.TargetAsync($"CREATE TABLE {table} (id bigint PRIMARY KEY, v {values.Natural}, updated_at timestamp)");
        var pipeline = SyncWorld.Pipeline(p => p with { Name = table, Source = $"SRC.PUBLIC.{table}", Target = $"public.{table}" });
        var count = values.Values.Count + 1;

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(count, count, 0, 0, 0, 0), pipeline);

        Assert.Equal([.. values.Values.Select(v => v.InType), "~"], await _world.TargetRowsAsync($"SELECT v::text AS v FROM {table} ORDER BY id"));
    }

    [WireFact]
    public async Task An_incremental_sync_reads_what_is_new_and_nothing_twice()
    {
        var table = await ValueTable.CreateAsync(_world, "grows", "VARCHAR", "text");
        await table.FillAsync(1, 2500, i => $"'v{i}'");
        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(2500, 2500, 0, 0, 0, 0));
        await _world.SourceAsync($"UPDATE grows SET V = 'changed', UPDATED_AT = '2025-01-01' WHERE ID <= 20", "UPDATE grows SET UPDATED_AT = '2020-01-01' WHERE ID = 2500");
        await table.FillAsync(2501, 10, i => $"'v{i}'");

        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(30, 10, 20, 0, 0, 0));
        await table.SyncExpectingAsync(RunStatus.Idle, new RowCounts(0, 0, 0, 0, 0, 0));

        Assert.Equal(Enumerable.Range(1, 2510).Select(i => $"{i}|{(i <= 20 ? "changed" : $"v{i}")}"), await table.RowsAsync());
    }

    [WireFact]
    public async Task Bad_rows_go_to_quarantine_and_load_when_they_are_repaired()
    {
        var table = await ValueTable.CreateAsync(_world, "bad", "VARCHAR", "int");
        await table.FillAsync(1, 300, i => i is 7 or 150 ? "'bad'" : $"'{i}'");
        await table.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(300, 298, 0, 0, 0, 2));
        Assert.Equal(["[\"7\"]|22P02", "[\"150\"]|22P02"], await table.QuarantineAsync("key_text, sqlstate"));
        await _world.TargetAsync("ALTER TABLE bad ALTER COLUMN v TYPE text");

        await table.RetryAsync();

        Assert.Equal(["7|bad", "150|bad"], await table.RowsAsync("v = 'bad'"));
    }

    [WireFact]
    public async Task A_result_of_300_000_rows_arrives_complete_in_chunks()
    {
        const int Rows = 300_000;
        await _world.SourceAsync("CREATE TABLE many (ID NUMBER(10,0), A VARCHAR, B NUMBER(20,3), C TIMESTAMP_NTZ, UPDATED_AT TIMESTAMP_NTZ)", "INSERT INTO many VALUES (0, 'text 0 中', 0, '2024-01-01', '2024-01-01')");
        for (var filled = 1; filled < Rows; filled *= 2)
            await _world.SourceAsync($"INSERT INTO many SELECT ID + {filled}, 'text ' || (ID + {filled})::VARCHAR || ' 中', (ID + {filled}) / 1000, C, DATEADD(second, ID + {filled}, '2024-01-01'::TIMESTAMP_NTZ) FROM many WHERE ID + {filled} < {Rows}");
        await _world.TargetAsync("CREATE TABLE many (id bigint PRIMARY KEY, a text, b numeric(20,3), c timestamp, updated_at timestamp)");
        var pipeline = SyncWorld.Pipeline(p => p with { Name = "many", Source = "SRC.PUBLIC.many", Target = "public.many", BatchSize = 20_000 });

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(Rows, Rows, 0, 0, 0, 0), pipeline);

        Assert.True(wire.Endpoint.StoredResults > 0, "the result was to come in chunks");
        Assert.Equal(
            [$"{Rows}|0|{Rows - 1}|{Rows}"],
            await _world.TargetRowsAsync("SELECT count(*), min(id), max(id), count(*) FILTER (WHERE a = 'text ' || id || ' 中' AND b = id / 1000.0 AND updated_at = timestamp '2024-01-01' + id * interval '1 second') AS good FROM many"));
    }

    [WireFact]
    public async Task Rows_go_to_the_warehouse_through_files_on_its_stage()
    {
        await _world.TargetAsync("CREATE TABLE outward (id bigint PRIMARY KEY, v text, updated_at timestamptz); INSERT INTO outward SELECT i, 'v' || i || E' \\n,\"中', timestamptz '2024-01-01' + i * interval '1 second' FROM generate_series(1, 5000) i");
        await _world.SourceAsync("CREATE TABLE outward (ID NUMBER(19,0), V VARCHAR, UPDATED_AT TIMESTAMP_TZ)");
        var pipeline = SyncWorld.Pipeline(p => p with { Name = "outward", Direction = SyncDirection.PostgresToSnowflake, Source = "public.outward", Target = "SRC.PUBLIC.OUTWARD", WatermarkColumn = "updated_at", BatchSize = 2000, WriteMode = WriteMode.Merge });

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(5000, 5000, 0, 0, 0, 0), pipeline);
        await _world.SyncExpectingAsync(RunStatus.Idle, default, pipeline);
        await _world.TargetAsync("UPDATE outward SET v = 'changed', updated_at = '2025-01-01' WHERE id <= 10");

        // The row at the watermark is read again and found unchanged; no older one is.
        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(11, 0, 10, 1, 0, 0), pipeline);
        await _world.SyncExpectingAsync(RunStatus.Idle, default, pipeline);
        Assert.Equal(["5000|10|4990"], await _world.SourceRowsAsync("SELECT COUNT(*), COUNT_IF(V = 'changed'), COUNT_IF(V = 'v' || ID::VARCHAR || ' \\n,\"中') FROM outward"));
    }

    [WireTheory]
    [InlineData("statement")]
    [InlineData("csv")]
    [InlineData("parquet")]
    public async Task Texts_and_NULL_go_to_the_warehouse_exactly_each_way(string way)
    {
        var table = "each_way_" + way;
        await _world.TargetAsync($"CREATE TABLE {table} (id bigint PRIMARY KEY, v text, w numeric(38,9), updated_at timestamptz); INSERT INTO {table} SELECT i, CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'\\\\N\\n\\t\"''规模 😀' ELSE 'v' || i END, CASE WHEN i % 3 > 0 THEN i / 7.0 END, timestamptz '2024-01-01' + i * interval '1 second' FROM generate_series(1, 400) i");
        await _world.SourceAsync($"CREATE TABLE {table} (ID NUMBER(19,0), V VARCHAR, W NUMBER(38,9), UPDATED_AT TIMESTAMP_TZ)");
        var files = way switch { "statement" => StageFiles.Default, "csv" => StageFiles.Default with { MinRows = 0 }, _ => new StageFiles(StageFileFormat.Parquet, null, null, MinRows: 0) };
        var pipeline = SyncWorld.Pipeline(p => p with { Name = table, Direction = SyncDirection.PostgresToSnowflake, Source = $"public.{table}", Target = $"SRC.PUBLIC.{table}", WatermarkColumn = "updated_at", Files = files });

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(400, 400, 0, 0, 0, 0), pipeline);

        Assert.Equal(await _world.TargetRowsAsync($"SELECT id, v, w FROM {table} ORDER BY id"), await _world.SourceRowsAsync($"SELECT ID, V, W FROM {table} ORDER BY ID"));
    }
}
