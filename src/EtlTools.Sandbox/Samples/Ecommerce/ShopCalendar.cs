using System.Globalization;

namespace EtlTools.Sandbox.Samples.Ecommerce;

/// <summary>When people buy: the days of one year with a weight each, high before the holidays and on Sundays.</summary>
internal sealed class ShopCalendar
{
    private const int Days = 365;

    private readonly DateTime _start;
    private readonly double[] _until = new double[Days + 1];

    private ShopCalendar(DateTime start)
    {
        _start = start;
        for (var day = 0; day < Days; day++)
            _until[day + 1] = _until[day] + Weight(start.AddDays(day));
    }

    /// <summary>First moment of the year.</summary>
    public DateTime Start => _start;

    /// <summary>No time is later.</summary>
    public DateTime End => _start.AddDays(Days);

    /// <summary>The 365 whole days (UTC) before the day of <paramref name="now"/>.</summary>
    public static ShopCalendar YearBefore(DateTimeOffset now) => new(now.UtcDateTime.Date.AddDays(-Days));

    /// <summary>The moment until which a share of the year's orders has been placed.</summary>
    /// <param name="share">0 to below 1.</param>
    public DateTime At(double share)
    {
        var wanted = share * _until[Days];
        var found = Array.BinarySearch(_until, wanted);
        var day = Math.Min(Days - 1, found >= 0 ? found : ~found - 1);
        var fraction = (wanted - _until[day]) / (_until[day + 1] - _until[day]);
        return WholeMicroseconds(_start.AddDays(day).AddTicks((long)(fraction * TimeSpan.TicksPerDay)));
    }

    /// <summary>A later moment, at most the year's end.</summary>
    public DateTime Later(DateTime time, long seconds)
    {
        var later = time.AddSeconds(seconds);
        return later < End ? later : End;
    }

    public static DateTime WholeMicroseconds(DateTime time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    /// <summary>As PostgreSQL reads a timestamptz.</summary>
    public static string Stamp(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture);

    private static double Weight(DateTime day)
    {
        var weight = day.DayOfWeek switch { DayOfWeek.Sunday => 1.25, DayOfWeek.Saturday => 1.1, DayOfWeek.Tuesday => 0.9, _ => 1.0 };
        var thanksgiving = Thanksgiving(day.Year);
        var sinceThanksgiving = (day.Date - thanksgiving).Days;
        return weight * (day.Month, day.Day, sinceThanksgiving) switch
        {
            (_, _, 1) => 6,                  // Black Friday
            (_, _, 4) => 5,                  // Cyber Monday
            (_, _, >= 0 and <= 6) => 3,
            (12, <= 18, _) => 2.5,
            (12, <= 23, _) => 1.8,
            (12, 24 or 25, _) => 0.4,
            (2, >= 8 and <= 13, _) => 1.6,   // Valentine's Day
            (5, >= 4 and <= 10, _) => 1.4,   // Mother's Day
            (7, >= 10 and <= 13, _) => 1.7,  // summer sale
            _ => 1,
        };
    }

    /// <summary>The fourth Thursday of November.</summary>
    private static DateTime Thanksgiving(int year)
    {
        var first = new DateTime(year, 11, 1, 0, 0, 0, DateTimeKind.Utc);
        return first.AddDays((((int)DayOfWeek.Thursday - (int)first.DayOfWeek + 7) % 7) + 21);
    }
}
