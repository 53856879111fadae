using System.Globalization;
using System.Numerics;
using System.Text;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Tests.Texts;
using Xunit;

namespace EtlTools.Core.Tests.Snowflake;

public sealed class SnowflakeCursorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(37)]
    public void Numbers_are_ordered_as_numbers(int scale)
    {
        var cursor = Cursor("NUMBER", scale);
        var random = new Random(scale);
        BigInteger Next()
        {
            var digits = string.Concat(Enumerable.Range(0, random.Next(1, 39)).Select(_ => (char)('0' + random.Next(10))));
            return BigInteger.Parse(digits, CultureInfo.InvariantCulture) * (random.Next(2) * 2 - 1);
        }

        for (var i = 0; i < 5_000; i++)
        {
            var (a, b) = (Next(), random.Next(10) == 0 ? BigInteger.Zero : Next());
            Assert.Equal(a.CompareTo(b), Math.Sign(cursor.Compare(Text(a, scale), Text(b, scale))));
        }
    }

    [Theory]
    [InlineData("TIMESTAMP_NTZ", "")]
    [InlineData("TIMESTAMP_TZ", "+00:00")]
    public void Timestamps_are_ordered_by_time(string type, string offset)
    {
        var cursor = Cursor(type, 9);
        var random = new Random(5);
        for (var i = 0; i < 5_000; i++)
        {
            var (a, b) = (Nanoseconds(), random.Next(10) == 0 ? 0 : Nanoseconds());
            Assert.Equal(a.CompareTo(b), Math.Sign(cursor.Compare(At(a), At(b))));
        }

        // Tens of nanoseconds since year 1.
        long Nanoseconds() => random.NextInt64(DateTime.MaxValue.Ticks);
        string At(long ticks) => new DateTime(ticks).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture) + "00" + offset;
    }

    [Fact]
    public void Texts_are_ordered_by_their_UTF_8_bytes()
    {
        var cursor = Cursor("TEXT", 0);
        var random = new Random(9);
        for (var i = 0; i < 5_000; i++)
        {
            var (a, b) = (RandomText.Next(random), RandomText.Next(random));
            Assert.Equal(Convert.ToHexString(Encoding.UTF8.GetBytes(a)).CompareOrdinal(Convert.ToHexString(Encoding.UTF8.GetBytes(b))), Math.Sign(cursor.Compare(a, b)));
        }
    }

    [Theory]
    [InlineData("BOOLEAN")]
    [InlineData("FLOAT")]
    [InlineData("TIME")]
    [InlineData("VARIANT")]
    [InlineData("BINARY")]
    public void Columns_without_a_growing_order_are_refused(string type) => Assert.Throws<ConfigurationException>(() => Cursor(type, 0));

    private static SnowflakeCursor Cursor(string type, int scale) =>
        new(new SnowflakeColumn("C", SnowflakeType.FromCatalog(type, 100, 38, scale, 9), true, 1), "UTC");

    // As Snowflake writes NUMBER(38, scale).
    private static string Text(BigInteger units, int scale)
    {
        var digits = BigInteger.Abs(units).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return (units.Sign < 0 ? "-" : "") + (scale == 0 ? digits : digits[..^scale] + "." + digits[^scale..]);
    }
}

internal static class OrdinalOrder
{
    /// <summary>−1, 0 or 1.</summary>
    public static int CompareOrdinal(this string a, string b) => Math.Sign(string.CompareOrdinal(a, b));
}
