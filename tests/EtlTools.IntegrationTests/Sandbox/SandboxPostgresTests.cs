using EtlTools.Sandbox;
using Npgsql;

namespace EtlTools.IntegrationTests.Sandbox;

public sealed class SandboxPostgresTests : IDisposable
{
    private readonly string _temp = Directory.CreateTempSubdirectory("etl-test-").FullName;

    public SandboxPostgresTests()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_temp, (UnixFileMode)0b111_101_101);
    }

    public void Dispose() => Directory.Delete(_temp, recursive: true);

    [Fact]
    public async Task Starts_with_utf8_and_c_collation_on_the_loopback_only_and_leaves_nothing()
    {
        int pid;
        await using (var sandbox = await SandboxPostgres.StartAsync(Options()))
        {
            pid = sandbox.PidOfPostmaster!.Value;
            Assert.True(Directory.Exists($"/proc/{pid}") || !OperatingSystem.IsLinux());
            Assert.Equal("UTF8", await Sql.ScalarAsync(sandbox.ConnectionString, "SHOW server_encoding"));
            Assert.Equal("C", await Sql.ScalarAsync(sandbox.ConnectionString, "SELECT datcollate FROM pg_database WHERE datname = current_database()"));
            Assert.Equal("127.0.0.1", await Sql.ScalarAsync(sandbox.ConnectionString, "SHOW listen_addresses"));
            Assert.Equal("256MB", await Sql.ScalarAsync(sandbox.ConnectionString, "SHOW shared_buffers"));
            Assert.Equal(true, await Sql.ScalarAsync(sandbox.ConnectionString, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
            Assert.StartsWith("SCRAM-SHA-256", (string?)await Sql.ScalarAsync(sandbox.ConnectionString, "SELECT rolpassword FROM pg_authid WHERE rolname = current_user"), StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_temp));
        Assert.False(IsRunning(pid));
    }

    [Fact]
    public async Task Refuses_a_wrong_password()
    {
        await using var sandbox = await SandboxPostgres.StartAsync(Options());
        var wrong = new NpgsqlConnectionStringBuilder(sandbox.ConnectionString) { Password = "wrong" }.ConnectionString;

        var error = await Assert.ThrowsAsync<PostgresException>(() => Sql.ScalarAsync(wrong, "SELECT 1"));
        Assert.Equal("28P01", error.SqlState);
    }

    [Fact]
    public async Task Creates_databases_with_any_name()
    {
        await using var sandbox = await SandboxPostgres.StartAsync(Options());
        var dsn = await sandbox.CreateDatabaseAsync("规模 \"x\"");

        Assert.Equal("规模 \"x\"", await Sql.ScalarAsync(dsn, "SELECT current_database()"));
    }

    [Fact]
    public async Task Durable_commits_survive_an_immediate_stop_and_the_port_stays()
    {
        await using var sandbox = await SandboxPostgres.StartAsync(Options() with { Durable = true });
        var before = sandbox.ConnectionString;
        await Sql.ExecuteAsync(before, "CREATE TABLE kept AS SELECT g FROM generate_series(1, 1000) g");
        await sandbox.StopAsync(SandboxStopMode.Immediate);
        Assert.Null(sandbox.PidOfPostmaster);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Sql.ScalarAsync(before, "SELECT 1"));

        await sandbox.RestartAsync();

        Assert.Equal(before, sandbox.ConnectionString);
        Assert.Equal(1000L, await Sql.ScalarAsync(before, "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task A_killed_postmaster_can_be_started_again()
    {
        await using var sandbox = await SandboxPostgres.StartAsync(Options() with { Durable = true });
        await Sql.ExecuteAsync(sandbox.ConnectionString, "CREATE TABLE kept AS SELECT 7 AS n");
        using (var postmaster = System.Diagnostics.Process.GetProcessById(sandbox.PidOfPostmaster!.Value))
            postmaster.Kill();

        await sandbox.RestartAsync();

        Assert.Equal(7, await Sql.ScalarAsync(sandbox.ConnectionString, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task Several_start_at_once()
    {
        var sandboxes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SandboxPostgres.StartAsync(Options())));
        try
        {
            Assert.Equal(4, sandboxes.Select(s => new NpgsqlConnectionStringBuilder(s.ConnectionString).Port).Distinct().Count());
            foreach (var sandbox in sandboxes)
                Assert.Equal(1, await Sql.ScalarAsync(sandbox.ConnectionString, "SELECT 1"));
        }
        finally
        {
            foreach (var sandbox in sandboxes)
                await sandbox.DisposeAsync();
        }

        Assert.Empty(Directory.GetFileSystemEntries(_temp));
    }

    [Fact]
    public async Task Says_all_three_ways_when_there_is_none()
    {
        var error = await Assert.ThrowsAsync<SandboxException>(() =>
            SandboxPostgres.StartAsync(Options() with { SearchFolders = [], AllowDocker = false }));

        Assert.Contains("ETL_SANDBOX_POSTGRES", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("initdb", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("Docker", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_setting_that_does_not_exist_is_reported_and_nothing_stays()
    {
        var settings = new Dictionary<string, string> { ["no_such_setting"] = "1" };

        var error = await Assert.ThrowsAsync<SandboxException>(() => SandboxPostgres.StartAsync(Options() with { ServerSettings = settings }));

        Assert.Contains("no_such_setting", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_temp));
    }

    [Fact]
    public async Task A_cancelled_start_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SandboxPostgres.StartAsync(Options(), null, cancel.Token));

        Assert.Empty(Directory.GetFileSystemEntries(_temp));
    }

    [Fact]
    public async Task A_kept_sandbox_runs_on_and_its_stop_command_removes_it()
    {
        var sandbox = await SandboxPostgres.StartAsync(Options() with { Keep = true });
        await sandbox.DisposeAsync();
        await using (await SandboxPostgres.StartAsync(Options()))
            Assert.Equal(1, await Sql.ScalarAsync(sandbox.ConnectionString, "SELECT 1"));

        await Sql.ShellAsync(sandbox.StopCommand);

        Assert.Empty(Directory.GetFileSystemEntries(_temp));
    }

    private SandboxOptions Options() => new() { TempFolder = _temp };

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return !OperatingSystem.IsLinux() || !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is ArgumentException or IOException)
        {
            return false;
        }
    }
}
