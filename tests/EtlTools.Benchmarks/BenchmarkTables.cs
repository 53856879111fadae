using System.Data.Common;
using System.Globalization;
using EtlTools.LocalWarehouse;
using EtlTools.Sandbox.Samples;
using Npgsql;

namespace EtlTools.Benchmarks;

/// <summary>The tables that are measured: work orders at the warehouse, an empty target and one for the baseline.</summary>
internal static class BenchmarkTables
{
    /// <summary>16 columns, about 400 bytes a row.</summary>
    public static readonly SampleColumn[] Columns = [.. WorkOrders.Columns.Where(column => column.Name != "NOTI_MEDIUM_TEXT")];

    /// <summary>Their names as the target has them.</summary>
    public static readonly string ColumnList = string.Join(", ", Columns.Select(column => column.Name.ToLowerInvariant()));

    public static async Task FillAsync(string warehouse, int rows)
    {
        await using var connection = await OpenAsync(warehouse);
        await ExecuteAsync(connection, "CREATE DATABASE SRC");
        await ExecuteAsync(connection, "USE SCHEMA SRC.PUBLIC");
        await ExecuteAsync(connection, $"CREATE TABLE ORDERS ({string.Join(", ", Columns.Select(column => $"{column.Name} {column.SnowflakeType}"))})");
        using var load = connection.BeginBulkLoad("ORDERS", [.. Columns.Select(column => column.Name)]);
        var kept = Columns.Select(column => WorkOrders.Columns.ToList().IndexOf(column)).ToArray();
        foreach (var order in WorkOrders.Generate(42, rows, TimeProvider.System.GetUtcNow().AddDays(-1)))
            load.WriteRow(Array.ConvertAll(kept, position => order.Values[position]));
        load.Complete();
    }

    public static async Task ResetAsync(NpgsqlDataSource data)
    {
        foreach (var table in (string[])["orders", "raw_orders"])
        {
            var columns = string.Join(", ", Columns.Select(column => $"{column.Name.ToLowerInvariant()} {column.PostgresType}"));
            await using var command = data.CreateCommand($"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({columns}, PRIMARY KEY (notification_id))");
            await command.ExecuteNonQueryAsync();
        }

        await using var state = data.CreateCommand("TRUNCATE etl.watermark, etl.run, etl.batch, etl.backfill CASCADE");
        await state.ExecuteNonQueryAsync();
    }

    public static async Task SettleAsync(string warehouse, NpgsqlDataSource data)
    {
        await ScalarAsync(warehouse, "VACUUM ANALYZE");
        await using var command = data.CreateCommand("CHECKPOINT");
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    public static async Task EnsureEqualAsync(NpgsqlDataSource data)
    {
        await using var command = data.CreateCommand(
            $"SELECT count(*) FROM (SELECT {ColumnList} FROM orders EXCEPT SELECT {ColumnList} FROM raw_orders) d");
        command.CommandTimeout = 600;
        var differing = (long)(await command.ExecuteScalarAsync())!;
        if (differing > 0) throw new InvalidOperationException($"{differing} rows differ between the two targets");
    }

    // The table behind the warehouse's, as a subquery that names the columns as the target does.
    public static Task<string> PhysicalTableAsync(string warehouse) => ScalarAsync(warehouse, """
        SELECT format('(SELECT %s FROM %s) s', string_agg(format('%s AS %I', c.physical, lower(c.name)), ', ' ORDER BY c.ordinal), r.physical)
        FROM snowflake_catalog.sf_relation r JOIN snowflake_catalog.sf_column c ON c.relation_id = r.id
        WHERE r.name = 'ORDERS' GROUP BY r.physical
        """);

    public static async Task<string> ScalarAsync(string dsn, string sql)
    {
        await using var data = NpgsqlDataSource.Create(dsn);
        await using var command = data.CreateCommand(sql);
        command.CommandTimeout = 600;
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture)!;
    }

    public static async Task<LocalWarehouseConnection> OpenAsync(string warehouse)
    {
        var parts = new DbConnectionStringBuilder { ["account"] = "local", ["postgres"] = warehouse, ["user"] = "benchmark" };
        var connection = new LocalWarehouseConnection(parts.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
