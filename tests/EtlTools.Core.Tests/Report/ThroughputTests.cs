using EtlTools.Core.Report;
using EtlTools.Core.Report.Html;
using EtlTools.Core.State;
using Xunit;

namespace EtlTools.Core.Tests.Report;

/// <summary>Times and rates, computed from commits.</summary>
public sealed class ThroughputTests
{
    private static readonly DateTimeOffset s_begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid s_first = new("11111111-1111-1111-1111-111111111111"), s_second = new("22222222-2222-2222-2222-222222222222");

    [Fact]
    public void Rows_are_spread_from_the_commit_before_to_their_own()
    {
        // One worker, claimed at 0 s: 100 rows at 10 s, 300 more at 20 s. Slices of 0.2 s.
        var slices = ThroughputSlices.Of([At(10, 100), At(20, 300)], Claimed(0), s_begin, s_begin.AddSeconds(20));
        Assert.Equal(100, slices.Count);
        Assert.All(slices.Take(50), slice => Assert.Equal(10, slice.RowsPerSecond, 1e-6));
        Assert.All(slices.Skip(50), slice => Assert.Equal(30, slice.RowsPerSecond, 1e-6));
        Assert.Equal(s_begin.AddSeconds(19.8), slices[^1].From);
    }

    [Fact]
    public void A_pause_is_a_gap_and_what_a_second_worker_took_over_counts_at_its_commit()
    {
        var slices = ThroughputSlices.Of([At(10, 100), At(90, 50, s_second), At(100, 100, s_second)], Claimed(0), s_begin, s_begin.AddSeconds(100));
        Assert.Equal(0, slices.Where(slice => slice.From >= s_begin.AddSeconds(10) && slice.From < s_begin.AddSeconds(90)).Sum(slice => slice.Rows));
        Assert.Equal(250, slices.Sum(slice => slice.Rows), 1e-6);
        Assert.Equal(150, slices.Where(slice => slice.From >= s_begin.AddSeconds(90)).Sum(slice => slice.Rows), 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void No_row_is_lost_or_counted_twice_whatever_the_history(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var seconds = Math.Pow(10, random.NextDouble() * 7 - 2);
            var samples = Enumerable.Range(0, random.Next(1, 60))
                .Select(_ => At(random.NextDouble() * seconds * 1.1, random.Next(100_000), random.Next(2) == 0 ? s_first : s_second, random.Next(1, 5))).OrderBy(sample => sample.At).ToList();
            var started = Enumerable.Range(1, 3).ToDictionary(number => number, number => random.Next(3) == 0 ? null : (DateTimeOffset?)s_begin.AddSeconds(random.NextDouble() * seconds));

            var slices = ThroughputSlices.Of(samples, started, s_begin, s_begin.AddSeconds(seconds));

            Assert.Equal(samples.Sum(sample => (double)sample.Rows), slices.Sum(slice => slice.Rows), 0.001);
            Assert.InRange(slices.Count, 1, 121);
            Assert.All(slices, slice => Assert.True(slice.Rows >= 0 && slice.DurationMs > 0));
            Assert.All(slices.Zip(slices.Skip(1)), pair => Assert.Equal(pair.First.DurationMs, (pair.Second.From - pair.First.From).TotalMilliseconds, 1));
        }
    }

    [Fact]
    public void Without_time_there_are_no_slices() => Assert.Empty(ThroughputSlices.Of([], Claimed(0), s_begin, s_begin));

    [Fact]
    public void Work_at_the_same_time_counts_once_and_pauses_do_not()
    {
        Assert.Equal(TimeSpan.FromSeconds(35), BusyTime.Of([Stretch(0, 10), Stretch(5, 20), Stretch(7, 8), Stretch(100, 110), Stretch(105, 115)]));
        Assert.Equal(TimeSpan.Zero, BusyTime.Of([]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.03)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(999)]
    [InlineData(145_000)]
    [InlineData(3e9)]
    public void An_axis_begins_at_0_reaches_the_most_and_has_few_round_steps(double most)
    {
        var steps = Axis.Numbers(most);
        Assert.Equal(0, steps[0]);
        Assert.True(steps[^1] >= most * 0.999999);
        Assert.InRange(steps.Count, 2, 7);
        if (most > 0) Assert.True(steps[^2] < most);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(3600)]
    [InlineData(86_400)]
    [InlineData(30 * 86_400)]
    [InlineData(900 * 86_400)]
    public void Times_along_an_axis_are_few_and_within_it(int seconds)
    {
        var (from, to) = (s_begin.AddMilliseconds(1234), s_begin.AddMilliseconds(1234).AddSeconds(seconds));
        var ticks = Axis.Times(from, to);
        Assert.InRange(ticks.Count, seconds < 2 ? 1 : 2, 11);
        Assert.All(ticks, tick => Assert.InRange(tick.At, from, to));
        Assert.Equal(ticks.Select(tick => tick.Label).Distinct(), ticks.Select(tick => tick.Label));
    }

    private static BackfillSample At(double seconds, long rows, Guid? run = null, int partition = 1) => new(s_begin.AddSeconds(seconds), partition, run ?? s_first, rows, rows * 10, 0);

    private static Dictionary<int, DateTimeOffset?> Claimed(double seconds) => new() { [1] = s_begin.AddSeconds(seconds) };

    private static (DateTimeOffset, DateTimeOffset) Stretch(int from, int to) => (s_begin.AddSeconds(from), s_begin.AddSeconds(to));
}
