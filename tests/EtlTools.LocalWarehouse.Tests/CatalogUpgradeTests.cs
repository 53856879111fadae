using Npgsql;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>A warehouse made before stages were known keeps its tables and gains stages.</summary>
[Collection("postgres")]
public sealed class CatalogUpgradeTests(PostgresServer server)
{
    [Fact]
    public async Task A_catalog_of_the_first_version_is_brought_up_to_date_once()
    {
        var builder = new NpgsqlConnectionStringBuilder(server.Postgres) { Database = "upgrade_" + Guid.NewGuid().ToString("N") };
        await RunAsync(server.Postgres, $"CREATE DATABASE {builder.Database} TEMPLATE template0 ENCODING 'UTF8'");
        var text = new System.Data.Common.DbConnectionStringBuilder { ["account"] = "local", ["postgres"] = builder.ConnectionString, ["stages"] = server.Stages }.ConnectionString + ";db=D;schema=PUBLIC";
        try
        {
            await using (var connection = await OpenAsync(text))
            {
                await ExecuteAsync(connection, "CREATE DATABASE D");
                await ExecuteAsync(connection, "CREATE TABLE D.PUBLIC.t AS SELECT 7 AS k");
            }

            await RunAsync(builder.ConnectionString, "SET search_path = snowflake_catalog; DROP TABLE sf_identity, sf_stage, sf_file_format, sf_load, sf_load_error; UPDATE sf_version SET version = 1");
            var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(text)));
            foreach (var connection in opened)
            {
                Assert.Equal(7L, await ExecuteAsync(connection, "SELECT k FROM t"));
                await ExecuteAsync(connection, "CREATE STAGE IF NOT EXISTS st");
                await connection.DisposeAsync();
            }

            await RunAsync(builder.ConnectionString, "UPDATE snowflake_catalog.sf_version SET version = 99");
            Assert.Equal(2, (await Assert.ThrowsAsync<LocalWarehouseException>(() => OpenAsync(text))).ErrorCode);
        }
        finally
        {
            NpgsqlConnection.ClearAllPools();
            await RunAsync(server.Postgres, $"DROP DATABASE {builder.Database} WITH (FORCE)");
        }
    }

    private static async Task<LocalWarehouseConnection> OpenAsync(string connectionString)
    {
        var connection = new LocalWarehouseConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<object?> ExecuteAsync(LocalWarehouseConnection connection, string sql)
    {
        await using var command = new LocalWarehouseCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
