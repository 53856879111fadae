using System.Globalization;
using EtlTools.Core.Config;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("10m", 600_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("3650d", 315_360_000_000)]
    public void Reads_a_number_and_a_unit(string text, long milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1.5h")]
    [InlineData("1,5h")]
    [InlineData("1 s")]
    [InlineData(" 1s")]
    [InlineData("1S")]
    [InlineData("1w")]
    [InlineData("00:10:00")]
    [InlineData("3651d")]
    [InlineData("99999999999999999999d")]
    [InlineData("9223372036854775807d")]
    public void Refuses_everything_else(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("de-DE")]
    [InlineData("zh-CN")]
    [InlineData("ar-SA")]
    public void What_is_written_is_read_back_in_any_culture(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            var random = new Random(20260101);
            for (var i = 0; i < 2_000; i++)
            {
                var duration = TimeSpan.FromMilliseconds(random.NextInt64(0, random.Next(2) == 0 ? 100_000 : (long)DurationText.Longest.TotalMilliseconds));
                Assert.True(DurationText.TryParse(DurationText.Format(duration), out var again));
                Assert.Equal(duration, again);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Writes_the_largest_whole_unit()
    {
        Assert.Equal("0", DurationText.Format(TimeSpan.Zero));
        Assert.Equal("90s", DurationText.Format(TimeSpan.FromSeconds(90)));
        Assert.Equal("2h", DurationText.Format(TimeSpan.FromMinutes(120)));
        Assert.Equal("1d", DurationText.Format(TimeSpan.FromHours(24)));
        Assert.Equal("1500ms", DurationText.Format(TimeSpan.FromSeconds(1.5)));
    }
}
