using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Schedule;

/// <summary>
/// How often a job runs: every so often (<c>30s</c>, <c>2m</c>, <c>1h</c>, <c>1d</c>), or daily at a time of day (<c>03:15</c>), in
/// local time. An interval that divides a day evenly runs on the clock's grid, so <c>2h</c> is 00:00, 02:00, 04:00.
/// </summary>
public sealed record ScheduleInterval
{
    /// <summary>Completes "is not …" in a message.</summary>
    public const string Expected = "an interval such as 30s, 2m, 1h or 1d, or a time of day such as 03:15";

    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private ScheduleInterval(TimeSpan? every, TimeOnly? dailyAt) => (Every, DailyAt) = (every, dailyAt);

    /// <summary>Time from one run to the next, whole seconds; null for a time of day.</summary>
    public TimeSpan? Every { get; }

    /// <summary>Local time of day, whole minutes; null for an interval.</summary>
    public TimeOnly? DailyAt { get; }

    /// <summary>Whether runs fall on the same times every day.</summary>
    public bool IsOnGrid => Every is not { } every || s_day.Ticks % every.Ticks == 0;

    /// <summary>Time of day of the one daily run, 00:00 for <c>1d</c>; null when it runs more often or less often than once a day.</summary>
    public TimeOnly? OnceADayAt => DailyAt ?? (Every == s_day ? TimeOnly.MinValue : null);

    /// <summary>Reads an interval or a time of day; false when the text is neither, or the interval is shorter than a second or not whole seconds.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ScheduleInterval? interval)
    {
        ArgumentNullException.ThrowIfNull(text);
        interval = null;
        if (TimeOnly.TryParseExact(text, "HH':'mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            interval = new ScheduleInterval(null, time);
        else if (DurationText.TryParse(text, out var every) && every >= TimeSpan.FromSeconds(1) && every.Ticks % TimeSpan.TicksPerSecond == 0)
            interval = new ScheduleInterval(every, null);
        return interval is not null;
    }

    /// <summary>Reads an interval or a time of day.</summary>
    /// <exception cref="ConfigurationException">The text is neither.</exception>
    public static ScheduleInterval Parse(string text) =>
        TryParse(text, out var interval) ? interval : throw new ConfigurationException($"'{text}' is not {Expected}.", $"Write {Expected}.");

    /// <summary>The first run after a moment, where the clock alone decides it; null when it depends on when the last run was.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="zone">The machine's time zone.</param>
    public DateTimeOffset? NextAfter(DateTimeOffset now, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (!IsOnGrid) return null;
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var step = Every ?? s_day;
        var offset = DailyAt?.ToTimeSpan() ?? TimeSpan.Zero;
        var passed = (local.TimeOfDay - offset).Ticks;
        var next = local.Date + offset + TimeSpan.FromTicks((long)(Math.Floor((double)passed / step.Ticks) + 1) * step.Ticks);
        // A time that summer time leaves out comes an hour later.
        while (zone.IsInvalidTime(next)) next += TimeSpan.FromHours(1);
        return new DateTimeOffset(next, zone.GetUtcOffset(next));
    }

    /// <summary>As it is written: <c>2m</c>, <c>03:15</c>.</summary>
    public override string ToString() => DailyAt?.ToString("HH':'mm", CultureInfo.InvariantCulture) ?? DurationText.Format(Every!.Value);
}
