using EtlTools.Core.Backfill;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Faults.World;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.Sandbox;

namespace EtlTools.IntegrationTests.Backfill;

/// <summary>The server restarts, and somebody asks for a stop, in the middle of a backfill.</summary>
[Collection(ServerFaults.Name)]
public sealed class BackfillConnectionTests(DurableServer server)
{
    private const int Rows = 3_000;

    [Theory]
    [InlineData("stream", "SELECT ")]
    [InlineData("unload", "GET ")]
    public async Task A_server_that_restarts_is_waited_for(string method, string atStatement)
    {
        await using var faults = await FaultWorld.CreateAsync(server, settings => settings with
        {
            Resilience = settings.Resilience with { Attempts = 100, MaxDelay = TimeSpan.FromSeconds(1) },
        });
        var history = await History.CreateAsync(faults.World, "h", Rows);
        var statements = 0;
        var restart = Task.CompletedTask;
        faults.World.Interference.BeforeStatement = sql =>
        {
            // Not while it is planned: in the middle of the second partition.
            if (!sql.StartsWith(atStatement, StringComparison.Ordinal) || (method == "stream" && !sql.Contains(" ORDER BY \"UPDATED_AT\", \"ID\"", StringComparison.Ordinal))) return;
            if (++statements != 2) return;
            server.Sandbox.StopAsync(SandboxStopMode.Immediate).GetAwaiter().GetResult();
            restart = Task.Run(() => server.Sandbox.RestartAsync());
        };

        var result = await history.RunAsync(new BackfillOptions { Method = method, Partitions = 4, Parallel = 2 });
        await restart;

        Assert.True(result.Run!.Status == RunStatus.Done, $"{result.Run.Status} {result.Error}");
        Assert.True(statements >= 2);
        Assert.Equal($"{Rows}|0", await faults.TargetTextAsync("SELECT sum(inserted)::bigint, sum(records_read)::bigint - (SELECT sum(records_read)::bigint FROM etl.batch) FROM etl.partition"));
        Assert.Equal(
            await faults.SourceRowsAsync("SELECT ID, NAME, AMOUNT, TO_VARCHAR(UPDATED_AT, 'YYYY-MM-DD HH24:MI:SS') FROM H ORDER BY ID"),
            await faults.TargetRowsAsync("SELECT id, name, amount, to_char(updated_at, 'YYYY-MM-DD HH24:MI:SS') FROM h ORDER BY id"));
    }
}

/// <summary>A stop that is asked for elsewhere.</summary>
[Collection(SyncCollection.Name)]
public sealed class BackfillCancelTests(SyncServer server)
{
    [Fact]
    public async Task Workers_hear_of_a_cancel_and_a_new_start_goes_on()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", 4_000);
        var isAsked = false;
        world.Interference.BeforeRow = row =>
        {
            // As `etl backfill cancel` does in another process; the source is slow from then on.
            if (row > 1_500 && !isAsked)
            {
                isAsked = true;
                world.TargetAsync("UPDATE etl.backfill SET cancel_requested = true").GetAwaiter().GetResult();
            }

            if (isAsked && row % 20 == 0) Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System).GetAwaiter().GetResult();
        };

        var first = await history.RunAsync(new BackfillOptions { Method = "stream", Partitions = 4, Parallel = 1 });

        Assert.Equal((RunStatus.Cancelled, BackfillStatus.Cancelled), (first.Run!.Status, first.Plan!.Status));
        Assert.InRange(first.Run.Counts.Inserted, 500, 3_900);
        world.Interference.BeforeRow = null;
        var second = await history.RunExpectingAsync(RunStatus.Done);
        Assert.Equal(first.Plan.Id, second.Plan!.Id);
        Assert.Equal(4_000, first.Run.Counts.Inserted + second.Run!.Counts.Inserted);
        await history.AssertEqualAsync();
    }
}
