using EtlTools.Core.Backfill;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Backfill;

/// <summary>A PostgreSQL server that runs short of something: what passes is waited for, a full disk is a clean stop.</summary>
[Collection(SyncCollection.Name)]
public sealed class BackfillResourceTests(SyncServer server)
{
    private const int Rows = 900;

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task A_full_disk_at_the_server_is_a_clean_stop_that_goes_on_later(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        await TroubleAsync(world, "53100", "could not extend file \"base/5/16385\": No space left on device", "NEW.id = 500");

        var failed = await history.RunAsync(new BackfillOptions { Method = method, Partitions = 3, Parallel = 1 });

        var told = Failure.Of(failed.Error!);
        Assert.Equal((RunStatus.Failed, BackfillStatus.Failed), (failed.Run!.Status, failed.Plan!.Status));
        Assert.Contains("No space left on device", told.Message, StringComparison.Ordinal);
        Assert.Contains("Free space", told.Remedy, StringComparison.Ordinal);
        // Nothing of the batch is there, what was committed before is, and the books agree.
        var loaded = await world.TargetValueAsync<long>("SELECT count(*) FROM h");
        Assert.InRange(loaded, 100, Rows - 100);
        Assert.Equal(loaded, await world.TargetValueAsync<long>("SELECT sum(inserted)::bigint FROM etl.partition"));
        Assert.Equal(loaded, failed.Run.Counts.Inserted);
        Assert.All(failed.Partitions, partition => Assert.NotEqual(PartitionStatus.Running, partition.Status));
        Assert.Empty(Directory.EnumerateFileSystemEntries(world.Settings.WorkDirectory!));
        Assert.Equal(0, await world.TargetValueAsync<long>("SELECT count(*) FROM etl.quarantine"));

        await world.TargetAsync("DROP TRIGGER trouble ON h");
        var result = await history.RunExpectingAsync(RunStatus.Done);
        Assert.Equal((failed.Plan.Id, Rows - loaded), (result.Plan!.Id, result.Run!.Counts.Inserted));
        await history.AssertEqualAsync();
        Assert.Empty(await world.SourceRowsAsync("LIST @~/etl_tools/"));
    }

    [Theory]
    [InlineData("stream", "53000")]
    [InlineData("stream", "53200")]
    [InlineData("unload", "53200")]
    [InlineData("stream", "53300")]
    [InlineData("unload", "53400")]
    [InlineData("stream", "57P01")]
    [InlineData("unload", "57P01")]
    [InlineData("stream", "57P02")]
    [InlineData("unload", "57P03")]
    [InlineData("stream", "57P05")]
    public async Task What_passes_is_waited_for(string method, string state)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        await world.TargetAsync("CREATE SEQUENCE troubles");
        // A sequence goes on although the transaction is rolled back.
        await TroubleAsync(world, state, "passing", "NEW.id % 300 = 150 AND nextval('troubles') <= 4");

        var result = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = method, Partitions = 3, Parallel = 2 });

        Assert.Equal(Rows, result.Run!.Counts.Inserted);
        Assert.InRange(await world.TargetValueAsync<long>("SELECT last_value FROM troubles"), 5, 10);
        await history.AssertEqualAsync();
        Assert.Equal(0, await world.TargetValueAsync<long>("SELECT count(*) FROM etl.quarantine"));
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task What_does_not_pass_parks_its_partition_and_a_retry_takes_it_up(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server, settings => settings with { Resilience = settings.Resilience with { Attempts = 1, BreakerFailures = 0 } });
        var history = await History.CreateAsync(world, "h", Rows);
        await TroubleAsync(world, "53200", "out of memory", "NEW.id = 500");

        var failed = await history.RunAsync(new BackfillOptions { Method = method, Partitions = 3, Parallel = 2 });

        Assert.Equal((RunStatus.Failed, 1), (failed.Run!.Status, failed.Partitions.Count(partition => partition.Status == PartitionStatus.Parked)));
        Assert.Contains("out of memory", failed.Partitions.Single(partition => partition.Status == PartitionStatus.Parked).Error, StringComparison.Ordinal);
        await world.TargetAsync("DROP TRIGGER trouble ON h");
        await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Join = true, Unpark = true });
        await history.AssertEqualAsync();
    }

    private static Task TroubleAsync(SyncWorld world, string state, string message, string when) => world.TargetAsync(
        $"""
        CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = '{state}'; END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER trouble BEFORE INSERT ON h FOR EACH ROW EXECUTE FUNCTION trouble();
        """);
}
