using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Faults.World;
using EtlTools.Sandbox;

namespace EtlTools.IntegrationTests.Faults;

/// <summary>The server crashes in the middle of a run, with source and target on it. The run waits for it, or fails cleanly and the next completes.</summary>
[Collection(ServerFaults.Name)]
public sealed class ServerRestartTests(DurableServer server)
{
    private const int Rows = 330;

    [Theory]
    [InlineData(SyncMode.Incremental, 1, 0)]
    [InlineData(SyncMode.Incremental, 3, 0)]
    [InlineData(SyncMode.Incremental, 0, 1)]
    [InlineData(SyncMode.Incremental, 0, 175)]
    [InlineData(SyncMode.Incremental, 0, 330)]
    [InlineData(SyncMode.Full, 2, 0)]
    [InlineData(SyncMode.Full, 0, 175)]
    [InlineData(SyncMode.Full, 0, 330)]
    public async Task A_server_that_comes_back_is_waited_for(SyncMode mode, int atStatement, int atRow)
    {
        await using var faults = await FaultWorld.CreateAsync(server, settings => settings with
        {
            Resilience = settings.Resilience with { Attempts = 100, MaxDelay = TimeSpan.FromSeconds(1) },
        });
        var table = await faults.NewTableAsync(Rows);
        var restarted = Crash(faults, atStatement, atRow, comesBack: true);

        var result = await table.SyncAsync(mode);

        // The server may serve the run before the command that starts it has come back.
        await restarted();
        await table.AssertWentWellAsync(result);
        Assert.Equal(Rows, result.Run.Counts.Inserted);
        await table.AssertSettlesAsync();
    }

    [Theory]
    [InlineData(SyncMode.Incremental, 0, 175)]
    [InlineData(SyncMode.Full, 0, 330)]
    [InlineData(SyncMode.Incremental, 3, 0)]
    public async Task A_server_that_stays_away_fails_the_run_and_the_next_completes(SyncMode mode, int atStatement, int atRow)
    {
        await using var faults = await FaultWorld.CreateAsync(server, settings => settings with
        {
            Resilience = settings.Resilience with { Attempts = 2, MaxDelay = TimeSpan.FromMilliseconds(50) },
        });
        var table = await faults.NewTableAsync(Rows);
        Crash(faults, atStatement, atRow, comesBack: false);
        Core.Sync.SyncResult result;
        try
        {
            result = await table.SyncAsync(mode);
        }
        finally
        {
            await server.Sandbox.RestartAsync();
        }

        Assert.Equal(RunStatus.Failed, result.Run.Status);
        Assert.NotNull(result.Error);
        await table.AssertWatermarkTrueAsync();
        faults.World.Interference.BeforeRow = null;
        faults.World.Interference.BeforeStatement = null;
        var next = await table.SyncAsync(mode);
        await table.AssertWentWellAsync(next);
        Assert.Equal("1", await faults.TargetTextAsync($"SELECT count(*) FROM etl.run WHERE pipeline = '{table.Name}' AND status = 'abandoned'"));
        await table.AssertSettlesAsync();
    }

    private Func<Task> Crash(FaultWorld faults, int atStatement, int atRow, bool comesBack)
    {
        var (statements, rows) = (0, 0);
        var restart = Task.FromException(new InvalidOperationException("the server was not stopped"));
        faults.World.Interference.BeforeStatement = _ => Stop(++statements == atStatement);
        faults.World.Interference.BeforeRow = _ => Stop(++rows == atRow);
        return () => restart;

        void Stop(bool isNow)
        {
            if (!isNow) return;
            server.Sandbox.StopAsync(SandboxStopMode.Immediate).GetAwaiter().GetResult();
            restart = comesBack ? Task.Run(() => server.Sandbox.RestartAsync()) : Task.CompletedTask;
        }
    }
}
