using EtlTools.Core.Backfill;
using EtlTools.Core.Errors;
using Xunit;

namespace EtlTools.Core.Tests.Backfill;

/// <summary>Ends of a range as people type them, in the form in which the source writes its cursor.</summary>
public sealed class BackfillRangeTests
{
    private const string Ntz = "2026-03-01T10:20:30.123456789";

    [Theory]
    [InlineData("2024-01-31", Ntz, "2024-01-31T00:00:00.000000000")]
    [InlineData("2024-01-31 08:30", Ntz, "2024-01-31T08:30:00.000000000")]
    [InlineData("2024-01-31", "2026-03-01T10:20:30.123456789+0000", "2024-01-31T00:00:00.000000000+0000")]
    [InlineData("2024-01-31", "2026-03-01", "2024-01-31")]
    [InlineData("17", "900", "17")]
    [InlineData(null, Ntz, null)]
    public void The_beginning_is_inclusive(string? typed, string model, string? expected) => Assert.Equal(expected, BackfillRange.Low(typed, model, "t"));

    [Theory]
    [InlineData("2024-01-31", Ntz, "2024-02-01T00:00:00.000000000", true)]
    [InlineData("2024-12-31", "2026-03-01T10:20:30.123456789+0000", "2025-01-01T00:00:00.000000000+0000", true)]
    [InlineData("2024-01-31 08:30", Ntz, "2024-01-31T08:30:00.000000000", false)]
    [InlineData("2024-01-31", "2026-03-01", "2024-01-31", false)]
    [InlineData("17", "900", "17", false)]
    public void A_date_at_the_end_means_the_whole_day(string typed, string model, string expected, bool isExclusive) =>
        Assert.Equal((expected, isExclusive), BackfillRange.High(typed, model, "t"));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2024-01-31T00:00:00.0000000001")]
    public void Anything_else_is_refused_with_a_model(string typed)
    {
        var refused = Assert.Throws<ConfigurationException>(() => BackfillRange.High(typed, Ntz, "t"));
        Assert.Contains(Ntz, refused.Remedy, StringComparison.Ordinal);
    }
}
