namespace EtlTools.Core.Report;

/// <summary>How long somebody was at work, where several may have been at once and pauses lie between.</summary>
internal static class BusyTime
{
    public static TimeSpan Of(IEnumerable<(DateTimeOffset From, DateTimeOffset To)> stretches)
    {
        var (sum, end) = (TimeSpan.Zero, DateTimeOffset.MinValue);
        foreach (var (from, to) in stretches.OrderBy(stretch => stretch.From))
        {
            if (to <= end) continue;
            sum += to - (from > end ? from : end);
            end = to;
        }

        return sum;
    }
}
