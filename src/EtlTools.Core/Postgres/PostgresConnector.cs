using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using Npgsql;

namespace EtlTools.Core.Postgres;

/// <summary>Opens pooled connections to one PostgreSQL database. Safe for use by several threads.</summary>
public sealed class PostgresConnector : IAsyncDisposable
{
    private readonly PostgresSettings _settings;
    private readonly NpgsqlDataSource _sessions;

    /// <summary>Builds the pool; nothing is opened yet.</summary>
    public PostgresConnector(PostgresSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        var builder = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            CommandTimeout = (int)Math.Ceiling(settings.CommandTimeout.TotalSeconds),
        };
        DataSource = new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
        builder.Pooling = false;
        _sessions = new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }

    /// <summary>The pool.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>How long a silent runner keeps its lease.</summary>
    public TimeSpan LeaseTimeout => _settings.LeaseTimeout;

    /// <summary>Opens a connection whose dates, intervals and floats are written the one exact way.</summary>
    /// <exception cref="ConnectionException">The sign-in was refused; a failure that may pass by itself is thrown as it came.</exception>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => OpenAsync(DataSource, cancellationToken);

    /// <summary>Like <see cref="OpenAsync(CancellationToken)"/>, outside the pool: closing it ends the server's session, with its locks and temporary tables.</summary>
    /// <inheritdoc cref="OpenAsync(CancellationToken)"/>
    public Task<NpgsqlConnection> OpenSessionAsync(CancellationToken cancellationToken) => OpenAsync(_sessions, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync().ConfigureAwait(false);
        await _sessions.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Host, port, database and user.</summary>
    public override string ToString() => _settings.ToString();

    private async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand(
                "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET extra_float_digits = 1; SET bytea_output = 'hex'; SET IntervalStyle = 'iso_8601'", connection);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception failure)
        {
            // A session that ended in the pool shows it here; without this its place in the pool would stay taken.
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
            if (failure is not PostgresException refused || PostgresErrors.IsTransient(refused)) throw;
            throw new ConnectionException(
                $"{_settings} refused the connection: {refused.MessageText} (SQLSTATE {refused.SqlState}).",
                refused.SqlState switch
                {
                    "28P01" or "28000" => "Check POSTGRES_USER and POSTGRES_PASSWORD, and the server's pg_hba.conf.",
                    "3D000" => "Check POSTGRES_DATABASE, or create the database.",
                    _ => "Check the POSTGRES_* settings.",
                },
                refused);
        }
    }
}
