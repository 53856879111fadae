using System.Data;
using System.Data.Common;
using EtlTools.Core.Snowflake;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests.Driver;

/// <summary>A connection of the genuine driver as any program makes one: nothing of the product is in between.</summary>
internal static class DriverSession
{
    public static async Task<DbConnection> OpenAsync(WarehouseEndpoint endpoint, string more = "")
    {
        var connection = SnowflakeDriver.Load(SnowflakeDriverFolder.Path).Factory.CreateConnection()!;
        connection.ConnectionString =
            $"account={EndpointServer.Account};user={EndpointServer.User};password={EndpointServer.Password};scheme={endpoint.Address.Scheme};host=127.0.0.1;port={endpoint.Address.Port};"
            + "db=WIRE;schema=PUBLIC;poolingEnabled=false;client_telemetry_enabled=false;" + more;
        await connection.OpenAsync();
        return connection;
    }

    public static DbCommand Command(this DbConnection connection, string sql, params (DbType Type, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (type, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = (command.Parameters.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            parameter.DbType = type;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public static async Task<int> RunAsync(this DbConnection connection, string sql, params (DbType Type, object Value)[] values)
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Rows with cells joined by "|", NULL as "~".</summary>
    public static async Task<List<string>> RowsAsync(this DbConnection connection, string sql, params (DbType Type, object Value)[] values)
    {
        await using var command = connection.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        return await RowsAsync(reader);
    }

    public static async Task<List<string>> RowsAsync(DbDataReader reader)
    {
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "~" : reader.GetString(i))));
        return rows;
    }
}
