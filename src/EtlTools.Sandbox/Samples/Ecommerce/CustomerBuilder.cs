using System.Globalization;

namespace EtlTools.Sandbox.Samples.Ecommerce;

/// <summary>Makes one customer from its row number. Customers came evenly over two years, the second of which is the year of the orders.</summary>
internal sealed class CustomerBuilder(long seed, long count, ShopCalendar calendar)
{
    private const int Stream = 1;

    private static readonly string[] s_first =
        ["Ada", "Ben", "Chloé", "Dmitri", "Elif", "Femi", "Grace", "Hiro", "Ines", "Jörg", "Kim", "Liam", "Mei", "Noah", "Olga", "Priya", "Quinn", "Rosa", "Sam", "Zoë"];

    private static readonly string[] s_last =
        ["Adeyemi", "Brown", "Chen", "Dubois", "Evans", "Fischer", "García", "Hansen", "Ito", "Johnson", "Kowalski", "López", "Müller", "Nguyen", "O'Brien", "Patel", "Rossi", "Smith", "van der Berg", "Young"];

    private static readonly string[] s_cities = ["Springfield", "Riverside", "Franklin", "Georgetown", "Salem", "Fairview", "Madison", "Clinton", "Arlington", "Ashland"];

    private static readonly string[] s_sources = ["web", "web", "web", "app", "app", "store", "referral", "Web", "unknown"];

    private readonly DateTime _start = calendar.Start.AddDays(-365);
    private readonly double _step = (calendar.End - calendar.Start.AddDays(-365)).Ticks / (double)count;

    /// <summary>A customer who existed at a time; a few buy much more than the others.</summary>
    public long Buyer(ref SampleRandom random, DateTime time)
    {
        var existing = Math.Clamp((long)((time - _start).Ticks / _step), 1, count);
        var share = random.Below(1_000_000) / 1_000_000.0;
        return 1 + (long)(share * Math.Sqrt(share) * existing);
    }

    /// <summary>The row.</summary>
    public string?[] Build(long row)
    {
        var random = new SampleRandom(seed + Stream, row);
        var (first, last) = (random.Pick(s_first), random.Pick(s_last));
        var id = row + 1;
        var created = ShopCalendar.WholeMicroseconds(_start.AddTicks((long)((row + (random.Below(1000) / 1000.0)) * _step)));
        var updated = random.PerMille(600) ? created : calendar.Later(created, 60 + random.Below(400 * 86_400L));
        var email = string.Create(CultureInfo.InvariantCulture, $"{Letters(first)}.{Letters(last)}{id}@example.{random.Pick(["com", "org", "net"])}");
        return
        [
            id.ToString(CultureInfo.InvariantCulture),
            random.PerMille(40) ? email.ToUpperInvariant() : email,
            random.PerMille(15) ? null : first,
            random.PerMille(10) ? last.ToUpperInvariant() + " " : last,
            UntidyText.Phone(ref random),
            random.PerMille(30) ? null : random.Pick(s_cities),
            UntidyText.State(ref random),
            Zip(ref random),
            random.PerMille(350) ? null : new DateTime(1940, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(random.Below(24_000)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            random.PerMille(100) ? null : random.PerMille(450) ? "true" : "false",
            random.PerMille(20) ? null : random.Pick(s_sources),
            UntidyText.Time(ref random, created),
            ShopCalendar.Stamp(created),
            ShopCalendar.Stamp(updated),
        ];
    }

    /// <summary>Some have nine digits, and some have lost their leading zero in a spreadsheet.</summary>
    private static string? Zip(ref SampleRandom random)
    {
        var zip = random.Below(99_000) + 501;
        return random.Below(100) switch
        {
            < 4 => null,
            < 12 => string.Create(CultureInfo.InvariantCulture, $"{zip:D5}-{random.Below(10_000):D4}"),
            < 16 => zip.ToString(CultureInfo.InvariantCulture),
            _ => zip.ToString("D5", CultureInfo.InvariantCulture),
        };
    }

    private static string Letters(string name) => string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetterLower));
}
