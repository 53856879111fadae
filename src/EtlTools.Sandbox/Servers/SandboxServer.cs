using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace EtlTools.Sandbox.Servers;

/// <summary>One way to a throw-away PostgreSQL.</summary>
internal abstract class SandboxServer
{
    public abstract string Description { get; }

    public abstract string ConnectionString { get; }

    public abstract string StopCommand { get; }

    public virtual int? PidOfPostmaster => null;

    public virtual string? DataDirectory => null;

    public virtual string? BinDirectory => null;

    public abstract string? PsqlPath { get; }

    public string ConnectCommand
    {
        get
        {
            var parts = new NpgsqlConnectionStringBuilder(ConnectionString);
            var authority = $"{Uri.EscapeDataString(parts.Username ?? "")}:{Uri.EscapeDataString(parts.Password ?? "")}@{parts.Host}:{parts.Port}";
            return $"psql {Processes.ShellQuoting.Quote($"postgresql://{authority}/{parts.Database}")}";
        }
    }

    /// <summary>Removes what dead processes left, then makes and starts the sandbox.</summary>
    public abstract Task CreateAsync(CancellationToken cancellationToken);

    public abstract Task StartAsync(CancellationToken cancellationToken);

    /// <summary>No effect on a server that does not run.</summary>
    public abstract Task StopAsync(SandboxStopMode mode, CancellationToken cancellationToken);

    /// <summary>Ends it and removes all it made; also after <see cref="CreateAsync"/> failed half-way. Does not throw for what is gone already.</summary>
    public abstract Task RemoveAsync();

    public virtual async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await ExecuteAsync(ConnectionString, CreateDatabaseSql(name), cancellationToken).ConfigureAwait(false);
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
    }

    protected static string CreateDatabaseSql(string name) =>
        $"CREATE DATABASE {QuoteIdentifier(name)} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'";

    protected static string QuoteIdentifier(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    protected static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(connectionString, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A connection outside every pool, so that closing it ends the session.</summary>
    protected static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    protected static string RandomName() => "etl-sandbox-" + RandomNumberGenerator.GetHexString(10, lowercase: true);

    protected static string RandomPassword() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    protected static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    protected static string LocalConnectionString(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = "postgres",
        Password = password,
        Database = "postgres",
    }.ConnectionString;
}
