using System.Globalization;

namespace EtlTools.Core.Config;

/// <summary>Durations as settings and YAML write them: a whole number and a unit (<c>500ms</c>, <c>30s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>), or plain <c>0</c>.</summary>
public static class DurationText
{
    /// <summary>What a duration looks like, for messages: completes "is not …".</summary>
    public const string Expected = "a duration such as 500ms, 30s, 10m, 2h, 1d, or 0";

    // Longest first, so that "ms" is not read as "s".
    private static readonly (string Unit, long Ticks)[] s_units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
        ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary>The longest duration accepted: ten years, so that adding one to a date never overflows.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(3650);

    /// <summary>Reads a duration; false when <paramref name="text"/> is not one, is negative, or is longer than <see cref="Longest"/>.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(text);
        duration = TimeSpan.Zero;
        if (text == "0")
            return true;
        foreach (var (unit, ticks) in s_units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
                continue;
            var digits = text.AsSpan(0, text.Length - unit.Length);
            if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > Longest.Ticks / ticks)
                return false;
            duration = TimeSpan.FromTicks(count * ticks);
            return true;
        }

        return false;
    }

    /// <summary>Writes a duration in its largest whole unit, so that <see cref="TryParse"/> reads the same value back; precise to a millisecond.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0";
        foreach (var (unit, ticks) in s_units.Reverse())
        {
            if (duration.Ticks % ticks == 0)
                return (duration.Ticks / ticks).ToString(CultureInfo.InvariantCulture) + unit;
        }

        return ((long)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "ms";
    }
}
