using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Faults.World;

namespace EtlTools.IntegrationTests.Faults;

/// <summary>A process killed at any point leaves a watermark that is true; the next run completes the work, with no row lost or doubled.</summary>
[Collection(ProcessFaults.Name)]
public sealed class KillTests(FaultServer server)
{
    private const int Rows = 170;

    // Point, and the how many-th time it is passed. A first run has four batches; a later one, of 34 changed and 34 new rows, two.
    public static TheoryData<SyncMode, bool, string> Points => new()
    {
        {
            SyncMode.Incremental, false,
            "run-recorded:1 lease-taken:1 window-found:1 reading:1 after-copy:1 after-load:3 before-commit:1 before-commit:4 after-commit:1 "
            + "after-commit:4 before-complete:1 after-complete:1 before-release:1 after-release:1 before-final-record:1"
        },
        { SyncMode.Incremental, true, "lease-taken:1 after-copy:2 after-load:1 before-commit:2 after-commit:1 after-commit:2 before-complete:1 after-complete:1" },
        {
            SyncMode.Full, false,
            "reading:1 before-stage-commit:1 before-stage-commit:4 after-stage-commit:2 after-stage-commit:4 before-apply:1 after-load:1 "
            + "before-apply-commit:1 after-apply-commit:1 before-stage-drop:1 before-release:1"
        },
        { SyncMode.Full, true, "before-stage-commit:3 after-stage-commit:5 after-load:1 before-apply-commit:1 after-apply-commit:1 before-stage-drop:1" },
    };

    [UnixTheory]
    [MemberData(nameof(Points))]
    public async Task A_run_killed_at_any_point_is_made_good_by_the_next(SyncMode mode, bool isLater, string points)
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        foreach (var killAt in points.Split(' '))
        {
            var table = await faults.NewTableAsync(Rows);
            if (isLater)
            {
                await table.AssertWentWellAsync(await table.SyncAsync());
                await table.ChangeAsync(Rows);
            }

            using (var runner = RunnerProcess.Start(faults, table, mode, killAt))
            {
                var (exitCode, answer, errors) = await runner.EndAsync();
                Assert.True(exitCode == RunnerProcess.Killed, $"{killAt}: exit code {exitCode}, {answer?.Error}{errors}");
            }

            await table.AssertWatermarkTrueAsync();
            if (mode == SyncMode.Full) await AssertOldOrNewAsync(faults, table, isLater);
            Assert.Equal("running", await faults.TargetTextAsync($"SELECT status FROM etl.run WHERE pipeline = '{table.Name}' ORDER BY started_at DESC LIMIT 1"));

            var next = await table.SyncAsync(mode);

            Assert.True(next.Run.Status is RunStatus.Done or RunStatus.Idle, $"{killAt}: {next.Error}");
            await table.AssertWentWellAsync(next);
            Assert.Equal("1", await faults.TargetTextAsync($"SELECT count(*) FROM etl.run WHERE pipeline = '{table.Name}' AND status = 'abandoned' AND ended_at IS NOT NULL"));
            Assert.Equal(
                "0", await faults.TargetTextAsync($"SELECT count(*) - {(isLater ? Rows + Rows / 5 : Rows)} FROM {table.Name}"));
            await table.AssertSettlesAsync();
        }
    }

    [UnixTheory]
    [InlineData("before-migration-commit:1", 0)]
    [InlineData("after-migration-commit:1", 1)]
    public async Task A_migration_killed_is_done_wholly_or_not_at_all(string killAt, int applied)
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        await faults.TargetAsync("DROP SCHEMA etl CASCADE");
        using (var runner = RunnerProcess.Start(faults, null, killAt: killAt))
            Assert.Equal(RunnerProcess.Killed, (await runner.EndAsync()).ExitCode);
        Assert.Equal(applied.ToString(System.Globalization.CultureInfo.InvariantCulture), await faults.TargetTextAsync("SELECT count(*) FROM pg_class WHERE oid = to_regclass('etl.watermark')"));

        using (var again = RunnerProcess.Start(faults, null))
            Assert.Equal(0, (await again.EndAsync()).ExitCode);

        var table = await faults.NewTableAsync(Rows);
        await table.AssertWentWellAsync(await table.SyncAsync());
    }

    [Fact]
    public async Task The_product_as_built_has_no_fault_points()
    {
        await using var faults = await FaultWorld.CreateAsync(server);
        var table = await faults.NewTableAsync(Rows);
        var folder = Directory.CreateTempSubdirectory("etl-fault-plain-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(RunnerProcess.Folder)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            File.Copy(typeof(RunStatus).Assembly.Location, Path.Combine(folder, "EtlTools.Core.dll"), overwrite: true);
            using var runner = RunnerProcess.Start(faults, table, killAt: "before-commit", pauseAt: "after-commit", runner: folder);

            var (exitCode, answer, errors) = await runner.EndAsync();

            Assert.True(exitCode == 0, errors);
            Assert.Equal((RunStatus.Done, Rows), (answer!.Status, (int)answer.Inserted));
            await table.AssertEqualAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A reader of the target never sees a full load half done.
    private static async Task AssertOldOrNewAsync(FaultWorld faults, FaultTable table, bool isLater)
    {
        var count = await faults.TargetTextAsync($"SELECT count(*) FROM {table.Name}");
        Assert.Contains(count, isLater ? [$"{Rows}", $"{Rows + Rows / 5}"] : new[] { "0", $"{Rows}" });
    }
}
