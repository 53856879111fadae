using System.Diagnostics;
using EtlTools.Sandbox;
using EtlTools.Sandbox.Processes;

namespace EtlTools.IntegrationTests.Sandbox;

public sealed class StaleSandboxTests : IDisposable
{
    private readonly string _temp = Directory.CreateTempSubdirectory("etl-test-").FullName;

    public StaleSandboxTests()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_temp, (UnixFileMode)0b111_101_101);
    }

    public void Dispose() => Directory.Delete(_temp, recursive: true);

    [Fact]
    public async Task A_running_server_of_a_dead_process_is_stopped_and_removed()
    {
        var abandoned = await SandboxPostgres.StartAsync(Options() with { Keep = true });
        await abandoned.DisposeAsync();
        var folder = Path.GetDirectoryName(abandoned.DataDirectory)!;
        Mark(folder, DeadOwner());

        await using var next = await SandboxPostgres.StartAsync(Options());

        Assert.False(Directory.Exists(folder));
        Assert.Null(abandoned.PidOfPostmaster);
        Assert.Equal(1, await Sql.ScalarAsync(next.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task What_is_not_certainly_ours_and_dead_is_left_alone()
    {
        var unmarked = Directory.CreateDirectory(Path.Combine(_temp, "etl-sandbox-unmarked")).FullName;
        var alive = Marked("alive", OwnerMarker.ForThisProcess(keep: false));
        var kept = Marked("kept", DeadOwner() with { Keep = true });
        var elsewhere = Marked("elsewhere", DeadOwner() with { Machine = "another-host" });
        var garbled = Marked("garbled", null);

        await (await SandboxPostgres.StartAsync(Options())).DisposeAsync();

        Assert.Equal(new[] { unmarked, alive, kept, elsewhere, garbled }.Order(), Directory.GetDirectories(_temp).Order());
    }

    [Fact]
    public async Task A_folder_of_a_dead_process_without_a_server_is_removed()
    {
        var stale = Marked("stale", DeadOwner());

        await (await SandboxPostgres.StartAsync(Options())).DisposeAsync();

        Assert.False(Directory.Exists(stale));
    }

    [Fact]
    public async Task A_process_id_used_again_does_not_keep_a_sandbox_alive()
    {
        var stale = Marked("stale", OwnerMarker.ForThisProcess(keep: false) with { Start = "another time" });

        await (await SandboxPostgres.StartAsync(Options())).DisposeAsync();

        Assert.False(Directory.Exists(stale));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_watchdog_acts_when_its_owner_dies_and_only_then(bool calledOff)
    {
        // Windows has no watchdog; there the next start cleans up.
        if (OperatingSystem.IsWindows())
            return;

        var folder = Directory.CreateDirectory(Path.Combine(_temp, "watched")).FullName;
        var start = new ProcessStartInfo("/bin/sh", ["-c", Watchdog.Script, "watchdog", folder, "touch", Path.Combine(_temp, "stopped")])
        {
            RedirectStandardInput = true,
        };
        using var shell = Process.Start(start)!;
        if (calledOff)
            await shell.StandardInput.WriteLineAsync("done");
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();

        Assert.Equal(calledOff, Directory.Exists(folder));
        Assert.Equal(!calledOff, File.Exists(Path.Combine(_temp, "stopped")));
    }

    private static OwnerMarker DeadOwner()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        process.WaitForExit();
        return OwnerMarker.ForThisProcess(keep: false) with { Pid = process.Id };
    }

    private string Marked(string name, OwnerMarker? owner)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_temp, "etl-sandbox-" + name)).FullName;
        Mark(folder, owner);
        return folder;
    }

    private static void Mark(string folder, OwnerMarker? owner) => File.WriteAllText(Path.Combine(folder, "owner"), owner?.ToString() ?? "somebody else's file");

    private SandboxOptions Options() => new() { TempFolder = _temp };
}
