namespace EtlTools.Sandbox.Samples;

/// <summary>
/// Change times that grow with the row number and have ties of all sizes: single rows, pairs, eights, and, as after a bulk update at
/// the source, 512 rows at one instant.
/// </summary>
internal sealed class ChangeTimes
{
    private readonly long _seed;
    private readonly DateTime _start;
    private readonly double _step;

    private ChangeTimes(long seed, DateTime start, TimeSpan span, long count)
    {
        _seed = seed;
        _start = start;
        _step = (double)span.Ticks / Math.Max(1, count);
    }

    /// <summary>From 400 days to one hour before <paramref name="now"/>.</summary>
    public static ChangeTimes Until(long seed, long count, DateTimeOffset now)
    {
        var end = now.UtcDateTime.AddHours(-1);
        return new ChangeTimes(seed, end.AddDays(-399), TimeSpan.FromDays(399), count);
    }

    /// <summary>Strictly between the two, to the microsecond.</summary>
    public static ChangeTimes Between(long seed, long count, DateTimeOffset after, DateTimeOffset before)
    {
        var start = after.UtcDateTime.AddMicroseconds(1);
        var span = before.UtcDateTime.AddMicroseconds(-1) - start;
        if (span < TimeSpan.Zero)
            throw new ArgumentException("There must be at least two microseconds between the two times.", nameof(before));

        return new ChangeTimes(seed, start, span, count);
    }

    public DateTime At(long row)
    {
        var first = FirstOfTie(row);
        var jitter = new SampleRandom(_seed, ~first).Below(1000) / 1000.0;
        var ticks = (long)((first + jitter) * _step);
        var time = _start.AddTicks(ticks);
        return time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    private long FirstOfTie(long row)
    {
        if (row / 512 % 8 == 3)
            return row - (row % 512);

        var block = row - (row % 8);
        var size = new SampleRandom(_seed, ~block).Below(4) switch { 0 => 8, 1 => 4, 2 => 2, _ => 1 };
        return row - (row % size);
    }
}
