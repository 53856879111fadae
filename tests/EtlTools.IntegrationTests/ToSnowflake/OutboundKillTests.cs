using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Faults.World;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>A process that SIGKILL ends anywhere on the way to Snowflake: the next run makes the target equal to the source.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundKillTests(SyncServer server)
{
    // Of each batch; the runs below have several.
    private static readonly string[] Points =
    [
        "lease-taken", "window-found", "manifest-written", "manifest-written:2", "after-upload", "after-copy-into:2", "after-merge", "before-commit:2",
        "after-commit", "after-commit:3", "before-watermark:2", "after-watermark:2", "before-release", "before-final-record",
    ];

    [UnixFact]
    public Task Merged_rows_are_all_there() => KillEverywhereAsync(WriteMode.Merge, OutboundWorld.ByFiles);

    [UnixFact]
    public Task Appended_rows_in_Parquet_files_are_there_once() => KillEverywhereAsync(WriteMode.Append, OutboundWorld.ByFiles with { Format = StageFileFormat.Parquet });

    [UnixFact]
    public Task Rows_without_files_are_there_once() => KillEverywhereAsync(WriteMode.Append, StageFiles.Default);

    private async Task KillEverywhereAsync(WriteMode mode, StageFiles files)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var pipeline = OutboundWorld.Pipeline(p => p with { WriteMode = mode, Files = files });
        var (last, second) = (0, 0);
        foreach (var point in Points.Where(point => mode == WriteMode.Merge || point != "after-merge"))
        {
            // Later than all rows before, and a second apart, so that the window falls into parts.
            await world.TargetAsync($"INSERT INTO t SELECT i, 'row ' || i, date_trunc('hour', now()) - interval '20 hours' + ({second} + i) * interval '1 second' FROM generate_series({last + 1}, {last += 170}) i");
            second += 300;
            if (mode == WriteMode.Merge)
                await world.TargetAsync($"UPDATE t SET name = name || '!', updated_at = date_trunc('hour', now()) - interval '20 hours' + ({second} + id) * interval '1 second' WHERE id % 10 = 0");
            second += 300 + last;
            using (var runner = RunnerProcess.Start(world.Settings, pipeline, killAt: point))
            {
                var (exitCode, answer, errors) = await runner.EndAsync();
                Assert.True(exitCode == RunnerProcess.Killed, $"{point} was not reached: {answer} {errors}");
            }

            var after = await world.SyncAsync(pipeline);
            Assert.True(after.Run.Status is RunStatus.Done or RunStatus.Idle, $"{point}: {after.Error}");
            Assert.True(
                (await world.TargetRowsAsync("SELECT id, name FROM t ORDER BY id")).SequenceEqual(await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID")),
                $"after {point} the target differs from the source");
            Assert.Equal(RunStatus.Idle, (await world.SyncAsync(pipeline)).Run.Status);
            Assert.Equal(["0"], await world.TargetRowsAsync("SELECT count(*) FROM etl.manifest"));
            Assert.Empty(await world.SourceRowsAsync("LIST @~"));
        }

        // Each row was counted as inserted once, over all runs together.
        Assert.Equal([$"{last}"], await world.TargetRowsAsync("SELECT sum(inserted) FROM etl.batch"));
    }
}
