using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Faults.World;

namespace EtlTools.IntegrationTests.Faults;

/// <summary>One runner works on a pipeline at a time; one that lost its turn without noticing writes nothing.</summary>
[Collection(LeaseFaults.Name)]
public sealed class LeaseTests(FaultServer server)
{
    private const int Rows = 170;

    [UnixTheory]
    [InlineData(SyncMode.Incremental, "lease-taken")]
    [InlineData(SyncMode.Incremental, "before-commit:2")]
    [InlineData(SyncMode.Full, "before-apply-commit")]
    public async Task Of_two_runners_one_works_and_the_other_says_who_does(SyncMode mode, string pauseAt)
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        var table = await faults.NewTableAsync(Rows);
        using var first = RunnerProcess.Start(faults, table, mode, pauseAt: pauseAt);
        await first.PausedAsync();
        var before = await StateAsync(faults, table);

        var second = await table.SyncAsync(mode);

        Assert.Equal((RunStatus.Held, 0L), (second.Run.Status, second.Run.Counts.Read));
        Assert.Contains($"process {first.Id}", second.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync(faults, table));
        first.Resume();
        var (exitCode, answer, errors) = await first.EndAsync();
        Assert.True(exitCode == 0, errors + answer?.Error);
        Assert.Equal((RunStatus.Done, Rows), (answer!.Status, (int)answer.Inserted));
        await table.AssertSettlesAsync();
    }

    [UnixFact]
    public async Task Different_pipelines_run_at_the_same_time()
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        var (table, other) = (await faults.NewTableAsync(Rows), await faults.NewTableAsync(Rows));
        using var first = RunnerProcess.Start(faults, table, pauseAt: "before-commit:2");
        await first.PausedAsync();

        await other.AssertWentWellAsync(await other.SyncAsync());

        first.Resume();
        Assert.Equal(0, (await first.EndAsync()).ExitCode);
        await table.AssertSettlesAsync();
    }

    [UnixTheory]
    [InlineData(SyncMode.Incremental, "lease-taken", false)]
    [InlineData(SyncMode.Incremental, "reading", true)]
    [InlineData(SyncMode.Incremental, "after-load:2", true)]
    [InlineData(SyncMode.Incremental, "before-commit:1", false)]
    [InlineData(SyncMode.Incremental, "after-commit:2", true)]
    [InlineData(SyncMode.Incremental, "before-complete", false)]
    [InlineData(SyncMode.Full, "before-stage-commit:2", true)]
    [InlineData(SyncMode.Full, "after-stage-commit:4", false)]
    [InlineData(SyncMode.Full, "before-apply-commit", true)]
    public async Task A_runner_that_wakes_up_after_its_lease_passed_on_writes_nothing(SyncMode mode, string pauseAt, bool isSuccessorFull)
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        var table = await faults.NewTableAsync(Rows);
        // The server ends a session that is silent for a second; the whole process stands still, so it sends no sign of life.
        using var sleeper = RunnerProcess.Start(faults, table, mode, pauseAt: pauseAt, leaseTimeout: TimeSpan.FromSeconds(1));
        await sleeper.PausedAsync();
        sleeper.Stop();
        sleeper.Resume();
        await WaitForFreeLeaseAsync(faults);
        await faults.SourceAsync($"UPDATE {table.Name.ToUpperInvariant()} SET NAME = 'newer', UPDATED_AT = '{FaultTable.At(90_000)}' WHERE ID <= 60");
        var successor = await table.SyncAsync(isSuccessorFull ? SyncMode.Full : SyncMode.Incremental);
        await table.AssertWentWellAsync(successor);
        await faults.TargetAsync($"UPDATE {table.Name} SET name = 'mark' WHERE id = 7");
        var before = await StateAsync(faults, table);

        sleeper.Continue();
        var (exitCode, answer, errors) = await sleeper.EndAsync();

        Assert.True(exitCode == 1, $"exit code {exitCode}: {answer?.Status} {errors}");
        Assert.Equal("ETL-CONFLICT", answer!.Code);
        Assert.Contains("lease was lost", answer.Error, StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync(faults, table));
        await faults.TargetAsync($"UPDATE {table.Name} SET name = 'newer' WHERE id = 7");
        await table.AssertSettlesAsync();
    }

    [UnixTheory]
    [InlineData(SyncMode.Incremental, "before-commit:2", "2")]
    [InlineData(SyncMode.Incremental, "after-commit:1", "1")]
    [InlineData(SyncMode.Full, "before-stage-commit:2", "0")]
    public async Task Ctrl_C_ends_at_a_batch_boundary(SyncMode mode, string pauseAt, string batches)
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        var table = await faults.NewTableAsync(Rows);
        using var runner = RunnerProcess.Start(faults, table, mode, pauseAt: pauseAt);
        await runner.PausedAsync();

        runner.Interrupt();
        // The signal is handled on a thread of its own; the mark is written when it was.
        await runner.InterruptedAsync();
        runner.Resume();
        var (exitCode, answer, _) = await runner.EndAsync();

        Assert.Equal((130, RunStatus.Cancelled), (exitCode, answer!.Status));
        Assert.Equal(batches, await faults.TargetTextAsync($"SELECT count(*) FROM etl.batch WHERE pipeline = '{table.Name}'"));
        Assert.Equal(
            await faults.TargetTextAsync($"SELECT coalesce(sum(inserted), 0) FROM etl.batch WHERE pipeline = '{table.Name}'"),
            await faults.TargetTextAsync($"SELECT count(*) FROM {table.Name}"));
        Assert.Equal("~|cancelled", await faults.TargetTextAsync($"SELECT holder, last_status FROM etl.watermark WHERE pipeline = '{table.Name}'"));
        await table.AssertWatermarkTrueAsync();
        await table.AssertSettlesAsync();
    }

    /// <summary>All that a runner could have changed: rows with their physical version, watermark, batches, quarantine, leftovers.</summary>
    private static async Task<List<string>> StateAsync(FaultWorld faults, FaultTable table) =>
    [
        .. await faults.TargetRowsAsync($"SELECT xmin::text, ctid::text, t::text FROM {table.Name} t ORDER BY id"),
        .. await faults.TargetRowsAsync($"SELECT w::text FROM etl.watermark w WHERE pipeline = '{table.Name}'"),
        .. await faults.TargetRowsAsync($"SELECT b::text FROM etl.batch b WHERE pipeline = '{table.Name}' ORDER BY run_id, seq"),
        .. await faults.TargetRowsAsync("SELECT count(*) FROM etl.quarantine"),
        .. await faults.TargetRowsAsync("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'etl'::regnamespace ORDER BY 1"),
    ];

    private static async Task WaitForFreeLeaseAsync(FaultWorld faults)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await faults.TargetTextAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'etl-tools run %'") != "0")
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
    }
}
