using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

[Collection(SyncCollection.Name)]
public sealed class RepeatingSyncTests(SyncServer server)
{
    [Fact]
    public async Task Each_tick_takes_what_is_new_and_a_failing_table_waits_longer_each_time()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 10);
        var good = OutboundWorld.Pipeline();
        var broken = OutboundWorld.Pipeline(p => p with { Name = "broken", Source = "public.missing" });
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var ticks = new List<SyncTick>();

        await new RepeatingSync(world.Services, TimeSpan.FromMilliseconds(400)).RunAsync([broken, good], new SyncOptions(), tick =>
        {
            ticks.Add(tick);
            if (ticks.Count == 2) world.FillAsync(11, 15).GetAwaiter().GetResult();
            if (ticks.Count == 8) stop.Cancel();
        }, stop.Token);

        Assert.Equal(8, ticks.Count);
        Assert.Equal(15, ticks.Sum(tick => tick.Results.Where(r => r.Run.Pipeline == "t").Sum(r => r.Run.Counts.Inserted)));
        Assert.All(ticks, tick => Assert.NotEqual(RunStatus.Failed, tick.Results.Single(r => r.Run.Pipeline == "t").Run.Status));
        var attempts = ticks.Where(tick => tick.Results.Any(r => r.Run.Pipeline == "broken")).Select(tick => tick.Number).ToList();
        Assert.Equal([1, 2], attempts.Take(2));
        Assert.InRange(attempts.Count, 3, 5);
        Assert.All(ticks, tick => Assert.Equal(tick.Results.All(r => r.Run.Pipeline != "broken"), tick.Waiting.Contains("broken")));
        Assert.Equal(["15"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
    }
}
