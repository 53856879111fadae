namespace EtlTools.Sandbox.Samples.Ecommerce;

/// <summary>
/// A web shop's data of twelve months, with the peaks before the holidays and as untidy as real data: missing phone numbers, states
/// spelled in several ways, a status nobody documented, costs that are negative or missing, times written in every format. The same
/// arguments give the same rows on every machine. Invented; no real person or order.
/// </summary>
public sealed class EcommerceSample
{
    /// <summary>Customers, products, orders and order items at scale 1.</summary>
    private const long BaseCustomers = 50_000, BaseProducts = 200, BaseOrders = 100_000, BaseItems = 250_000;

    private readonly CustomerBuilder _customers;
    private readonly ProductBuilder _products;
    private readonly OrderBuilder _orders;

    /// <param name="seed">Another seed gives other rows.</param>
    /// <param name="now">All orders lie in the 365 whole days (UTC) before its day, and no time is later.</param>
    /// <param name="scale">Multiplies the number of rows in every table, each at least 1: 0.01 for a quick test, 10 for a benchmark.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is not above 0 or above 10,000.</exception>
    public EcommerceSample(long seed, DateTimeOffset now, double scale = 1)
    {
        if (double.IsNaN(scale) || scale <= 0 || scale > 10_000)
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale has to be above 0 and at most 10,000.");
        CustomerCount = Scaled(BaseCustomers, scale);
        ProductCount = Scaled(BaseProducts, scale);
        OrderCount = Scaled(BaseOrders, scale);
        OrderItemCount = Math.Max(OrderCount, Scaled(BaseItems, scale));
        var calendar = ShopCalendar.YearBefore(now);
        _customers = new CustomerBuilder(seed, CustomerCount, calendar);
        _products = new ProductBuilder(seed, calendar);
        _orders = new OrderBuilder(seed, OrderCount, OrderItemCount, ProductCount, calendar, _customers, _products);
    }

    /// <summary>Rows of customers.</summary>
    public long CustomerCount { get; }

    /// <summary>Rows of products.</summary>
    public long ProductCount { get; }

    /// <summary>Rows of orders.</summary>
    public long OrderCount { get; }

    /// <summary>Rows of order_items; each order has at least one.</summary>
    public long OrderItemCount { get; }

    /// <summary>Rows of customers, in the order of the columns; null is NULL, the empty string is not.</summary>
    public IEnumerable<string?[]> Customers() => Rows(CustomerCount, _customers.Build);

    /// <summary>Likewise of products.</summary>
    public IEnumerable<string?[]> Products() => Rows(ProductCount, _products.Build);

    /// <summary>Likewise of orders, in the order in which they were placed.</summary>
    public IEnumerable<string?[]> Orders() => Rows(OrderCount, _orders.Build);

    /// <summary>Likewise of order_items, order by order.</summary>
    public IEnumerable<string?[]> OrderItems() => Rows(OrderCount, _orders.BuildItems).SelectMany(items => items);

    private static long Scaled(long count, double scale) => Math.Max(1, (long)Math.Round(count * scale));

    private static IEnumerable<T> Rows<T>(long count, Func<long, T> build)
    {
        for (long row = 0; row < count; row++)
            yield return build(row);
    }
}
