using EtlTools.Core.Rows;
using Xunit;

namespace EtlTools.Core.Tests.Rows;

public sealed class FractionOfSecondTests
{
    [Theory]
    [InlineData("12:00:00.123456000", 6, false, "12:00:00.123456")]
    [InlineData("12:00:00.123456789", 6, true, "12:00:00.123456")]
    [InlineData("12:00:00.999999999", 6, true, "12:00:00.999999")]
    [InlineData("12:00:00.000000001", 6, true, "12:00:00.000000")]
    [InlineData("12:00:00.000000000", 0, false, "12:00:00")]
    [InlineData("12:00:00.500000000", 0, true, "12:00:00")]
    [InlineData("12:00:00", 6, false, "12:00:00")]
    [InlineData("12:00:00.5", 6, false, "12:00:00.5")]
    [InlineData("2024-01-01T00:00:00.123456789+05:30", 3, true, "2024-01-01T00:00:00.123+05:30")]
    [InlineData("2024-01-01T00:00:00.120000000-03:30", 2, false, "2024-01-01T00:00:00.12-03:30")]
    [InlineData("2024-01-01T00:00:00.000000000+00:00", 0, false, "2024-01-01T00:00:00+00:00")]
    public void Digits_beyond_the_limit_are_cut_off_and_a_loss_is_told(string text, int digits, bool loses, string expected)
    {
        var fraction = FractionOfSecond.Split(text, digits);
        Assert.Equal(loses, fraction.LosesDigits);
        Assert.Equal(expected, string.Concat(fraction.Head, fraction.Tail));
        Assert.Equal(fraction.Tail.IsEmpty, fraction.IsTail);
    }
}
