using System.Globalization;

namespace EtlTools.Sandbox.Samples.Ecommerce;

/// <summary>The same fact written in the ways in which people and programs write it.</summary>
internal static class UntidyText
{
    private static readonly string[][] s_states =
    [
        ["CA", "California", "Calif.", "california"], ["TX", "Texas", "texas "], ["NY", "New York", "N.Y."], ["FL", "Florida"], ["WA", "Washington", "wash."],
        ["IL", "Illinois"], ["PA", "Pennsylvania", "Penn."], ["OH", "Ohio"], ["GA", "Georgia"], ["MA", "Massachusetts", "Mass."],
    ];

    /// <summary>A state; California is the most frequent, and most rows have the two letters.</summary>
    public static string? State(ref SampleRandom random)
    {
        if (random.PerMille(25)) return random.PerMille(300) ? "" : null;
        var spellings = random.PerMille(280) ? s_states[0] : random.Pick(s_states);
        return random.PerMille(620) ? spellings[0] : random.Pick(spellings);
    }

    /// <summary>A telephone number; 30 % are missing.</summary>
    public static string? Phone(ref SampleRandom random)
    {
        if (random.PerMille(300)) return null;
        // 555-01xx is kept free for invented numbers.
        var (area, last) = (200 + random.Below(800), 100 + random.Below(100));
        FormattableString text = random.Below(6) switch
        {
            0 => $"({area}) 555-0{last}",
            1 => $"{area}-555-0{last}",
            2 => $"{area}.555.0{last}",
            3 => $"+1{area}5550{last}",
            4 => $"1 {area} 5550{last} ext. {random.Below(90) + 10}",
            _ => $"{area}5550{last}",
        };
        return text.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A time as text, in one of the formats that different programs have left in the same column; now and then nothing useful.</summary>
    public static string? Time(ref SampleRandom random, DateTime utc) => random.Below(100) switch
    {
        < 40 => Format(utc, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        < 55 => Format(utc, "yyyy-MM-dd HH:mm:ss"),
        < 70 => Format(utc, "MM/dd/yyyy hh:mm tt"),
        < 78 => Format(utc, "dd.MM.yyyy HH:mm"),
        < 86 => new DateTimeOffset(utc, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        < 91 => Format(utc, "MMM d, yyyy"),
        < 95 => Format(utc, "yyyyMMdd"),
        < 97 => "",
        < 98 => "0000-00-00 00:00:00",
        _ => null,
    };

    private static string Format(DateTime utc, string format) => utc.ToString(format, CultureInfo.InvariantCulture);
}
