using EtlTools.Core.Config;
using EtlTools.Core.Sync;
using EtlTools.Core;
using EtlTools.IntegrationTests.Faults.World;
using EtlTools.LocalWarehouse;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EtlTools.IntegrationTests.Faults;

/// <summary>A connection lost at a COMMIT tells nothing about it; each batch is in exactly once all the same.</summary>
[Collection(ConnectionFaults.Name)]
public sealed class CommitTests(FaultServer server)
{
    private const int Rows = 130;

    [Theory]
    [InlineData(SyncMode.Incremental, Cut.BeforeItTookEffect)]
    [InlineData(SyncMode.Incremental, Cut.AfterItTookEffect)]
    [InlineData(SyncMode.Incremental, Cut.LeaveServerWaiting)]
    [InlineData(SyncMode.Full, Cut.BeforeItTookEffect)]
    [InlineData(SyncMode.Full, Cut.AfterItTookEffect)]
    [InlineData(SyncMode.Full, Cut.LeaveServerWaiting)]
    public async Task A_connection_cut_at_each_commit(SyncMode mode, Cut how)
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        await using var proxy = new CuttingProxy(new NpgsqlConnectionStringBuilder(faults.World.TargetDsn).Port);
        // Three batches of 50, 50 and 30; a full load commits each to its stage and then all at once.
        var commits = mode == SyncMode.Full ? 4 : 3;
        for (var cutAt = 1; cutAt <= commits; cutAt++)
        {
            var table = await faults.NewTableAsync(Rows);
            proxy.Arm(cutAt, how);
            await using var services = Services(faults, proxy);

            var result = await new TableSync(services).RunAsync(table.Pipeline, new SyncOptions { Mode = mode }, null, default);

            await table.AssertWentWellAsync(result);
            Assert.Equal(Rows, result.Run.Counts.Inserted);
            Assert.Equal(Rows, result.Run.Counts.Read);
            // One COMMIT more than undisturbed where it had to be repeated, none where it had taken effect.
            Assert.Equal(how == Cut.AfterItTookEffect ? commits : commits + 1, proxy.Commits);
            Assert.Equal(
                mode == SyncMode.Full ? "1" : "3", await faults.TargetTextAsync($"SELECT count(*) FROM etl.batch WHERE pipeline = '{table.Name}'"));
            proxy.Arm(0, how);
            await table.AssertSettlesAsync();
        }
    }

    [Theory]
    [InlineData(SyncMode.Incremental, false)]
    [InlineData(SyncMode.Incremental, true)]
    [InlineData(SyncMode.Full, true)]
    public async Task A_network_that_stalls_is_waited_for_or_given_up(SyncMode mode, bool isCut)
    {
        // Given up after a second without an answer when the connection is to be cut, waited for otherwise.
        await using var faults = await FaultWorld.CreateAsync(
            server, settings => settings with { Postgres = settings.Postgres! with { CommandTimeout = TimeSpan.FromSeconds(isCut ? 1 : 30) } });
        await using var proxy = new CuttingProxy(new NpgsqlConnectionStringBuilder(faults.World.TargetDsn).Port);
        var table = await faults.NewTableAsync(Rows * 3);
        await using var services = Services(faults, proxy);
        var stalled = Task.CompletedTask;
        var read = 0;
        faults.World.Interference.BeforeRow = _ =>
        {
            if (++read != 200) return;
            proxy.Stall();
            stalled = Task.Run(async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, CancellationToken.None);
                if (isCut) proxy.CutAll();
                proxy.Flow();
            });
        };

        var result = await new TableSync(services).RunAsync(table.Pipeline, new SyncOptions { Mode = mode }, null, default);

        await stalled;
        await table.AssertWentWellAsync(result);
        Assert.Equal(Rows * 3, result.Run.Counts.Inserted);
        await table.AssertSettlesAsync();
    }

    private static EtlServices Services(FaultWorld faults, CuttingProxy proxy)
    {
        var settings = faults.World.Settings;
        return new EtlServices(
            settings with { Postgres = settings.Postgres! with { ConnectionString = proxy.Through(settings.Postgres.ConnectionString) } },
            new Sync.World.InterferingFactory(LocalWarehouseFactory.Instance, faults.World.Interference), NullLoggerFactory.Instance, TimeProvider.System);
    }
}
