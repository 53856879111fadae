using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.LocalWarehouse;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>Files come to an external stage by an upload to its bucket, since PUT does not reach it.</summary>
[Collection(SyncCollection.Name)]
public sealed class ExternalStageTests(SyncServer server)
{
    [Theory]
    [InlineData(StageFileFormat.Csv, WriteMode.Merge, "@landing")]
    [InlineData(StageFileFormat.Parquet, WriteMode.Append, "@SRC.PUBLIC.\"LANDING\"/orders/daily")]
    public async Task Rows_arrive_by_way_of_the_bucket(StageFileFormat format, WriteMode mode, string stage)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await using var storage = new FakeS3(world.Settings.Snowflake!.LocalStages!);
        await world.SourceAsync("CREATE STAGE landing URL = 's3://my-bucket/from postgres/'");
        await world.FillAsync(1, 500);
        var pipeline = Pipeline(format, mode, stage);
        await using var services = Services(world, storage.Settings);

        var result = await new TableSync(services).RunAsync(pipeline, new SyncOptions(), null, default);

        Assert.True(result.Error is null, result.Error?.ToString());
        Assert.Equal(new RowCounts(500, 500, 0, 0, 0, 0), result.Run.Counts);
        Assert.Equal(await world.TargetRowsAsync("SELECT id, name FROM t ORDER BY id"), await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID"));
        var path = stage.Contains('/', StringComparison.Ordinal) ? "my-bucket/from%20postgres/orders/daily/etl_tools/" : "my-bucket/from%20postgres/etl_tools/";
        Assert.Contains(storage.Log, line => line.StartsWith("PUT " + path, StringComparison.Ordinal) && line.EndsWith(" 200", StringComparison.Ordinal));
        Assert.Contains(storage.Log, line => line.StartsWith("DELETE " + path, StringComparison.Ordinal));
        Assert.Empty(await world.SourceRowsAsync("LIST @landing"));
        Assert.Equal(RunStatus.Idle, (await new TableSync(services).RunAsync(pipeline, new SyncOptions(), null, default)).Run.Status);
    }

    [Fact]
    public async Task What_a_run_that_died_left_in_the_bucket_is_settled_by_the_next()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await using var storage = new FakeS3(world.Settings.Snowflake!.LocalStages!);
        await world.SourceAsync("CREATE STAGE landing URL = 's3://my-bucket/'");
        await world.FillAsync(1, 50);
        var pipeline = Pipeline(StageFileFormat.Csv, WriteMode.Append, "@landing");
        await using (var dying = Services(world, storage.Settings, new SourceInterference { AfterStatement = sql => Die(sql, storage) }))
            Assert.Equal(RunStatus.Failed, (await new TableSync(dying).RunAsync(pipeline, new SyncOptions(), null, default)).Run.Status);
        storage.Unavailable = 0;
        Assert.NotEmpty(await world.SourceRowsAsync("LIST @landing"));

        await using var services = Services(world, storage.Settings);
        var next = await new TableSync(services).RunAsync(pipeline, new SyncOptions(), null, default);

        Assert.Contains(next.Notes, note => note.Contains("had been applied", StringComparison.Ordinal));
        Assert.Equal(["50|50"], await world.SourceRowsAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM T"));
        Assert.Empty(await world.SourceRowsAsync("LIST @landing"));

        static void Die(string sql, FakeS3 storage)
        {
            if (sql != "COMMIT") return;
            // Its bucket is gone for it too, so that it cannot tidy up.
            storage.Unavailable = int.MaxValue;
            throw new InvalidOperationException("the process is gone");
        }
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await using var storage = new FakeS3(world.Settings.Snowflake!.LocalStages!) { Unavailable = 2 };
        await world.SourceAsync("CREATE STAGE landing URL = 's3://my-bucket/'");
        await world.FillAsync(1, 20);
        await using var services = Services(world, storage.Settings);

        var result = await new TableSync(services).RunAsync(Pipeline(StageFileFormat.Csv, WriteMode.Merge, "@landing"), new SyncOptions(), null, default);

        Assert.Equal((RunStatus.Done, 20), (result.Run.Status, (int)result.Run.Counts.Inserted));
        Assert.Equal(2, storage.Log.Count(line => line.EndsWith(" 503", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_refusal_is_said_with_its_remedy_and_without_the_secret()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await using var storage = new FakeS3(world.Settings.Snowflake!.LocalStages!);
        await world.SourceAsync("CREATE STAGE landing URL = 's3://my-bucket/'");
        await world.FillAsync(1, 20);
        await using var wrong = Services(world, storage.Settings with { SecretAccessKey = "not the secret" });
        var refused = await new TableSync(wrong).RunAsync(Pipeline(StageFileFormat.Csv, WriteMode.Merge, "@landing"), new SyncOptions(), null, default);
        Assert.Equal((RunStatus.Failed, "ETL-CONFIG"), (refused.Run.Status, refused.Run.ErrorCode));
        Assert.Contains("SignatureDoesNotMatch", refused.Run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("not the secret", refused.Error!.ToString(), StringComparison.Ordinal);

        await using var nowhere = Services(world, storage.Settings with { Endpoint = new Uri("http://127.0.0.1:9/") });
        var unreached = await new TableSync(nowhere).RunAsync(Pipeline(StageFileFormat.Csv, WriteMode.Merge, "@landing"), new SyncOptions(), null, default);
        Assert.Equal((RunStatus.Failed, "ETL-CONNECTION"), (unreached.Run.Status, unreached.Run.ErrorCode));
        Assert.Equal(["0"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
        Assert.Equal(["~"], await world.TargetRowsAsync("SELECT cursor FROM etl.watermark"));
    }

    private static PipelineDefinition Pipeline(StageFileFormat format, WriteMode mode, string stage) =>
        OutboundWorld.Pipeline(p => p with { WriteMode = mode, Files = new StageFiles(format, null, stage, MinRows: 0) });

    private static EtlServices Services(SyncWorld world, S3Settings storage, SourceInterference? interference = null) => new(
        world.Settings with { S3 = storage, Resilience = world.Settings.Resilience with { Attempts = 2 } },
        new InterferingFactory(LocalWarehouseFactory.Instance, interference ?? new SourceInterference()), NullLoggerFactory.Instance, TimeProvider.System);
}
