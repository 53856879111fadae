using System.Globalization;

namespace EtlTools.Sandbox.Samples.Ecommerce;

/// <summary>Makes one order and its items from its row number. An order's total is that of its items, except where somebody changed it by hand.</summary>
internal sealed class OrderBuilder(long seed, long orders, long items, long products, ShopCalendar calendar, CustomerBuilder customers, ProductBuilder catalog)
{
    private const int OrderStream = 3, ItemStream = 4, SizeStream = 5;

    /// <summary>Orders whose items are dealt out together, so that the sum is exact and single orders differ.</summary>
    private const int Block = 4;

    private static readonly string[] s_open = ["placed", "paid", "shipped"];

    private static readonly string[] s_closed = ["delivered", "delivered", "delivered", "delivered", "delivered", "delivered", "shipped", "cancelled", "refunded"];

    /// <summary>In no documentation, as in real systems.</summary>
    private static readonly string[] s_undocumented = ["pending_review", "pending_review", "on_hold_2", "DELIVERED", "x"];

    private static readonly string[] s_channels = ["web", "web", "web", "app", "app", "marketplace", "store", "Web "];

    private static readonly string[] s_coupons = ["WELCOME10", "HOLIDAY20", "FREESHIP", "welcome10"];

    /// <summary>The order's row.</summary>
    public string?[] Build(long row)
    {
        var random = new SampleRandom(seed + OrderStream, row);
        var created = Placed(row);
        var customer = customers.Buyer(ref random, created);
        var isRecent = created > calendar.End.AddDays(-10);
        var status = random.PerMille(35) ? random.Pick(s_undocumented) : random.Pick(isRecent ? s_open : s_closed);
        var updated = status == "placed" ? created : calendar.Later(created, 30 + random.Below(14 * 86_400L));
        var total = Items(row).Sum(item => item.Cents * item.Quantity * (10_000 - (item.Discount ?? 0)) / 10_000);
        return
        [
            Text(row + 1),
            Text(customer),
            status,
            random.PerMille(20) ? null : random.Pick(s_channels),
            random.PerMille(820) ? null : random.Pick(s_coupons),
            UntidyText.State(ref random),
            ProductBuilder.Money(random.PerMille(5) ? -total : total),
            UntidyText.Time(ref random, created),
            ShopCalendar.Stamp(created),
            ShopCalendar.Stamp(updated),
        ];
    }

    /// <summary>The rows of the order's items.</summary>
    public string?[][] BuildItems(long row)
    {
        var (created, first) = (ShopCalendar.Stamp(Placed(row)), FirstItem(row));
        return
        [
            .. Items(row).Select((item, i) => (string?[])
            [
                Text(first + i + 1), Text(row + 1), Text(item.Product + 1), Text(item.Quantity), ProductBuilder.Money(item.Cents),
                item.Discount is { } discount ? string.Create(CultureInfo.InvariantCulture, $"0.{discount:D4}") : null, created,
            ]),
        ];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Orders are numbered as they come; a few come at the same instant.</summary>
    private DateTime Placed(long row)
    {
        var first = row % 7 == 1 ? row - 1 : row;
        var jitter = new SampleRandom(seed + OrderStream, ~first).Below(1000) / 1000.0;
        return calendar.At((first + jitter) / orders);
    }

    private Item[] Items(long row)
    {
        var random = new SampleRandom(seed + ItemStream, row);
        var found = new Item[FirstItem(row + 1) - FirstItem(row)];
        for (var i = 0; i < found.Length; i++)
        {
            var share = random.Below(1_000_000) / 1_000_000.0;
            var product = (long)(share * share * products);
            // A price may differ from today's; a quantity below zero is a return.
            var cents = random.PerMille(80) ? catalog.PriceInCents(product) * 9 / 10 : catalog.PriceInCents(product);
            found[i] = new Item(product, random.PerMille(8) ? -1 : 1 + (random.PerMille(250) ? random.Below(5) : 0), cents, random.PerMille(700) ? null : 500 * (1 + random.Below(6)));
        }

        return found;
    }

    /// <summary>How many items the orders before this one have.</summary>
    private long FirstItem(long row)
    {
        var start = row - (row % Block);
        var first = Dealt(start);
        if (row == start) return first;
        var size = (int)Math.Min(Block, orders - start);
        Span<int> counts = stackalloc int[Block];
        counts.Fill(1);
        var random = new SampleRandom(seed + SizeStream, start);
        for (var rest = Dealt(start + size) - first - size; rest > 0; rest--)
            counts[Math.Min(random.Below(size), random.Below(size))]++;
        for (var i = start; i < row; i++)
            first += counts[(int)(i - start)];
        return first;
    }

    /// <summary>Items of all orders before the first of a block: an even share, at least one for each order.</summary>
    private long Dealt(long row) => row >= orders ? items : row + (long)((Int128)row * (items - orders) / orders);

    private readonly record struct Item(long Product, int Quantity, int Cents, int? Discount);
}
