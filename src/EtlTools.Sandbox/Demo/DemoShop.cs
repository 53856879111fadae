using System.Data.Common;
using System.Globalization;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.Discover;
using EtlTools.Core.Snowflake;
using EtlTools.Sandbox.Samples.Ecommerce;
using Npgsql;

namespace EtlTools.Sandbox.Demo;

/// <summary>The demo's shop: its four tables in PostgreSQL, their counterparts in the local warehouse, and what happens to its rows afterwards.</summary>
internal sealed class DemoShop(EtlServices services, long seed, DateTimeOffset now, double scale)
{
    private const string Place = "ECOMMERCE.RAW";

    /// <summary>All generated rows are older than the day before.</summary>
    private readonly EcommerceSample _sample = new(seed, now.AddDays(-1), scale);

    private readonly DateTime _changed = now.UtcDateTime.AddMinutes(-45);

    /// <summary>How many rows a table is filled with.</summary>
    public long CountOf(string table) => table switch
    {
        "customers" => _sample.CustomerCount,
        "products" => _sample.ProductCount,
        "orders" => _sample.OrderCount,
        _ => _sample.OrderItemCount,
    };

    /// <summary>Creates the tables in PostgreSQL and fills them.</summary>
    /// <returns>Rows by table.</returns>
    public async Task<IReadOnlyDictionary<string, long>> FillAsync(CancellationToken stop)
    {
        var connection = await services.Postgres.OpenAsync(stop).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        return await EcommerceTables.CreateAndFillAsync(connection, _sample, stop).ConfigureAwait(false);
    }

    /// <summary>Creates the counterparts, <c>RAW_</c> before each name, with the types that discovery gives them.</summary>
    /// <returns>How many were created.</returns>
    public async Task<int> CreateTargetsAsync(CancellationToken stop)
    {
        var warehouse = await OpenAsync(stop).ConfigureAwait(false);
        await using (warehouse.ConfigureAwait(false))
        {
            await RunAsync(warehouse, "CREATE DATABASE ECOMMERCE", stop).ConfigureAwait(false);
            await RunAsync(warehouse, $"CREATE SCHEMA {Place}", stop).ConfigureAwait(false);
        }

        var options = new DiscoverOptions { Tables = EcommerceTables.Names, TargetSchema = Place };
        var found = await new SchemaDiscovery(services).RunAsync(options, stop).ConfigureAwait(false);
        var tables = found.Tables.Select(table => table with { Target = table.Target with { Table = SnowflakeIdentifier.Of($"RAW_{table.Target.Table.Name}") } }).ToList();
        var created = await new TableCreation(services).RunAsync(tables, stop).ConfigureAwait(false);
        return created.Count(table => table.IsNew);
    }

    /// <summary>Changes orders and customers and adds items to orders, as many as there are rows for.</summary>
    /// <returns>Orders and customers changed.</returns>
    public async Task<(long Orders, long Customers)> ChangeAsync(int orders, int customers, int items, CancellationToken stop)
    {
        var connection = await services.Postgres.OpenAsync(stop).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        var changedOrders = await RunAsync("UPDATE public.orders SET total = total + 1, updated_at = $1 WHERE order_id <= $2", orders).ConfigureAwait(false);
        var changedCustomers = await RunAsync(
            "UPDATE public.customers SET marketing_opt_in = NOT coalesce(marketing_opt_in, false), updated_at = $1 WHERE customer_id <= $2", customers).ConfigureAwait(false);
        await RunAsync(
            """
            INSERT INTO public.order_items (order_item_id, order_id, product_id, quantity, unit_price, created_at)
            SELECT (SELECT max(order_item_id) FROM public.order_items) + i, o.order_id, p.product_id, 1, p.price, $1
            FROM generate_series(1, $2) i
            JOIN public.orders o ON o.order_id = 1 + i % (SELECT count(*) FROM public.orders)
            JOIN public.products p ON p.product_id = 1 + i % (SELECT count(*) FROM public.products)
            """, items).ConfigureAwait(false);
        return (changedOrders, changedCustomers);

        async Task<int> RunAsync(string sql, int count)
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter { Value = _changed }, new NpgsqlParameter { Value = count } } };
            return await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Rows that the next run of a pipeline reads once more because they lie within the lookback of its watermark.</summary>
    public static async Task<long> CountWithinLookbackAsync(NpgsqlConnection connection, PipelineDefinition pipeline, string cursor, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT count(*) FROM {pipeline.Source} WHERE {pipeline.WatermarkColumn} BETWEEN ($1::timestamp AT TIME ZONE 'UTC') - $2 AND $1::timestamp AT TIME ZONE 'UTC'", connection)
        {
            Parameters = { new NpgsqlParameter { Value = cursor, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }, new NpgsqlParameter { Value = pipeline.Lookback.Duration ?? TimeSpan.Zero } },
        };
        return (long)(await command.ExecuteScalarAsync(stop).ConfigureAwait(false))!;
    }

    /// <summary>The sum of all orders' totals, at the source and at the target.</summary>
    public async Task<(decimal Source, decimal Target)> TotalsAsync(CancellationToken stop)
    {
        var connection = await services.Postgres.OpenAsync(stop).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        await using var command = new NpgsqlCommand("SELECT sum(total) FROM public.orders", connection);
        var source = (decimal)(await command.ExecuteScalarAsync(stop).ConfigureAwait(false))!;
        var warehouse = await OpenAsync(stop).ConfigureAwait(false);
        await using var warehouseDisposal = warehouse.ConfigureAwait(false);
        var sum = warehouse.CreateCommand();
        await using var sumDisposal = sum.ConfigureAwait(false);
        sum.CommandText = $"SELECT TO_VARCHAR(SUM(TOTAL)) FROM {Place}.RAW_ORDERS";
        var text = (string)(await sum.ExecuteScalarAsync(stop).ConfigureAwait(false))!;
        return (source, decimal.Parse(text, CultureInfo.InvariantCulture));
    }

    private Task<DbConnection> OpenAsync(CancellationToken stop) => services.Snowflake.OpenAsync("etl-tools demo", stop);

    private static async Task RunAsync(DbConnection connection, string statement, CancellationToken stop)
    {
        var command = connection.CreateCommand();
        await using var disposal = command.ConfigureAwait(false);
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
    }
}
