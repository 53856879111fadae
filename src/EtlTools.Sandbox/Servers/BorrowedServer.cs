using System.Globalization;
using EtlTools.Sandbox.Processes;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlTools.Sandbox.Servers;

/// <summary>Databases of our own on a server somebody else runs; nothing else on it is touched.</summary>
internal sealed class BorrowedServer : SandboxServer
{
    private readonly SandboxOptions _options;
    private readonly ILogger _logger;
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly string _name = RandomName();
    private readonly string _marker;
    private readonly List<string> _databases = [];

    public BorrowedServer(SandboxOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _server = ServerAddress.Parse(options.ServerDsn!);
        _marker = OwnerMarker.ForThisProcess(options.Keep).ToString();
    }

    public override string Description => $"database {_name} on {_server.Host}:{_server.Port}";

    public override string ConnectionString => For(_name);

    public override string? PsqlPath => SearchPath.Find("psql");

    public override string StopCommand => new Command("psql",
        [
            "-h", _server.Host ?? "localhost", "-p", _server.Port.ToString(CultureInfo.InvariantCulture),
            "-U", _server.Username ?? "postgres", "-d", _server.Database ?? "postgres",
            .. _databases.SelectMany(name => (string[])["-c", Drop(name)]),
        ]).ToString();

    public override async Task CreateAsync(CancellationToken cancellationToken)
    {
        await RequireCreateDatabaseAsync(cancellationToken).ConfigureAwait(false);
        await DropStaleAsync(cancellationToken).ConfigureAwait(false);
        await CreateMarkedAsync(_name, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        var unique = $"{_name}-{name}";
        if (System.Text.Encoding.UTF8.GetByteCount(unique) > 63)
            throw new SandboxException($"Database name {unique} is longer than PostgreSQL's 63 bytes.", "Choose a shorter name.");

        await CreateMarkedAsync(unique, cancellationToken).ConfigureAwait(false);
        return For(unique);
    }

    public override Task StartAsync(CancellationToken cancellationToken) => Task.FromException(NotOurs());

    public override Task StopAsync(SandboxStopMode mode, CancellationToken cancellationToken) => Task.FromException(NotOurs());

    public override async Task RemoveAsync()
    {
        foreach (var database in _databases)
            await ExecuteAsync(_server.ConnectionString, Drop(database), CancellationToken.None).ConfigureAwait(false);

        _databases.Clear();
    }

    private async Task CreateMarkedAsync(string database, CancellationToken cancellationToken)
    {
        await ExecuteAsync(_server.ConnectionString, CreateDatabaseSql(database), cancellationToken).ConfigureAwait(false);
        _databases.Add(database);
        var comment = _marker.Replace("'", "''", StringComparison.Ordinal);
        await ExecuteAsync(_server.ConnectionString, $"COMMENT ON DATABASE {QuoteIdentifier(database)} IS '{comment}'", cancellationToken).ConfigureAwait(false);
    }

    private async Task RequireCreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var where = $"the server of ETL_SANDBOX_POSTGRES ({_server.Host}:{_server.Port}, user {_server.Username})";
        try
        {
            var connection = await OpenAsync(_server.ConnectionString, cancellationToken).ConfigureAwait(false);
            await using var closing = connection.ConfigureAwait(false);
            using var command = new NpgsqlCommand("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user", connection);
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
                throw new SandboxException($"The user may not create databases on {where}.", $"Run ALTER ROLE {QuoteIdentifier(_server.Username ?? "…")} CREATEDB as an administrator, or name another server.");
        }
        catch (NpgsqlException error)
        {
            throw new SandboxException($"No connection to {where}: {error.Message}", "Correct ETL_SANDBOX_POSTGRES, or unset it to use installed binaries or Docker.", error);
        }
    }

    /// <summary>Databases of dead processes, known by the comment on them.</summary>
    private async Task DropStaleAsync(CancellationToken cancellationToken)
    {
        foreach (var (database, comment) in await MarkedAsync(cancellationToken).ConfigureAwait(false))
        {
            if (OwnerMarker.Parse(comment) is not { } owner || !owner.IsStale())
                continue;

            await ExecuteAsync(_server.ConnectionString, Drop(database), cancellationToken).ConfigureAwait(false);
            SandboxLog.StaleRemoved(_logger, $"database {database}", owner.Pid);
        }
    }

    private async Task<List<(string Database, string Comment)>> MarkedAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(_server.ConnectionString, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        using var command = new NpgsqlCommand(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE 'etl-sandbox-%' AND shobj_description(oid, 'pg_database') IS NOT NULL AND pg_has_role(datdba, 'usage')",
            connection);
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<(string, string)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add((reader.GetString(0), reader.GetString(1)));

        return found;
    }

    private static string Drop(string database) => $"DROP DATABASE IF EXISTS {QuoteIdentifier(database)} WITH (FORCE)";

    private string For(string database) => new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = database }.ConnectionString;

    private SandboxException NotOurs() => new(
        $"The server {_server.Host}:{_server.Port} of ETL_SANDBOX_POSTGRES is not the sandbox's own, so it is not stopped or started.",
        "Unset ETL_SANDBOX_POSTGRES and install PostgreSQL's binaries to run what needs a server of its own.");
}
