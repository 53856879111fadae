using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>A PostgreSQL for the tests: ETL_SANDBOX_POSTGRES, or one started in a temporary folder; a fresh database each.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private string? _folder;
    private string? _bin;
    private string _server = "";
    private string _database = "";

    public string Postgres { get; private set; } = "";

    /// <summary>The folder of the staged files.</summary>
    public string Stages { get; } = Directory.CreateTempSubdirectory("warehouse-stages-").FullName;

    public async Task InitializeAsync()
    {
        _server = Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES") ?? Start();
        _database = "warehouse_" + Guid.NewGuid().ToString("N");
        await ServerAsync($"CREATE DATABASE {_database} TEMPLATE template0 ENCODING 'UTF8'");
        Postgres = new NpgsqlConnectionStringBuilder(_server) { Database = _database }.ConnectionString;
    }

    public async Task DisposeAsync()
    {
        Directory.Delete(Stages, true);
        NpgsqlConnection.ClearAllPools();
        await ServerAsync($"DROP DATABASE {_database} WITH (FORCE)");
        NpgsqlConnection.ClearAllPools();
        if (_folder is null) return;
        Run("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, true);
    }

    public string ConnectionString(string extra = "db=TESTS;schema=PUBLIC") =>
        new System.Data.Common.DbConnectionStringBuilder { ["account"] = "local", ["postgres"] = Postgres, ["stages"] = Stages }.ConnectionString + ";" + extra;

    private async Task ServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string Start()
    {
        _bin = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")) : [])
            .Concat(["/opt/homebrew/bin", "/usr/local/pgsql/bin"])
            .LastOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
            ?? throw new InvalidOperationException("No PostgreSQL: set ETL_SANDBOX_POSTGRES or install the server.");
        _folder = Directory.CreateTempSubdirectory("warehouse-tests-").FullName;
        if (IsRoot) Process.Start("chown", ["postgres", _folder])!.WaitForExit();
        var data = Path.Combine(_folder, "data");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        Run("pg_ctl", "-D", data, "-w", "-l", Path.Combine(_folder, "log"), "-o", $"-p {port} -c fsync=off -c unix_socket_directories={_folder} -c listen_addresses=127.0.0.1", "start");
        return $"Host=127.0.0.1;Port={port};Username=tests;Database=postgres";
    }

    private static bool IsRoot => !OperatingSystem.IsWindows() && Environment.UserName == "root";

    private void Run(string program, params string[] arguments)
    {
        var path = Path.Combine(_bin!, program);
        var info = IsRoot ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments]) : new ProcessStartInfo(path, arguments);
        info.WorkingDirectory = _folder;
        info.RedirectStandardOutput = program == "initdb";
        using var process = Process.Start(info)!;
        if (program == "initdb") process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} failed with exit code {process.ExitCode}.");
    }
}

[CollectionDefinition("postgres")]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>;
