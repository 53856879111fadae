using EtlTools.Core.Errors;
using EtlTools.Sandbox;
using Npgsql;

namespace EtlTools.Cli.Demo;

/// <summary>Everything the demo makes: a PostgreSQL with two databases, the files, and a session as <c>etl</c> would have with them.</summary>
internal sealed class DemoWorkspace : IAsyncDisposable
{
    private static readonly string[] s_ownPrefixes = ["ETL_", "SNOWFLAKE_", "POSTGRES_"];

    private readonly SandboxPostgres _sandbox;
    private readonly string _target;
    private readonly bool _keep;

    private DemoWorkspace(SandboxPostgres sandbox, string target, DemoFiles files, CommandSession session, bool keep)
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
    public CommandSession Session { get; }

    /// <summary>Which PostgreSQL is used.</summary>
    public string Server => _sandbox.Description;

    /// <summary>How to go on with what is kept; null when nothing is.</summary>
    public DemoLeftovers? Leftovers => _keep ? new DemoLeftovers(Files, $"{Session.Surroundings.ProgramCommand}", ConnectCommand(), StopCommand()) : null;

    /// <summary>Starts it. What was made is removed again when that fails.</summary>
    /// <exception cref="SandboxException">There is no PostgreSQL to be had; the message names the ways to one.</exception>
    public static async Task<DemoWorkspace> StartAsync(CommandSession outer, bool keep, CancellationToken stop)
    {
        var sandbox = await SandboxPostgres.StartAsync(new SandboxOptions { ServerDsn = ServerOf(outer), Keep = keep }, null, stop).ConfigureAwait(false);
        DemoFiles? files = null;
        try
        {
            var warehouse = await sandbox.CreateDatabaseAsync("warehouse", stop).ConfigureAwait(false);
            var target = await sandbox.CreateDatabaseAsync("target", stop).ConfigureAwait(false);
            files = await DemoFiles.CreateAsync(warehouse, target, stop).ConfigureAwait(false);
            var surroundings = outer.Surroundings with
            {
                Variables = outer.Surroundings.Variables.Where(v => !IsOwn(v.Key)).ToDictionary(v => v.Key, v => v.Value),
            };
            var arguments = outer.Arguments with { Config = null, EnvironmentFile = files.EnvironmentFile };
            return new DemoWorkspace(sandbox, target, files, new CommandSession(arguments, surroundings, outer.Terminal), keep);
        }
        catch
        {
            files?.Delete();
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync().ConfigureAwait(false);
        await _sandbox.DisposeAsync().ConfigureAwait(false);
        if (!_keep) Files.Delete();
    }

    // The demo needs no settings, so wrong ones do not stop it.
    private static string? ServerOf(CommandSession outer)
    {
        try
        {
            return outer.Settings.Settings.SandboxPostgres;
        }
        catch (ConfigurationException)
        {
            var server = outer.Surroundings.Variables.GetValueOrDefault("ETL_SANDBOX_POSTGRES");
            outer.Scrubber.AddPasswordOf(server);
            return server;
        }
    }

    private static bool IsOwn(string name) => s_ownPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private string ConnectCommand()
    {
        var parts = new NpgsqlConnectionStringBuilder(_target);
        var psql = $"psql -h {parts.Host} -p {parts.Port} -U {parts.Username} -d {parts.Database}";
        return OperatingSystem.IsWindows() ? $"$env:PGPASSFILE = '{Files.PasswordFile}'; {psql}" : $"PGPASSFILE='{Files.PasswordFile}' {psql}";
    }

    private string StopCommand() => OperatingSystem.IsWindows()
        ? $"{_sandbox.StopCommand}; Remove-Item -Recurse -Force '{Files.Folder}'"
        : $"{_sandbox.StopCommand}; rm -rf '{Files.Folder}'";
}

/// <summary>How a user goes on with a kept demo.</summary>
/// <param name="Files">Its files.</param>
/// <param name="Program">Runs <c>etl</c>.</param>
/// <param name="Connect">Opens the target database.</param>
/// <param name="Stop">Ends and removes everything.</param>
internal sealed record DemoLeftovers(DemoFiles Files, string Program, string Connect, string Stop)
{
    /// <summary>A command line of <c>etl</c> on the demo's settings.</summary>
    public string Command(string arguments) => $"{Program} {arguments} --env-file '{Files.EnvironmentFile}'";
}
