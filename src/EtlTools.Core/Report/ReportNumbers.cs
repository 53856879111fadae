using System.Globalization;

namespace EtlTools.Core.Report;

/// <summary>Numbers and times as people read them, the same in every culture.</summary>
internal static class ReportNumbers
{
    /// <summary>Thousands separated by commas.</summary>
    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>For axes: <c>950</c>, <c>1.2 k</c>, <c>35 k</c>, <c>1.5 M</c>.</summary>
    public static string Short(double value) => value switch
    {
        < 1000 => value.ToString("0.##", CultureInfo.InvariantCulture),
        < 1_000_000 => (value / 1000).ToString("0.##", CultureInfo.InvariantCulture) + " k",
        < 1_000_000_000 => (value / 1_000_000).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        _ => (value / 1_000_000_000).ToString("0.##", CultureInfo.InvariantCulture) + " G",
    };

    /// <summary>Rows a second; empty when unknown.</summary>
    public static string Rate(double? value) => value is { } rate ? $"{Count(rate)} rows/s" : "";

    /// <summary><c>12 ms</c>, <c>3.4 s</c>, <c>2 min 05 s</c>, <c>1 h 02 min</c>, <c>3 d 04 h</c>; empty when unknown.</summary>
    public static string Duration(long? milliseconds)
    {
        if (milliseconds is not { } ms) return "";
        var time = TimeSpan.FromMilliseconds(ms);
        return ms switch
        {
            < 1000 => string.Create(CultureInfo.InvariantCulture, $"{ms} ms"),
            < 59_950 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
            < 3_600_000 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds:00} s"),
            < 86_400_000 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time.Hours:00} h"),
        };
    }

    /// <summary>Bytes in binary units.</summary>
    public static string Bytes(long value)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var (size, unit) = ((double)value, 0);
        for (; size >= 1024 && unit < units.Length - 1; unit++) size /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {units[unit]}");
    }

    /// <summary>UTC to the second; empty when unknown.</summary>
    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A share of 100; what is something is not shown as nothing.</summary>
    public static string Percent(double part, double whole) => whole <= 0 ? ""
        : part > 0 && part < whole * 0.0005 ? "< 0.1%"
        : (100 * part / whole).ToString("0.#", CultureInfo.InvariantCulture) + "%";

    /// <summary>How often.</summary>
    public static string Times(int count) => count switch { 1 => "once", 2 => "twice", _ => Count(count) + " times" };
}
