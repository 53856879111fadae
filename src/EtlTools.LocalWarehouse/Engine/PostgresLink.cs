using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;
using Npgsql;
using NpgsqlTypes;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>The PostgreSQL connection under a session: commands with parameters, transactions and savepoints.</summary>
internal sealed class PostgresLink(NpgsqlConnection connection) : IAsyncDisposable
{
    internal NpgsqlConnection Connection => connection;

    /// <summary>Runs a command and returns the number of rows it affected.</summary>
    internal async Task<long> RunAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        using var command = Command(sql, []);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a query and maps its rows.</summary>
    internal async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken, params object[] values)
    {
        using var command = Command(sql, []);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(map(reader));
        return rows;
    }

    internal NpgsqlCommand Command(string sql, IReadOnlyList<BoundValue> parameters, int timeout = 0)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = timeout };
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter.Value ?? DBNull.Value, NpgsqlDbType = DbType(parameter.Type.Kind) });
        return command;
    }

    private static NpgsqlDbType DbType(TypeKind kind) => kind switch
    {
        TypeKind.Number => NpgsqlDbType.Numeric,
        TypeKind.Float => NpgsqlDbType.Double,
        TypeKind.Boolean => NpgsqlDbType.Boolean,
        TypeKind.Date => NpgsqlDbType.Date,
        TypeKind.Time => NpgsqlDbType.Time,
        TypeKind.TimestampNtz => NpgsqlDbType.Timestamp,
        TypeKind.TimestampLtz or TypeKind.TimestampTz => NpgsqlDbType.TimestampTz,
        TypeKind.Binary => NpgsqlDbType.Bytea,
        _ => NpgsqlDbType.Text,
    };

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
