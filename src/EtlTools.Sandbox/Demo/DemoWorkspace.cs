using EtlTools.Core;
using Npgsql;

namespace EtlTools.Sandbox.Demo;

/// <summary>Everything the demo makes: a PostgreSQL with two databases, the files, and a session as a command would have with them.</summary>
public sealed class DemoWorkspace : IAsyncDisposable
{
    private static readonly string[] s_ownPrefixes = ["ETL_", "SNOWFLAKE_", "POSTGRES_"];

    private readonly SandboxPostgres _sandbox;
    private readonly string _target;
    private readonly bool _keep;

    private DemoWorkspace(SandboxPostgres sandbox, string target, DemoFiles files, EtlSession session, bool keep)
    {
        _sandbox = sandbox;
        _target = target;
        _keep = keep;
        Files = files;
        Session = session;
    }

    /// <summary>The files.</summary>
    public DemoFiles Files { get; }

    /// <summary>The session of the demo's own settings; the user's do not reach into it.</summary>
    public EtlSession Session { get; }

    /// <summary>Which PostgreSQL is used.</summary>
    public string Server => _sandbox.Description;

    /// <summary>How to go on with what is kept; null when nothing is.</summary>
    public DemoLeftovers? Leftovers => _keep ? new DemoLeftovers(Files, ConnectCommand, StopCommand) : null;

    /// <summary>Starts it. What was made is removed again when that fails.</summary>
    /// <exception cref="SandboxException">There is no PostgreSQL to be had; the message names the ways to one.</exception>
    public static async Task<DemoWorkspace> StartAsync(EtlSession outer, bool keep, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(outer);
        var sandbox = await SandboxPostgres.StartAsync(new SandboxOptions { ServerDsn = outer.SandboxServer(), Keep = keep }, null, stop).ConfigureAwait(false);
        DemoFiles? files = null;
        try
        {
            var warehouse = await sandbox.CreateDatabaseAsync("warehouse", stop).ConfigureAwait(false);
            var target = await sandbox.CreateDatabaseAsync("target", stop).ConfigureAwait(false);
            files = await DemoFiles.CreateAsync(warehouse, target, stop).ConfigureAwait(false);
            var session = outer.With(options => options with
            {
                Variables = options.Variables.Where(v => !IsOwn(v.Key)).ToDictionary(v => v.Key, v => v.Value),
                EnvironmentFile = files.EnvironmentFile,
                Config = null,
                Credentials = new(),
            });
            return new DemoWorkspace(sandbox, target, files, session, keep);
        }
        catch
        {
            files?.Delete();
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends it, and removes what it made unless that is to be kept.</summary>
    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync().ConfigureAwait(false);
        await _sandbox.DisposeAsync().ConfigureAwait(false);
        if (!_keep) Files.Delete();
    }

    /// <summary>Ends it and removes what it made, even what was to be kept.</summary>
    public async Task RemoveAsync()
    {
        await Session.DisposeAsync().ConfigureAwait(false);
        await _sandbox.RemoveAsync().ConfigureAwait(false);
        Files.Delete();
    }

    private static bool IsOwn(string name) => s_ownPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>A command line that opens the target database; the password is in a file.</summary>
    public string ConnectCommand
    {
        get
        {
            var parts = new NpgsqlConnectionStringBuilder(_target);
            var psql = $"psql -h {parts.Host} -p {parts.Port} -U {parts.Username} -d {parts.Database}";
            return OperatingSystem.IsWindows() ? $"$env:PGPASSFILE = '{Files.PasswordFile}'; {psql}" : $"PGPASSFILE='{Files.PasswordFile}' {psql}";
        }
    }

    /// <summary>A command line that ends and removes everything.</summary>
    public string StopCommand => OperatingSystem.IsWindows()
        ? $"{_sandbox.StopCommand}; Remove-Item -Recurse -Force '{Files.Folder}'"
        : $"{_sandbox.StopCommand}; rm -rf '{Files.Folder}'";
}

/// <summary>How a user goes on with a kept demo.</summary>
/// <param name="Files">Its files.</param>
/// <param name="Connect">Opens the target database.</param>
/// <param name="Stop">Ends and removes everything.</param>
public sealed record DemoLeftovers(DemoFiles Files, string Connect, string Stop);
