using EtlTools.Core.Backfill;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Faults.World;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Backfill;

/// <summary>What a plan that was given up leaves: no files, and no worker that still writes.</summary>
[Collection(ProcessFaults.Name)]
public sealed class BackfillLeftoverTests(FaultServer server)
{
    private const int Rows = 1_000;
    private static readonly BackfillOptions s_unload = new() { Method = "unload", Partitions = 4, Parallel = 1 };

    [UnixFact]
    public async Task Files_of_a_plan_that_is_given_up_are_removed_and_those_of_others_stay()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        foreach (var name in (string[])["given up", "other"])
        {
            using var runner = RunnerProcess.Start(world.Settings, history.Pipeline, s_unload with { Name = name }, "file-fetched:2");
            Assert.Equal(RunnerProcess.Killed, (await runner.EndAsync()).ExitCode);
        }

        var (first, second) = (await FilesOfAsync(world, "given up"), await FilesOfAsync(world, "other"));
        Assert.NotEmpty(first);
        Assert.NotEmpty(second);
        // Both died with a file in a folder of their own.
        Assert.Equal(2, Directory.GetFiles(world.Settings.WorkDirectory!, "*.gz", SearchOption.AllDirectories).Length);

        var result = await history.RunExpectingAsync(RunStatus.Done, s_unload with { Name = "given up", Restart = true });

        Assert.Empty(result.Notes);
        await history.AssertEqualAsync();
        Assert.Equal(second, await world.SourceRowsAsync("LIST @~/etl_tools/backfill/"));
        Assert.Single(Directory.GetFiles(world.Settings.WorkDirectory!, "*.gz", SearchOption.AllDirectories));
        await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Name = "other", Parallel = 1 });
        Assert.Empty(await world.SourceRowsAsync("LIST @~/etl_tools/backfill/"));
        Assert.Empty(Directory.GetFiles(world.Settings.WorkDirectory!, "*.gz", SearchOption.AllDirectories));
    }

    [UnixTheory]
    [InlineData("stream", "before-commit:2")]
    [InlineData("unload", "unloaded:1")]
    public async Task A_worker_that_wakes_up_after_its_plan_was_given_up_writes_nothing_and_says_so(string method, string pauseAt)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        var options = s_unload with { Method = method };
        using var runner = RunnerProcess.Start(world.Settings, history.Pipeline, options, pauseAt: pauseAt);
        await runner.PausedAsync();
        Assert.IsType<ConflictException>((await history.RunAsync(options with { Restart = true })).Error);
        runner.Stop();
        // As after twenty seconds of silence. A stream's session sits in an open transaction, which holds its partition's row.
        await world.TargetAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'etl-tools backfill%'");
        await world.TargetAsync("UPDATE etl.partition SET heartbeat_at = now() - interval '1 minute' WHERE status = 'running'");

        var result = await history.RunExpectingAsync(RunStatus.Done, options with { Restart = true });
        runner.Continue();
        runner.Resume();
        var (exitCode, answer, _) = await runner.EndAsync();

        Assert.NotEqual(0, exitCode);
        Assert.Contains("given up", answer!.Error, StringComparison.Ordinal);
        await history.AssertEqualAsync();
        Assert.Equal(
            ["done", "replaced"], await world.TargetRowsAsync("SELECT status FROM etl.backfill ORDER BY 1"));
        Assert.Equal(Rows, await world.TargetValueAsync<long>("SELECT (sum(inserted) + sum(unchanged))::bigint FROM etl.partition JOIN etl.backfill USING (backfill_id) WHERE etl.backfill.status = 'done'"));
        Assert.Empty(await world.SourceRowsAsync("LIST @~/etl_tools/backfill/"));
        Assert.Equal(result.Plan!.Id, (await history.RunAsync(new BackfillOptions { Join = true })).Plan!.Id);
    }

    private static async Task<List<string>> FilesOfAsync(SyncWorld world, string name)
    {
        var id = await world.TargetValueAsync<Guid>($"SELECT backfill_id FROM etl.backfill WHERE name = '{name}'");
        return await world.SourceRowsAsync($"LIST @~/etl_tools/backfill/{id:N}/");
    }
}
