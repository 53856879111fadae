namespace EtlTools.Core.Rows;

/// <summary>How coarsely the values of a cursor are grouped, so that counting them gives a few thousand groups at most.</summary>
internal static class CursorGroups
{
    private const int MostTimes = 4000;
    private const int MostNumbers = 1000;

    /// <summary>The width of a group of numbers, at least 1.</summary>
    /// <param name="distance">From the lowest number to the highest.</param>
    public static decimal Step(decimal distance) => Math.Max(1, decimal.Floor(distance / MostNumbers));

    /// <summary>The unit to which times are truncated, as both databases name it.</summary>
    /// <param name="seconds">From the earliest time to the latest.</param>
    /// <param name="isDate">Whether they are dates, which have nothing finer than a day.</param>
    public static string Unit(decimal seconds, bool isDate) =>
        seconds / 86_400 > MostTimes ? "month"
        : isDate || seconds / 3_600 > MostTimes ? "day"
        : seconds / 60 > MostTimes ? "hour"
        : seconds > MostTimes ? "minute"
        : "second";
}
