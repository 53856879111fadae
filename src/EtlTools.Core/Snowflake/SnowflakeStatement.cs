using System.Data;
using System.Data.Common;
using System.Globalization;

namespace EtlTools.Core.Snowflake;

/// <summary>Runs statements on an open connection. Everything comes back as text, which no driver changes.</summary>
internal static class SnowflakeStatement
{
    /// <summary>Runs a statement.</summary>
    /// <returns>Rows touched; -1 where the statement has no such count.</returns>
    public static async Task<int> ExecuteAsync(DbConnection connection, string sql, CancellationToken cancellationToken, DbTransaction? transaction = null)
    {
        var command = connection.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.CommandText = sql;
        command.Transaction = transaction;
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a query and reads all its rows; null fields are SQL NULL.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">A query with few rows.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="values">Texts for its <c>?</c> places; null binds nothing.</param>
    public static async Task<IReadOnlyList<string?[]>> RowsAsync(
        DbConnection connection, string sql, CancellationToken cancellationToken, IReadOnlyList<string>? values = null)
    {
        var command = connection.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.CommandText = sql;
        if (values is not null) Bind(command, values);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var rows = new List<string?[]>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(Fields(reader));
        return rows;
    }

    /// <summary>Runs a query of one row.</summary>
    /// <returns>Its fields; null is SQL NULL.</returns>
    public static async Task<string?[]> RowAsync(DbConnection connection, string sql, IReadOnlyList<string> values, CancellationToken cancellationToken) =>
        (await RowsAsync(connection, sql, cancellationToken, values).ConfigureAwait(false))[0];

    /// <summary>Binds texts, or arrays of texts, to <c>?</c> places; Snowflake.Data names them by position from 1.</summary>
    public static void Bind(DbCommand command, IReadOnlyList<object> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = (i + 1).ToString(CultureInfo.InvariantCulture);
            parameter.DbType = DbType.String;
            parameter.Value = values[i];
            command.Parameters.Add(parameter);
        }
    }

    /// <summary>Runs a statement once for each of several rows, whose values are bound to its question marks as arrays of text.</summary>
    /// <returns>Rows touched.</returns>
    public static async Task<int> ExecuteAsync(DbConnection connection, string sql, IReadOnlyList<string?[]> columns, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.CommandText = sql;
        // The driver takes NULL as DBNull only.
        Bind(command, [.. columns.Select(column => Array.ConvertAll(column, value => (object?)value ?? DBNull.Value))]);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a statement of the driver's synchronous interface, the only one that has PUT and GET, away from the caller's thread.</summary>
    /// <returns>The rows it answers with, each field as text.</returns>
    public static Task<List<string?[]>> TransferAsync(DbConnection connection, string sql, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var registration = cancellationToken.Register(command.Cancel);
            using var reader = command.ExecuteReader();
            var rows = new List<string?[]>();
            while (reader.Read()) rows.Add(Fields(reader));
            return rows;
        }, cancellationToken);

    /// <summary>The fields of the row a reader stands on; null is SQL NULL.</summary>
    public static string?[] Fields(DbDataReader reader)
    {
        var fields = new string?[reader.FieldCount];
        for (var i = 0; i < fields.Length; i++) fields[i] = reader.IsDBNull(i) ? null : reader.GetString(i);
        return fields;
    }
}
