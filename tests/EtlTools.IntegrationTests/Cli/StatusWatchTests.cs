using System.Text.Json;
using EtlTools.Cli;
using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Cli;

/// <summary>What <c>etl status --watch</c> tells of runs that other processes do.</summary>
[Collection(SyncCollection.Name)]
public sealed class StatusWatchTests(SyncServer server)
{
    private const int Rows = 2_000;

    [Theory]
    [InlineData(SyncMode.Incremental)]
    [InlineData(SyncMode.Full)]
    public async Task A_sync_is_seen_getting_on_and_ending(SyncMode mode)
    {
        await using var world = await CliWorld.CreateAsync(server, Rows);
        SlowDown(world.World);

        var (exitCode, lines) = await WatchAsync(world, () => world.World.SyncAsync(world.History.Pipeline, new SyncOptions { Mode = mode }));

        Assert.Equal(0, exitCode);
        Assert.All(lines, line => Assert.Equal(("h", "sync", mode == SyncMode.Full ? "full" : "incremental"), (Text(line, "name"), Text(line, "operation"), Text(line, "mode"))));
        var running = lines.Where(line => Text(line, "status") == "running").ToList();
        var moving = running.Where(line => line.GetProperty("rows").GetInt64() is > 0 and < Rows).ToList();
        Assert.NotEmpty(moving);
        Assert.All(moving, line =>
        {
            Assert.Equal(Rows, line.GetProperty("expected").GetInt64());
            Assert.True(line.GetProperty("is_alive").GetBoolean() && line.GetProperty("rows_per_second").GetDouble() > 0 && line.GetProperty("seconds_left").GetDouble() > 0, line.ToString());
        });
        Assert.Equal(running.Select(Done).Order(), running.Select(Done));
        Assert.Equal(("done", Rows), (Text(lines[^1], "status"), Done(lines[^1])));
        await world.History.AssertEqualAsync();
    }

    [Fact]
    public async Task A_backfill_is_seen_with_its_partitions()
    {
        await using var world = await CliWorld.CreateAsync(server, Rows);
        SlowDown(world.World);

        var (exitCode, lines) = await WatchAsync(world, () => world.History.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = "stream", Partitions = 4, Parallel = 1 }));

        Assert.Equal(0, exitCode);
        Assert.All(lines, line => Assert.Equal(("h", "backfill", "stream"), (Text(line, "name"), Text(line, "operation"), Text(line, "mode"))));
        Assert.Contains(lines, line => Text(line, "status") == "running" && Done(line) is > 0 and < Rows && line.GetProperty("expected").GetInt64() == Rows);
        var last = lines[^1];
        Assert.Equal(("done", Rows, 4, 4), (Text(last, "status"), Done(last), last.GetProperty("partitions_done").GetInt32(), last.GetProperty("partitions").GetInt32()));
    }

    [Fact]
    public async Task A_run_without_a_sign_of_life_says_so_and_what_does_not_change_is_not_repeated()
    {
        await using var world = await CliWorld.CreateAsync(server, 1);
        await world.World.TargetAsync(
            """
            INSERT INTO etl.run (run_id, pipeline, operation, mode, direction, dry_run, status, started_at, host, pid, tool_version, heartbeat_at, rows_so_far, rows_expected, refused_so_far)
            VALUES (gen_random_uuid(), 'h', 'sync', 'incremental', 'snowflake_to_postgres', false, 'running', now() - interval '1 hour', 'other', 7, '0', now() - interval '1 minute', 30, 40, 2)
            """);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var run = await CliRun.RunAsync(surroundings => surroundings with { Variables = world.Variables }, stop.Token, "status", "--watch");
        Assert.Equal(0, run.ExitCode);
        var line = Assert.Single(run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("h (sync, incremental): running, no sign of life, 30 of 40 rows (75 %)", line, StringComparison.Ordinal);
        Assert.Contains("2 quarantined", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xterm", true)]
    [InlineData("dumb", false)]
    public async Task On_a_terminal_that_can_it_is_redrawn_in_place(string term, bool isRedrawn)
    {
        await using var world = await CliWorld.CreateAsync(server, Rows);
        SlowDown(world.World);
        using var stop = new CancellationTokenSource();
        var watching = CliRun.RunAsync(
            surroundings => surroundings with { Variables = new Dictionary<string, string>(world.Variables) { ["TERM"] = term }, IsOutTerminal = true, Width = 120 }, stop.Token, "status", "--watch");
        await world.World.SyncAsync(world.History.Pipeline);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        await stop.CancelAsync();
        var run = (await watching).Ended(ExitCode.Done);
        Assert.Contains("sync, incremental", run.Out, StringComparison.Ordinal);
        Assert.Matches("━+╌+ [0-9]+ %", run.Out);
        Assert.Contains($"h (sync, incremental): done, {Rows:N0} rows", run.Out, StringComparison.Ordinal);
        // Up over what was drawn before.
        Assert.Equal(isRedrawn, run.Out.Contains("\u001b[", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_state_cannot_be_reached_it_fails_as_every_command_does()
    {
        using var folder = new CliFolder();
        var run = await CliRun.RunAsync(folder.Variables, "status", "--watch");
        Assert.Equal((int)ExitCode.Failed, run.ExitCode);
        Assert.Contains("PostgreSQL", run.Error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, List<JsonElement> Lines)> WatchAsync(CliWorld world, Func<Task> work)
    {
        using var stop = new CancellationTokenSource();
        var watching = CliRun.RunAsync(surroundings => surroundings with { Variables = world.Variables }, stop.Token, "status", "--watch", "--json");
        await work();
        // One look more.
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        await stop.CancelAsync();
        var run = await watching;
        return (run.ExitCode, [.. run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)]);
    }

    // About six seconds for the whole table: several signs of life.
    private static void SlowDown(SyncWorld world) => world.Interference.BeforeRow = row =>
    {
        if (row % 20 == 0) Task.Delay(TimeSpan.FromMilliseconds(60), TimeProvider.System).GetAwaiter().GetResult();
    };

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();

    private static long Done(JsonElement line) => line.GetProperty("rows").GetInt64();
}
