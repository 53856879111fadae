using System.Globalization;
using EtlTools.Cli;
using EtlTools.Core.Compare;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Cli;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>Row counts of both sides of tables that go to Snowflake, and the number that the YAML file expects.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundCompareTests(SyncServer server)
{
    [Fact]
    public async Task Both_sides_are_counted_where_they_are()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 12);
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(12, 12, 0, 0, 0, 0));
        await world.FillAsync(13, 15);

        var counts = await new RowCountComparison(world.Services).RunAsync(OutboundWorld.Pipeline(p => p with { ExpectedRows = 12 }), CancellationToken.None);

        Assert.Equal(new RowCountResult("t", "public.t", "SRC.PUBLIC.T", 15, 12, 0, 12), counts);
        Assert.Equal((-3, true), (counts.Difference, counts.IsExpected));
    }

    [Fact]
    public async Task Rows_marked_as_gone_do_not_count()
    {
        await using var world = await OutboundWorld.CreateAsync(
            server, target: "CREATE TABLE T (ID NUMBER(38,0) NOT NULL, NAME VARCHAR, UPDATED_AT TIMESTAMP_TZ(6), GONE_AT TIMESTAMP_NTZ(6))");
        var pipeline = OutboundWorld.Pipeline(p => p with { SoftDeleteColumn = "gone_at" });
        await world.FillAsync(1, 10);
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(10, 10, 0, 0, 0, 0), pipeline);
        await world.TargetAsync("DELETE FROM t WHERE id > 7");
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(7, 0, 0, 7, 0, 0), pipeline, new SyncOptions { Mode = Core.Config.SyncMode.Full });

        var counts = await new RowCountComparison(world.Services).RunAsync(pipeline, CancellationToken.None);

        Assert.Equal(["10"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
        Assert.Equal((7, 7), (counts.SourceRows, counts.TargetRows));
    }

    [Fact]
    public async Task The_newest_load_is_the_time_of_the_last_row_that_was_written()
    {
        await using var world = await OutboundWorld.CreateAsync(server, target: OutboundWorld.Target.TrimEnd(')') + "), _LOADED_AT TIMESTAMP_NTZ(6))");
        var pipeline = OutboundWorld.Pipeline();
        var before = await new RowCountComparison(world.Services).RunAsync(pipeline, CancellationToken.None);
        await world.FillAsync(1, 3);
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(3, 3, 0, 0, 0, 0));

        var after = await new RowCountComparison(world.Services).RunAsync(pipeline, CancellationToken.None);

        Assert.Null(before.NewestLoad);
        Assert.Equal([after.NewestLoad!.Value.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)], await world.SourceRowsAsync("SELECT TO_VARCHAR(MAX(_LOADED_AT), 'YYYY-MM-DD HH24:MI:SS') FROM T"));
        Assert.InRange(after.NewestLoad.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
    }

    [Fact]
    public async Task A_missing_source_is_said_by_its_name()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var missing = await Assert.ThrowsAsync<DriftException>(() => new RowCountComparison(world.Services).RunAsync(
            OutboundWorld.Pipeline(p => p with { Source = "public.nowhere" }), CancellationToken.None));
        Assert.Contains("nowhere", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_target_is_said_with_what_creates_it()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var missing = await Assert.ThrowsAsync<DriftException>(() => new RowCountComparison(world.Services).RunAsync(
            OutboundWorld.Pipeline(p => p with { Target = "SRC.PUBLIC.NOWHERE" }), CancellationToken.None));
        Assert.Contains("NOWHERE", missing.Message, StringComparison.Ordinal);
        Assert.Contains("etl discover --apply", missing.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected_rows: 5", 0, "equal, as expected", "\"is_expected\": true")]
    [InlineData("expected_rows: 6", 1, "not as expected", "\"is_expected\": false")]
    [InlineData("batch_size: 7", 0, "equal", "\"is_expected\": null")]
    public async Task The_command_shows_what_is_expected_and_fails_when_it_is_not_found(string key, int exitCode, string result, string json)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 5);
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(5, 5, 0, 0, 0, 0));
        using var folder = new CliFolder($"tables: [{{ name: t, source: public.t, target: SRC.PUBLIC.T, pk: id, watermark_column: updated_at, {key} }}]");
        var variables = folder.Variables;
        variables["POSTGRES_CONNECTION_STRING"] = world.TargetDsn;
        variables["SNOWFLAKE_LOCAL_POSTGRES"] = world.WarehouseDsn;

        var text = (await CliRun.RunAsync(variables, "compare", "--config", folder.Configuration)).Ended((ExitCode)exitCode);
        var document = (await CliRun.RunAsync(variables, "compare", "--config", folder.Configuration, "--json")).Ended((ExitCode)exitCode);

        Assert.Contains(result, text.Out, StringComparison.Ordinal);
        Assert.Equal(key.StartsWith("expected", StringComparison.Ordinal), text.Out.Contains("expected", StringComparison.Ordinal));
        Assert.Contains(json, document.Out, StringComparison.Ordinal);
    }
}
