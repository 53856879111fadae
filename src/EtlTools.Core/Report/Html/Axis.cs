using System.Globalization;

namespace EtlTools.Core.Report.Html;

/// <summary>Round numbers and times along an axis.</summary>
internal static class Axis
{
    private static readonly int[] s_factors = [1, 2, 5, 10];

    private static readonly TimeSpan[] s_steps =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(7),
    ];

    /// <summary>From 0 to at least <paramref name="most"/>, in three to six steps of 1, 2 or 5 times a power of ten.</summary>
    public static IReadOnlyList<double> Numbers(double most)
    {
        if (most <= 0) return [0, 1];
        var power = Math.Pow(10, Math.Floor(Math.Log10(most / 4)));
        var step = power * s_factors.First(factor => most / (power * factor) <= 5);
        return [.. Enumerable.Range(0, (int)Math.Ceiling(most / step - 1e-9) + 1).Select(i => i * step)];
    }

    /// <summary>Round times between two, at most ten.</summary>
    public static IReadOnlyList<(DateTimeOffset At, string Label)> Times(DateTimeOffset from, DateTimeOffset to)
    {
        var whole = to - from;
        var step = s_steps.FirstOrDefault(step => whole / step <= 10, TimeSpan.FromDays(Math.Ceiling(whole.TotalDays / 10)));
        var format = step < TimeSpan.FromMinutes(1) ? "HH:mm:ss" : step < TimeSpan.FromDays(1) ? (whole > TimeSpan.FromHours(24) ? "MM-dd HH:mm" : "HH:mm") : "yyyy-MM-dd";
        var ticks = new List<(DateTimeOffset, string)>();
        var first = new DateTimeOffset((from.UtcTicks + step.Ticks - 1) / step.Ticks * step.Ticks, TimeSpan.Zero);
        for (var at = first; at <= to; at += step) ticks.Add((at, at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)));
        return ticks;
    }
}
