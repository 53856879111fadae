using Npgsql;

namespace EtlTools.Sandbox.Samples.Ecommerce;

/// <summary>The tables of the e-commerce sample in PostgreSQL, schema <c>public</c>, and how they are filled.</summary>
public static class EcommerceTables
{
    /// <summary>Names, parents before children.</summary>
    public static IReadOnlyList<string> Names { get; } = ["customers", "products", "orders", "order_items"];

    /// <summary>Creates the four tables; fails when one is there.</summary>
    public const string Create = """
        CREATE TABLE public.customers (
            customer_id        bigint PRIMARY KEY,
            email              text NOT NULL,
            first_name         text,
            last_name          text,
            phone              text,
            city               text,
            state              text,
            zip                varchar(10),
            birth_date         date,
            marketing_opt_in   boolean,
            signup_source      text,
            registered_at_text text,
            created_at         timestamptz NOT NULL DEFAULT now(),
            updated_at         timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE public.products (
            product_id  integer PRIMARY KEY,
            sku         text NOT NULL UNIQUE,
            name        text NOT NULL,
            category    text,
            price       numeric(10,2) NOT NULL,
            cost        numeric(10,2),
            weight_kg   double precision,
            attributes  jsonb,
            is_active   boolean NOT NULL DEFAULT true,
            created_at  timestamptz NOT NULL DEFAULT now(),
            updated_at  timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE public.orders (
            order_id       bigint PRIMARY KEY,
            customer_id    bigint NOT NULL REFERENCES public.customers (customer_id),
            status         text NOT NULL,
            channel        text,
            coupon_code    text,
            shipping_state text,
            total          numeric(12,2) NOT NULL,
            placed_at_text text,
            created_at     timestamptz NOT NULL DEFAULT now(),
            updated_at     timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE public.order_items (
            order_item_id bigint PRIMARY KEY,
            order_id      bigint NOT NULL REFERENCES public.orders (order_id),
            product_id    integer NOT NULL REFERENCES public.products (product_id),
            quantity      integer NOT NULL,
            unit_price    numeric(10,2) NOT NULL,
            discount      numeric(5,4),
            created_at    timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX customers_updated_at ON public.customers (updated_at);
        CREATE INDEX orders_updated_at ON public.orders (updated_at);
        CREATE INDEX orders_customer_id ON public.orders (customer_id);
        CREATE INDEX order_items_created_at ON public.order_items (created_at);
        CREATE INDEX order_items_order_id ON public.order_items (order_id);
        """;

    /// <summary>Creates the tables and fills them in one transaction, by COPY.</summary>
    /// <param name="connection">An open connection without a transaction.</param>
    /// <param name="sample">What to fill them with.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <returns>Rows by table.</returns>
    /// <exception cref="PostgresException">A table is there already, or the right to create one is missing.</exception>
    public static async Task<IReadOnlyDictionary<string, long>> CreateAndFillAsync(NpgsqlConnection connection, EcommerceSample sample, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(sample);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var disposal = transaction.ConfigureAwait(false);
        // Of the same transaction as the rows, the tables need no log of them and the indexes are made once, at its end.
        var (tables, indexes) = Split();
        await RunAsync(connection, tables, cancellationToken).ConfigureAwait(false);
        var counts = new Dictionary<string, long>();
        foreach (var name in Names)
            counts.Add(name, await FillAsync(connection, name, Rows(sample, name), cancellationToken).ConfigureAwait(false));
        await RunAsync(connection, indexes, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, "ANALYZE public.customers, public.products, public.orders, public.order_items", cancellationToken).ConfigureAwait(false);
        return counts;
    }

    /// <summary>The rows of one table.</summary>
    /// <exception cref="ArgumentException">There is no such table.</exception>
    public static IEnumerable<string?[]> Rows(EcommerceSample sample, string table)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return table switch
        {
            "customers" => sample.Customers(),
            "products" => sample.Products(),
            "orders" => sample.Orders(),
            "order_items" => sample.OrderItems(),
            _ => throw new ArgumentException($"The sample has no table '{table}'.", nameof(table)),
        };
    }

    private static async Task<long> FillAsync(NpgsqlConnection connection, string table, IEnumerable<string?[]> rows, CancellationToken cancellationToken)
    {
        long count = 0;
        var copy = await connection.BeginTextImportAsync($"COPY public.{table} FROM STDIN (FORMAT csv)", cancellationToken).ConfigureAwait(false);
        await using var disposal = copy.ConfigureAwait(false);
        foreach (var row in rows)
        {
            CsvLine.Write(copy, row);
            if (++count % 4096 == 0) cancellationToken.ThrowIfCancellationRequested();
        }

        return count;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using var disposal = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static (string Tables, string Indexes) Split()
    {
        var at = Create.IndexOf("CREATE INDEX", StringComparison.Ordinal);
        return (Create[..at], Create[at..]);
    }
}
