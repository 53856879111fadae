using System.Globalization;

namespace EtlTools.Sandbox.Samples.Ecommerce;

/// <summary>Makes one product from its row number. Every thirteenth has no cost, every twentieth a negative one.</summary>
internal sealed class ProductBuilder(long seed, ShopCalendar calendar)
{
    private const int Stream = 2;

    private static readonly string[] s_categories = ["Kitchen", "Garden", "Toys", "Books", "Sports", "Office", "Beauty", "kitchen", "Toys & Games"];
    private static readonly string[] s_adjectives = ["Compact", "Classic", "Foldable", "Organic", "Cordless", "Deluxe", "Mini", "Vintage", "Waterproof", "Café"];
    private static readonly string[] s_things = ["Lamp", "Kettle", "Backpack", "Notebook", "Drone", "Blanket", "Mug", "Puzzle", "Racket", "Planter", "12\" Pan", "Desk, small"];
    private static readonly string[] s_colours = ["red", "blue", "grün", "black", "white"];

    /// <summary>The list price in cents.</summary>
    public int PriceInCents(long row) => 299 + (new SampleRandom(seed + Stream, ~row).Below(20_000) / 5 * 5);

    /// <summary>The row.</summary>
    public string?[] Build(long row)
    {
        var random = new SampleRandom(seed + Stream, row);
        var price = PriceInCents(row);
        var cost = price * (35 + random.Below(40)) / 100;
        var created = calendar.Start.AddDays(-400 + random.Below(400)).AddSeconds(random.Below(86_400));
        var updated = random.PerMille(300) ? created : calendar.Later(created, random.Below(700 * 86_400L));
        return
        [
            (row + 1).ToString(CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"SKU-{row + 1:D5}"),
            $"{random.Pick(s_adjectives)} {random.Pick(s_things)}",
            random.PerMille(30) ? null : random.Pick(s_categories),
            Money(price),
            row % 13 == 5 ? null : row % 20 == 7 ? "-" + Money(cost) : Money(cost),
            random.PerMille(60) ? null : (random.Below(20_000) / 1000.0).ToString("R", CultureInfo.InvariantCulture),
            random.PerMille(50) ? null : $$"""{"colour": "{{random.Pick(s_colours)}}", "sizes": [{{random.Below(5)}}, {{5 + random.Below(9)}}], "fragile": {{(random.PerMille(200) ? "true" : "null")}}}""",
            random.PerMille(900) ? "true" : "false",
            ShopCalendar.Stamp(created),
            ShopCalendar.Stamp(updated),
        ];
    }

    /// <summary>Cents as an amount.</summary>
    public static string Money(long cents) => string.Create(CultureInfo.InvariantCulture, $"{(cents < 0 ? "-" : "")}{Math.Abs(cents) / 100}.{Math.Abs(cents) % 100:D2}");
}
