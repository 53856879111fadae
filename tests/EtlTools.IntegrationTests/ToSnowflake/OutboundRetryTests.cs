using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>Rows that Snowflake's table could not keep come in once they can, in their newest version; the watermark stays where it is.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundRetryTests(SyncServer server)
{
    [Theory]
    [InlineData(WriteMode.Merge)]
    [InlineData(WriteMode.Append)]
    public async Task After_a_repair_of_either_side_a_retry_loads_the_rows(WriteMode mode)
    {
        var (world, pipeline) = await CreateAsync(mode);
        await using var _ = world;
        var watermark = await WatermarkAsync(world);
        await world.TargetAsync("UPDATE t SET name = 'ok' WHERE id = 2");
        await world.SourceAsync("ALTER TABLE T ALTER COLUMN NAME SET DATA TYPE VARCHAR(20)");

        var result = await RetryAsync(world, pipeline);

        Assert.Equal((RunStatus.Done, new RowCounts(2, 2, 0, 0, 0, 0)), (result.Run.Status, result.Run.Counts));
        Assert.Equal(["1|a", "2|ok", "3|c", "4|much too long", "5|e"], await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID"));
        Assert.Equal(["[\"2\"]|resolved", "[\"4\"]|resolved"], await QuarantineAsync(world));
        Assert.Equal(watermark, await WatermarkAsync(world));
        Assert.Equal(RunStatus.Idle, (await RetryAsync(world, pipeline)).Run.Status);
        Assert.Equal(["ETL_LEDGER", "T"], await world.SourceRowsAsync("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1"));
        // The sync after it finds its place as if there had been no retry.
        await world.SyncOutAsync(RunStatus.Idle, default, pipeline);
    }

    [Fact]
    public async Task A_row_that_is_gone_is_discarded_and_one_still_bad_stays_open()
    {
        var (world, pipeline) = await CreateAsync(WriteMode.Merge);
        await using var _ = world;
        await world.TargetAsync("DELETE FROM t WHERE id = 2");

        var dry = await RetryAsync(world, pipeline, isDryRun: true);
        Assert.Equal(["[\"2\"]|open", "[\"4\"]|open"], await QuarantineAsync(world));
        var result = await RetryAsync(world, pipeline);

        Assert.Equal((RunStatus.Quarantined, new RowCounts(1, 0, 0, 0, 0, 1)), (result.Run.Status, result.Run.Counts));
        Assert.Equal((dry.Run.Status, dry.Run.Counts), (result.Run.Status, result.Run.Counts));
        Assert.Equal("1 rows are no longer at the source and would be discarded.", Assert.Single(dry.Notes));
        Assert.Equal(["[\"2\"]|discarded", "[\"4\"]|open"], await QuarantineAsync(world));
        Assert.Equal(["1"], await world.TargetRowsAsync("SELECT attempts FROM etl.quarantine WHERE status = 'open'"));
        Assert.Equal(["1|a", "3|c", "5|e"], await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID"));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_load_and_changes_nothing()
    {
        var (world, pipeline) = await CreateAsync(WriteMode.Append);
        await using var _ = world;
        await world.TargetAsync("UPDATE t SET name = 'ok' WHERE id = 2");

        var dry = await RetryAsync(world, pipeline, isDryRun: true);

        Assert.Equal((RunStatus.Quarantined, new RowCounts(2, 1, 0, 0, 0, 1), true), (dry.Run.Status, dry.Run.Counts, dry.Run.DryRun));
        Assert.Equal(["3"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
        Assert.Equal(["[\"2\"]|open", "[\"4\"]|open"], await QuarantineAsync(world));
        Assert.Equal(["0"], await world.TargetRowsAsync("SELECT sum(attempts) FROM etl.quarantine"));
    }

    [Theory]
    [InlineData("COMMIT", true)]
    [InlineData("COMMIT", false)]
    [InlineData("INSERT INTO \"SRC\".\"PUBLIC\".\"ETL_STAGE_", true)]
    public async Task A_retry_that_dies_is_settled_and_done_again_once(string statement, bool isBefore)
    {
        var (world, pipeline) = await CreateAsync(WriteMode.Append);
        await using var _ = world;
        var watermark = await WatermarkAsync(world);
        await world.SourceAsync("ALTER TABLE T ALTER COLUMN NAME SET DATA TYPE VARCHAR(20)");
        void Die(string sql)
        {
            if (sql.StartsWith(statement, StringComparison.Ordinal)) throw new InvalidOperationException("the process is gone");
        }

        if (isBefore) world.Interference.BeforeStatement = Die;
        else world.Interference.AfterStatement = Die;
        Assert.Equal(RunStatus.Failed, (await RetryAsync(world, pipeline)).Run.Status);
        (world.Interference.BeforeStatement, world.Interference.AfterStatement) = (null, null);
        await world.SyncOutAsync(RunStatus.Idle, default, pipeline);
        Assert.Equal(watermark, await WatermarkAsync(world));

        Assert.Equal(RunStatus.Done, (await RetryAsync(world, pipeline)).Run.Status);
        Assert.Equal(["5|5"], await world.SourceRowsAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM T"));
        Assert.Equal(["[\"2\"]|resolved", "[\"4\"]|resolved"], await QuarantineAsync(world));
    }

    [Fact]
    public async Task Rows_are_found_by_keys_of_every_type()
    {
        string[] types = ["bigint", "numeric(20,4)", "text", "char(6)", "uuid", "boolean", "date", "timestamp", "timestamptz", "time", "bytea", "double precision", "interval"];
        string[] values = ["7", "1.5", "E'it''s \\\\ \"x\"'", "'ab'", "'6b0f6a53-5c0f-4a0e-9d56-6b0c3f8e9f1d'", "true", "'2024-02-29'", "'2024-02-29 12:00:00.5'", "'2024-02-29 12:00:00.5+05:30'", "'23:59:59.999999'", "'\\xff00'", "0.1", "'1 day 02:03'"];
        string[] targets = ["NUMBER(38,0)", "NUMBER(24,6)", "VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP_NTZ(6)", "TIMESTAMP_TZ(6)", "TIME(6)", "BINARY", "FLOAT", "VARCHAR"];
        var names = types.Select((_, i) => $"k{i}").ToList();
        await using var world = await OutboundWorld.CreateAsync(
            server, $"CREATE TABLE t ({string.Join(", ", names.Select((name, i) => $"{name} {types[i]}"))}, name text, updated_at timestamptz, PRIMARY KEY ({string.Join(", ", names)}))",
            $"CREATE TABLE T ({string.Join(", ", names.Select((name, i) => $"{name} {targets[i]}"))}, NAME VARCHAR(3), UPDATED_AT TIMESTAMP_TZ(6))");
        await world.TargetAsync($"INSERT INTO t VALUES ({string.Join(", ", values)}, 'much too long', now() - interval '1 minute')");
        var pipeline = OutboundWorld.Pipeline(p => p with { Key = names });
        await world.SyncOutAsync(RunStatus.Quarantined, new RowCounts(1, 0, 0, 0, 0, 1), pipeline);
        await world.TargetAsync("UPDATE t SET name = 'ok'");

        var result = await RetryAsync(world, pipeline);

        Assert.Equal((RunStatus.Done, new RowCounts(1, 1, 0, 0, 0, 0)), (result.Run.Status, result.Run.Counts));
        Assert.Equal(["ok"], await world.SourceRowsAsync("SELECT NAME FROM T"));
        Assert.Equal(["resolved"], await world.TargetRowsAsync("SELECT status FROM etl.quarantine"));
    }

    [Fact]
    public async Task A_key_that_a_transform_changes_cannot_be_found_again_which_is_said()
    {
        var (world, pipeline) = await CreateAsync(WriteMode.Merge);
        await using var _ = world;
        var result = await RetryAsync(world, pipeline with { Transforms = [new ColumnTransform("id", [new TrimStep(), new CastStep(new CastType(CastKind.Integer))])] });
        Assert.Equal((RunStatus.Failed, "ETL-CONFIG"), (result.Run.Status, result.Run.ErrorCode));
        Assert.Equal(["[\"2\"]|open", "[\"4\"]|open"], await QuarantineAsync(world));
    }

    // Rows 2 and 4 are refused, since their names are too long.
    private async Task<(SyncWorld World, PipelineDefinition Pipeline)> CreateAsync(WriteMode mode)
    {
        var world = await OutboundWorld.CreateAsync(server, target: "CREATE TABLE T (ID NUMBER(38,0) NOT NULL, NAME VARCHAR(5), UPDATED_AT TIMESTAMP_TZ(6))");
        await world.TargetAsync("INSERT INTO t SELECT i, CASE WHEN i IN (2, 4) THEN 'much too long' ELSE chr(96 + i) END, now() - interval '1 hour' + i * interval '1 second' FROM generate_series(1, 5) i");
        var pipeline = OutboundWorld.Pipeline(p => p with { WriteMode = mode, Files = StageFiles.Default });
        await world.SyncOutAsync(RunStatus.Quarantined, new RowCounts(5, 3, 0, 0, 0, 2), pipeline);
        return (world, pipeline);
    }

    private static Task<SyncResult> RetryAsync(SyncWorld world, PipelineDefinition pipeline, bool isDryRun = false) =>
        new QuarantineRetry(world.Services).RunAsync(pipeline, null, default, isDryRun: isDryRun);

    private static Task<List<string>> QuarantineAsync(SyncWorld world) => world.TargetRowsAsync("SELECT key_text, status FROM etl.quarantine ORDER BY 1");

    private static Task<List<string>> WatermarkAsync(SyncWorld world) => world.TargetRowsAsync("SELECT cursor, window_high, window_complete, tail_rows FROM etl.watermark");
}
