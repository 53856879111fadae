using System.Data.Common;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync;

/// <summary>A query under way at the source, with the connection that is its own.</summary>
internal sealed class SourceStream : IAsyncDisposable
{
    private readonly DbConnection _connection;
    private readonly DbCommand _command;

    private SourceStream(DbConnection connection, DbCommand command, DbDataReader rows)
    {
        _connection = connection;
        _command = command;
        Rows = rows;
    }

    /// <summary>The rows, from the first.</summary>
    public DbDataReader Rows { get; }

    /// <summary>Opens a connection and starts the query; returns when the source is ready to send rows.</summary>
    /// <param name="snowflake">Opens connections.</param>
    /// <param name="queryTag">What the source's query history shows.</param>
    /// <param name="query">What to read.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<SourceStream> OpenAsync(
        SnowflakeConnector snowflake, string queryTag, SourceQuery query, CancellationToken cancellationToken)
    {
        var connection = await snowflake.OpenAsync(queryTag, cancellationToken).ConfigureAwait(false);
        var command = connection.CreateCommand();
        try
        {
            command.CommandText = query.Sql;
            SnowflakeStatement.Bind(command, query.Values);
            return new SourceStream(connection, command, await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await command.DisposeAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Rows.DisposeAsync().ConfigureAwait(false);
        await _command.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }
}
