using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Faults.World;

namespace EtlTools.IntegrationTests.Faults;

/// <summary>A session ended by the server at any moment costs a retry, never a row: one run, target equal to source, figures that add up.</summary>
[Collection(ConnectionFaults.Name)]
public sealed class ConnectionKilledTests(FaultServer server)
{
    private const int Rows = 330;

    public static TheoryData<Sessions, SyncMode> SessionsAndModes
    {
        get
        {
            var data = new TheoryData<Sessions, SyncMode>();
            foreach (var sessions in new[] { Sessions.Lease, Sessions.Source, Sessions.All })
            {
                data.Add(sessions, SyncMode.Incremental);
                data.Add(sessions, SyncMode.Full);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SessionsAndModes))]
    public async Task Sessions_ended_before_any_statement_at_the_source(Sessions sessions, SyncMode mode)
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        await using var killer = await SessionKiller.CreateAsync(faults);
        var statements = 0;
        var undisturbed = await faults.NewTableAsync(Rows);
        faults.World.Interference.BeforeStatement = _ => statements++;
        await undisturbed.AssertWentWellAsync(await undisturbed.SyncAsync(mode));
        var stages = statements;
        Assert.InRange(stages, 3, 20);

        for (var stage = 1; stage <= stages; stage++)
        {
            var table = await faults.NewTableAsync(Rows);
            (statements, var at, var killed) = (0, stage, 0L);
            faults.World.Interference.BeforeStatement = _ =>
            {
                if (++statements == at) killed = killer.Kill(sessions);
            };

            var result = await table.SyncAsync(mode);

            Assert.True(killed > 0, $"nothing was there to end before statement {at}");
            await table.AssertWentWellAsync(result);
            Assert.Equal(Rows, result.Run.Counts.Inserted);
        }
    }

    [Theory]
    [MemberData(nameof(SessionsAndModes))]
    public async Task Sessions_ended_while_rows_are_read(Sessions sessions, SyncMode mode)
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        await using var killer = await SessionKiller.CreateAsync(faults);
        foreach (var row in new[] { 1, 50, 51, 200, 330 })
        {
            var table = await faults.NewTableAsync(Rows);
            var (read, killed) = (0, 0L);
            faults.World.Interference.BeforeRow = _ =>
            {
                if (++read == row) killed = killer.Kill(sessions);
            };

            var result = await table.SyncAsync(mode);

            Assert.True(killed > 0, $"nothing was there to end at row {row}");
            await table.AssertWentWellAsync(result);
            Assert.Equal(Rows, result.Run.Counts.Inserted);
        }
    }

    [Theory]
    [InlineData(SyncMode.Incremental)]
    [InlineData(SyncMode.Full)]
    public async Task Sessions_that_keep_ending_are_survived_as_long_as_the_run_gets_on(SyncMode mode)
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        await using var killer = await SessionKiller.CreateAsync(faults);
        var table = await faults.NewTableAsync(Rows);
        faults.World.Interference.BeforeRow = row =>
        {
            if (row % (mode == SyncMode.Full ? 131 : 40) == 0 && row < 1000) killer.Kill(row % 80 == 0 ? Sessions.All : Sessions.Lease);
        };

        await table.AssertWentWellAsync(await table.SyncAsync(mode));
        Assert.True(killer.Killed > 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Sessions_ended_at_random(int seed)
    {
        // More attempts than sessions are ended, so that the outcome does not depend on when.
        await using var faults = await FaultWorld.CreateAsync(server, settings => settings with
        {
            Resilience = settings.Resilience with { Attempts = 60, MaxDelay = TimeSpan.FromMilliseconds(40) },
        });
        await using var killer = await SessionKiller.CreateAsync(faults);
        var table = await faults.NewTableAsync(Rows);
        var random = new Random(seed);

        var first = await WhileKillingAsync(killer, random, () => table.SyncAsync(seed % 2 == 0 ? SyncMode.Full : SyncMode.Incremental));
        Assert.True(first.Run.Status == RunStatus.Done, $"seed {seed}: {first.Error}");
        await table.AssertWentWellAsync(first);
        await table.ChangeAsync(Rows);
        await table.AssertWentWellAsync(await WhileKillingAsync(killer, random, () => table.SyncAsync()));

        await table.AssertSettlesAsync();
        Assert.True(killer.Killed > 0);
    }

    private static async Task<T> WhileKillingAsync<T>(SessionKiller killer, Random random, Func<Task<T>> run)
    {
        using var ended = new CancellationTokenSource();
        var limit = killer.Killed + 40;
        var killing = Task.Run(async () =>
        {
            while (killer.Killed < limit && !ended.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 25)), TimeProvider.System, CancellationToken.None);
                killer.Kill(random.Next(4) == 0 ? Sessions.All : Sessions.One);
            }
        });
        try
        {
            return await run();
        }
        finally
        {
            await ended.CancelAsync();
            await killing;
        }
    }
}
