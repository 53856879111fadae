using System.Data;
using System.Globalization;
using EtlTools.Core.Postgres;
using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>
/// The one PostgreSQL session of a dry run, opened when it is first needed. The overlays of tables done before stay in it, so that rows
/// of a child table find the parents that the same run would bring. Not thread-safe.
/// </summary>
internal sealed class DryRunSession(PostgresConnector postgres) : IAsyncDisposable
{
    private readonly Dictionary<PostgresTableName, string> _overlays = [];
    private NpgsqlConnection? _connection;
    private int _count;

    /// <summary>The session; a new one, without overlays, when it broke.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_connection is { FullState: ConnectionState.Open }) return _connection;
        await DisposeAsync().ConfigureAwait(false);
        return _connection = await postgres.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Quoted name for the overlay of the table that comes next.</summary>
    public string NextOverlay() => string.Create(CultureInfo.InvariantCulture, $"pg_temp.etl_overlay_{++_count}");

    /// <summary>Says that an overlay holds what a real run would have written.</summary>
    public void Keep(PostgresTableName target, string overlay) => _overlays[target] = overlay;

    /// <summary>The overlay of a table done before; null when there is none.</summary>
    public string? OverlayOf(PostgresTableName table) => _overlays.GetValueOrDefault(table);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _overlays.Clear();
        if (_connection is not { } connection) return;
        _connection = null;
        await connection.DisposeAsync().ConfigureAwait(false);
    }
}
