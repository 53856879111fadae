using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.Sandbox.Samples.Ecommerce;
using Npgsql;

namespace EtlTools.IntegrationTests.Sandbox;

[Collection(SyncCollection.Name)]
public sealed class EcommerceTests(SyncServer server)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_gives_the_same_bytes_on_every_machine()
    {
        var sample = new EcommerceSample(42, Now, 0.1);
        Assert.Equal(["45b88bce73af69f6", "b43835b7f32c5113", "64443e718d6c2199", "fd5b4362a1100186"], EcommerceTables.Names.Select(name => Hash(EcommerceTables.Rows(sample, name))));
        Assert.Equal(
            EcommerceTables.Names.Select(name => Hash(EcommerceTables.Rows(new EcommerceSample(7, Now, 0.02), name))),
            EcommerceTables.Names.Select(name => Hash(EcommerceTables.Rows(new EcommerceSample(7, Now, 0.02), name))));
    }

    [Fact]
    public void Another_seed_gives_other_rows() => Assert.All(
        EcommerceTables.Names,
        name => Assert.NotEqual(Hash(EcommerceTables.Rows(new EcommerceSample(1, Now, 0.01), name)), Hash(EcommerceTables.Rows(new EcommerceSample(2, Now, 0.01), name))));

    [Theory]
    [InlineData(1, 50_000, 200, 100_000, 250_000)]
    [InlineData(0.01, 500, 2, 1_000, 2_500)]
    [InlineData(0.00001, 1, 1, 1, 2)]
    [InlineData(3, 150_000, 600, 300_000, 750_000)]
    public void The_scale_multiplies_the_rows_of_every_table(double scale, long customers, long products, long orders, long items)
    {
        var sample = new EcommerceSample(42, Now, scale);
        Assert.Equal((customers, products, orders, items), (sample.CustomerCount, sample.ProductCount, sample.OrderCount, sample.OrderItemCount));
        if (scale > 1) return;
        Assert.Equal(
            [customers, products, orders, items], EcommerceTables.Names.Select(name => EcommerceTables.Rows(sample, name).LongCount()));
        Assert.Equal(Enumerable.Range(1, (int)items).Select(i => (long)i), sample.OrderItems().Select(row => long.Parse(row[0]!, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_scale_without_rows_is_refused(double scale) => Assert.Throws<ArgumentOutOfRangeException>(() => new EcommerceSample(1, Now, scale));

    [Fact]
    public async Task PostgreSQL_holds_all_of_it_and_it_is_as_untidy_as_it_should_be()
    {
        var database = await server.CreateDatabaseAsync("shop");
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();

        var counts = await EcommerceTables.CreateAndFillAsync(connection, new EcommerceSample(42, Now), CancellationToken.None);

        Assert.Equal([50_000, 200, 100_000, 250_000], EcommerceTables.Names.Select(name => counts[name]));
        foreach (var name in EcommerceTables.Names)
            Assert.Equal(counts[name], await Sql.ScalarAsync(database, $"SELECT count(*) FROM public.{name}"));
        Assert.InRange(await Share(database, "customers", "phone IS NULL"), 29, 31);
        Assert.InRange(await Share(database, "customers", "state = 'CA'"), 10, 40);
        Assert.InRange(await Share(database, "customers", "state = 'California'"), 2, 20);
        Assert.InRange(await Share(database, "orders", "status = 'pending_review'"), 0.5, 4);
        Assert.InRange(await Share(database, "orders", "status NOT IN ('placed', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded')"), 2, 6);
        Assert.InRange(await Share(database, "products", "cost IS NULL"), 5, 10);
        Assert.InRange(await Share(database, "products", "cost < 0"), 2, 8);
        foreach (var format in (string[])["^[0-9-]{10}T[0-9:]{8}Z$", "^[0-9-]{10} [0-9:]{8}$", "^[0-9/]{10} [0-9:]{5} [AP]M$", "^[0-9.]{10} [0-9:]{5}$", "^[0-9]{9,10}$", "^[A-Z][a-z]{2} [0-9]+, [0-9]{4}$", "^[0-9]{8}$", "^$"])
            Assert.InRange(await Share(database, "orders", $"placed_at_text ~ '{format}'"), 0.5, 60);
        Assert.Equal(0L, await Sql.ScalarAsync(database, "SELECT count(*) FROM public.orders WHERE updated_at < created_at OR updated_at > '2026-03-01'"));
        Assert.Equal(0L, await Sql.ScalarAsync(database, "SELECT count(*) FROM public.orders o JOIN public.customers c USING (customer_id) WHERE o.created_at < c.created_at AND c.customer_id > 1"));
        Assert.Equal("1 7", await Sql.ScalarAsync(database, "SELECT min(n) || ' ' || least(max(n), 7) FROM (SELECT count(*) AS n FROM public.order_items GROUP BY order_id) c"));
        // Half a percent were given another sign by hand; all others add up to the cent, or nearly: discounts are cut off, not rounded.
        Assert.InRange(await Share(
            database, "(SELECT o.total, sum(trunc(i.unit_price * i.quantity * (1 - coalesce(i.discount, 0)), 2)) AS items FROM public.orders o JOIN public.order_items i USING (order_id) GROUP BY o.order_id) t",
            "abs(total - items) <= 0.05"), 98, 99.9);
    }

    [Fact]
    public void Orders_come_in_the_order_of_their_numbers_over_twelve_months_with_peaks_before_the_holidays()
    {
        var times = new EcommerceSample(42, Now).Orders().Select(row => DateTime.ParseExact(row[8]![..19], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal((new DateTime(2025, 3, 1), new DateTime(2026, 2, 28)), (times[0].Date, times[^1].Date));

        var days = times.GroupBy(time => time.Date).ToDictionary(day => day.Key, day => day.Count());
        Assert.Equal(365, days.Count);
        var median = days.Values.Order().ElementAt(182);
        Assert.InRange(days[new DateTime(2025, 11, 28)], 5.0 * median, 8.0 * median);
        Assert.InRange(days[new DateTime(2025, 12, 1)], 4.0 * median, 7.0 * median);
        Assert.InRange(Enumerable.Range(1, 18).Average(day => days[new DateTime(2025, 12, day)]), 2.0 * median, 4.0 * median);
        Assert.True(days[new DateTime(2025, 12, 25)] < median / 2);
        Assert.InRange(days[new DateTime(2025, 8, 13)], 0.7 * median, 1.3 * median);
    }

    private static async Task<double> Share(string database, string table, string condition) =>
        Convert.ToDouble(await Sql.ScalarAsync(database, $"SELECT 100.0 * count(*) FILTER (WHERE {condition}) / count(*) FROM {(table.StartsWith('(') ? table : "public." + table)}"), CultureInfo.InvariantCulture);

    private static string Hash(IEnumerable<string?[]> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in rows.SelectMany(row => row.Append("\u0003")))
            hash.AppendData(Encoding.UTF8.GetBytes((value ?? "\u0001") + "\u0002"));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
