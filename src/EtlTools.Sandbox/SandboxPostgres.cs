using EtlTools.Sandbox.Servers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlTools.Sandbox;

/// <summary>
/// A throw-away PostgreSQL: a database on a server named by the caller, or an own server made from installed binaries, or a
/// container. It ends with <see cref="DisposeAsync"/>, and also when this process dies.
/// </summary>
public sealed class SandboxPostgres : IAsyncDisposable
{
    private readonly SandboxServer _server;
    private readonly ILogger _logger;
    private readonly bool _keep;
    private bool _disposed;

    private SandboxPostgres(SandboxServer server, bool keep, ILogger logger)
    {
        _server = server;
        _keep = keep;
        _logger = logger;
    }

    /// <summary>Npgsql connection string of the sandbox's first database, as its owner (a superuser, except perhaps on a borrowed server). Holds the password.</summary>
    public string ConnectionString => _server.ConnectionString;

    /// <summary>Which of the three ways was taken, for messages: <c>PostgreSQL binaries in …</c>.</summary>
    public string Description => _server.Description;

    /// <summary>Process id of the server's first process; null unless it is an own server that is running.</summary>
    public int? PidOfPostmaster => _server.PidOfPostmaster;

    /// <summary>The server's data folder; null unless it is an own server.</summary>
    public string? DataDirectory => _server.DataDirectory;

    /// <summary>Folder of the binaries in use; null unless it is an own server.</summary>
    public string? BinDirectory => _server.BinDirectory;

    /// <summary>Full path of <c>psql</c>; null when there is none on this machine.</summary>
    public string? PsqlPath => _server.PsqlPath;

    /// <summary>A command line that connects to the sandbox. Holds the password.</summary>
    public string ConnectCommand => _server.ConnectCommand;

    /// <summary>A command line that ends a kept sandbox and removes all its files.</summary>
    public string StopCommand => _server.StopCommand;

    /// <summary>The folder of the binaries that an own server would be made from; null when there are none.</summary>
    /// <param name="searchFolders">As <see cref="SandboxOptions.SearchFolders"/>.</param>
    public static string? FindBinaries(IReadOnlyList<string>? searchFolders = null) => PostgresBinaries.Find(searchFolders)?.Folder;

    /// <summary>Starts a sandbox, after ending those whose process is dead.</summary>
    /// <param name="options">Where it comes from and how it behaves.</param>
    /// <param name="logger">Told what is done; null for silence.</param>
    /// <param name="cancellationToken">Ends the attempt and removes what it made.</param>
    /// <returns>A sandbox that accepts connections.</returns>
    /// <exception cref="SandboxException">There is no way to a PostgreSQL here, or the chosen one failed.</exception>
    public static async Task<SandboxPostgres> StartAsync(
        SandboxOptions options, ILogger? logger = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var log = logger ?? NullLogger.Instance;
        var server = await ChooseAsync(options, log, cancellationToken).ConfigureAwait(false);
        try
        {
            await server.CreateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await server.RemoveAsync().ConfigureAwait(false);
            throw;
        }

        SandboxLog.Started(log, server.Description);
        return new SandboxPostgres(server, options.Keep, log);
    }

    /// <summary>Creates a database (UTF-8, C collation).</summary>
    /// <param name="name">Its name; on a borrowed server a unique prefix is added.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>Its connection string.</returns>
    public Task<string> CreateDatabaseAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return _server.CreateDatabaseAsync(name, cancellationToken);
    }

    /// <summary>Stops the server and keeps its data; <see cref="RestartAsync"/> brings it back.</summary>
    /// <exception cref="SandboxException">The server is borrowed, or would not stop.</exception>
    public Task StopAsync(SandboxStopMode mode = SandboxStopMode.Fast, CancellationToken cancellationToken = default) =>
        _server.StopAsync(mode, cancellationToken);

    /// <summary>Starts the server again on the same port, stopping it first (<see cref="SandboxStopMode.Fast"/>) when it runs.</summary>
    /// <exception cref="SandboxException">The server is borrowed, or did not come up.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await _server.StopAsync(SandboxStopMode.Fast, cancellationToken).ConfigureAwait(false);
        await _server.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the sandbox and removes all it made, unless it is to be kept.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;

        _disposed = true;
        if (_keep)
        {
            SandboxLog.Kept(_logger, _server.Description, _server.StopCommand);
            return;
        }

        await RemoveServerAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the sandbox and removes all it made, even one that was to be kept.</summary>
    public async Task RemoveAsync()
    {
        if (_disposed)
            return;

        _disposed = true;
        await RemoveServerAsync().ConfigureAwait(false);
    }

    private async Task RemoveServerAsync()
    {
        await _server.RemoveAsync().ConfigureAwait(false);
        SandboxLog.Removed(_logger, _server.Description);
    }

    private static async Task<SandboxServer> ChooseAsync(SandboxOptions options, ILogger log, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(options.ServerDsn))
            return new BorrowedServer(options, log);

        if (PostgresBinaries.Find(options.SearchFolders) is { } binaries)
            return new LocalServer(options, binaries, log);

        if (options.AllowDocker && await DockerServer.IsAvailableAsync(cancellationToken).ConfigureAwait(false))
            return new DockerServer(options, log);

        throw new SandboxException(
            "No PostgreSQL was found for the sandbox.",
            """
            Do one of these:
              - set ETL_SANDBOX_POSTGRES to the connection string of a server on which databases may be created;
              - install PostgreSQL (Debian/Ubuntu: apt install postgresql; macOS: brew install postgresql@17; Windows: winget install PostgreSQL.PostgreSQL.17), so that initdb, pg_ctl and postgres are on PATH or in their usual place;
              - start Docker.
            """);
    }
}
