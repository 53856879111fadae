using EtlTools.Core.State;

namespace EtlTools.Core.Report;

/// <summary>
/// Rows over time, of the commits. The rows of a batch were moved between the commit before it and its own, so they are spread over that
/// time: large batches would otherwise look like bursts between which nothing happens.
/// </summary>
internal static class ThroughputSlices
{
    private const int Most = 120;

    private static readonly TimeSpan[] s_lengths =
    [
        .. Seconds(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30), .. Seconds(60, 120, 300, 600, 900, 1800), .. Seconds(3600, 7200, 10_800, 21_600, 43_200),
    ];

    /// <summary>Slices of one length, without gaps; the last may be shorter.</summary>
    /// <param name="samples">Committed batches by time.</param>
    /// <param name="started">When each partition was first claimed.</param>
    /// <param name="begin">When work began.</param>
    /// <param name="end">The last that is known.</param>
    public static IReadOnlyList<ReportSlice> Of(
        IReadOnlyList<BackfillSample> samples, IReadOnlyDictionary<int, DateTimeOffset?> started, DateTimeOffset begin, DateTimeOffset end)
    {
        if (samples.Count > 0 && samples[^1].At > end) end = samples[^1].At;
        if (end <= begin) return [];
        var length = Length(end - begin);
        var rows = new double[(int)Math.Ceiling((end - begin) / length)];
        foreach (var (from, to, count) in Stretches(samples, started, begin)) Spread(rows, (from - begin) / length, (to - begin) / length, count);
        return [.. rows.Select((count, i) => Slice(begin + (i * length), length, end, count))];
    }

    private static ReportSlice Slice(DateTimeOffset from, TimeSpan length, DateTimeOffset end, double rows) =>
        new(from, Math.Max(1, (long)(from + length > end ? end - from : length).TotalMilliseconds), rows);

    private static TimeSpan Length(TimeSpan whole)
    {
        foreach (var length in s_lengths)
            if (whole / length <= Most) return length;
        return TimeSpan.FromDays(Math.Ceiling(whole.TotalDays / Most));
    }

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To, long Rows)> Stretches(
        IReadOnlyList<BackfillSample> samples, IReadOnlyDictionary<int, DateTimeOffset?> started, DateTimeOffset begin)
    {
        var last = new Dictionary<(int, Guid), DateTimeOffset>();
        var seen = new HashSet<int>();
        foreach (var sample in samples)
        {
            // Of a worker that took a partition over it is not known when it did: its first batch counts at its commit.
            var isFirst = seen.Add(sample.Partition);
            var from = last.TryGetValue((sample.Partition, sample.RunId), out var before) ? before
                : isFirst && started.GetValueOrDefault(sample.Partition) is { } claimed ? claimed
                : sample.At;
            last[(sample.Partition, sample.RunId)] = sample.At;
            yield return (from < begin ? begin : from > sample.At ? sample.At : from, sample.At < begin ? begin : sample.At, sample.Rows);
        }
    }

    /// <summary>Adds <paramref name="count"/> to the cells from <paramref name="from"/> to <paramref name="to"/>, in proportion; the sum is kept.</summary>
    private static void Spread(double[] cells, double from, double to, long count)
    {
        var last = cells.Length - 1;
        if (to - from < 1e-9)
        {
            cells[Math.Clamp((int)to, 0, last)] += count;
            return;
        }

        for (var i = Math.Clamp((int)from, 0, last); i <= last && i < to; i++)
        {
            var share = (Math.Min(i == last ? to : i + 1, to) - Math.Max(i, from)) / (to - from);
            if (share > 0) cells[i] += share * count;
        }
    }

    private static IEnumerable<TimeSpan> Seconds(params double[] seconds) => seconds.Select(TimeSpan.FromSeconds);
}
