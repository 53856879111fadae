using EtlTools.Core.Rows;
using Xunit;

namespace EtlTools.Core.Tests.Rows;

public sealed class KeyTextTests
{
    /// <summary>The form is passed by name: the enum is internal.</summary>
    [Theory]
    [InlineData("Time", "2024-01-01T12:34:56.500000000", "2024-01-01T12:34:56.500000", "2024-01-01 12:34:56.5")]
    [InlineData("Time", "2024-01-01T00:00:00.000000000", "2024-01-01T00:00:00.000000", "2024-01-01 00:00:00")]
    [InlineData("Time", "2024-01-01T06:49:56.123456000+00:00", "2024-01-01T12:34:56.123456+05:45", "2024-01-01 06:49:56.123456+00")]
    [InlineData("Time", "2024-01-01T15:30:00.000000000+00:00", "2024-01-01T12:00:00.000000-03:30", "2024-01-01 15:30:00+00")]
    [InlineData("Time", "23:59:59.999999000", "23:59:59.999999", "23:59:59.999999")]
    [InlineData("Time", "9999-12-31T23:59:59.999999000+00:00", "9999-12-31T23:59:59.999999+00:00", "9999-12-31 23:59:59.999999+00")]
    [InlineData("Number", "1.5", "1.50", "1.5000")]
    [InlineData("Number", "100", "100.00", "100")]
    [InlineData("Number", "-0.000001", "-0.000001", "-0.0000010")]
    [InlineData("Binary", "00FF", "\\x00FF", "\\x00ff")]
    [InlineData("Binary", "", "\\x", "")]
    [InlineData("Text", "1.50", "1.50", "1.50")]
    public void Every_spelling_of_a_key_is_brought_to_one(string form, string canonical, string encoded, string staged)
    {
        var parsed = Enum.Parse<KeyForm>(form);
        foreach (var spelling in new[] { canonical, encoded, staged }) Assert.Equal(canonical, KeyText.Of(parsed, spelling));
        Assert.Null(KeyText.Of(parsed, null));
    }
}
