using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Faults.World;

namespace EtlTools.IntegrationTests.Faults;

/// <summary>
/// Random short histories of changes, late rows, killed sessions, crashes and runners that meet. However they went: quiet runs at the end
/// bring the target to equal the source.
/// </summary>
[Collection(LeaseFaults.Name)]
public sealed class HistoryTests(FaultServer server)
{
    private const int Histories = 200;
    private const int WithProcesses = 10;
    private static readonly string[] s_points =
        ["lease-taken", "window-found", "reading", "after-copy", "after-load", "before-commit", "before-commit:2", "after-commit", "before-complete", "after-complete", "before-release"];

    // Two halves, each with databases of its own, so that two processors have something to do.
    [Fact]
    public Task Target_equals_source_after_every_history() => Task.WhenAll(
        Task.Run(() => PlayAllAsync(Enumerable.Range(1, Histories).Where(seed => seed % 2 == 0))),
        Task.Run(() => PlayAllAsync(Enumerable.Range(1, Histories).Where(seed => seed % 2 == 1))));

    private async Task PlayAllAsync(IEnumerable<int> seeds)
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        await using var killer = await SessionKiller.CreateAsync(faults);
        foreach (var seed in seeds)
        {
            try
            {
                await PlayAsync(faults, killer, new Random(seed), canKillProcess: !OperatingSystem.IsWindows() && seed % (Histories / WithProcesses) <= 1);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"History with seed {seed}: {failure.Message}"), failure);
            }
        }
    }

    private static async Task PlayAsync(FaultWorld faults, SessionKiller killer, Random random, bool canKillProcess)
    {
        var lookback = TimeSpan.FromMinutes(30);
        var table = await faults.NewTableAsync(0, p => p with { BatchSize = random.Next(2, 9), Lookback = new CursorDistance(lookback, null) });
        var (nextId, now) = (1, 1000);
        var steps = random.Next(2, 5);
        for (var step = 0; step < steps; step++)
        {
            await ChangeAsync();
            switch (random.Next(canKillProcess ? 6 : 5))
            {
                case 0:
                    await table.SyncAsync();
                    break;
                case 1:
                    await Task.WhenAll(table.SyncAsync(), table.SyncAsync());
                    break;
                case 2:
                    await DisturbedAsync(() => killer.Kill((Sessions)random.Next(5)));
                    break;
                case 3:
                    // Not a connection's failure, so the run ends here, in the middle of its window.
                    await DisturbedAsync(() => throw new InvalidDataException("the source broke off"));
                    break;
                case 4:
                    await table.SyncAsync(SyncMode.Full);
                    break;
                default:
                    await KilledAsync(faults, table, s_points[random.Next(s_points.Length)]);
                    break;
            }
        }

        await table.AssertWatermarkTrueOrLateAsync(now - (int)lookback.TotalMinutes);

        for (var (runs, last) = (0, await table.SyncAsync()); last.Run.Status != RunStatus.Idle; runs++, last = await table.SyncAsync())
            Assert.True(runs < 3, $"it does not come to rest: {last.Run.Status}, {last.Run.Counts}, {last.Error}");
        await table.AssertEqualAsync();

        // Inserts, updates, and rows that appear late but within the lookback; time goes on a little each step.
        async Task ChangeAsync()
        {
            now += random.Next(1, 10);
            var rows = Enumerable.Range(nextId, random.Next(1, 25)).Select(id => $"({id}, 'row {id}', '{FaultTable.At(now - (random.Next(3) == 0 ? random.Next(1, 20) : 0))}')").ToList();
            nextId += rows.Count;
            var source = table.Name.ToUpperInvariant();
            await faults.World.SourceAsync(
                $"INSERT INTO {source} VALUES {string.Join(", ", rows)}",
                $"UPDATE {source} SET NAME = NAME || '+', UPDATED_AT = '{FaultTable.At(now)}' WHERE MOD(ID, {random.Next(2, 9)}) = 0");
        }

        async Task DisturbedAsync(Action act)
        {
            var (at, row) = (random.Next(1, 30), 0);
            faults.World.Interference.BeforeRow = _ =>
            {
                if (Interlocked.Increment(ref row) == at) act();
            };
            await table.SyncAsync();
            faults.World.Interference.BeforeRow = null;
        }
    }

    // A point that this run does not come to is no failure: it then ends by itself.
    private static async Task KilledAsync(FaultWorld faults, FaultTable table, string point)
    {
        using var runner = RunnerProcess.Start(faults, table, killAt: point);
        Assert.Contains((await runner.EndAsync()).ExitCode, new[] { 0, RunnerProcess.Killed });
    }
}
