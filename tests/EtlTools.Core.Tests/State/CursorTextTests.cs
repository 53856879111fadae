using EtlTools.Core.Errors;
using EtlTools.Core.State;
using Xunit;

namespace EtlTools.Core.Tests.State;

public sealed class CursorTextTests
{
    [Theory]
    [InlineData("2026-01-31", "2025-12-01T10:11:12.123456789", "2026-01-31T00:00:00.000000000")]
    [InlineData("2026-01-31 08:30", "2025-12-01T10:11:12.123456789", "2026-01-31T08:30:00.000000000")]
    [InlineData("2026-01-31T08:30:01.5", "2025-12-01T10:11:12.123456789", "2026-01-31T08:30:01.500000000")]
    [InlineData("2026-01-31 08:30:01", "2025-12-01T10:11:12.123456789+00:00", "2026-01-31T08:30:01.000000000+00:00")]
    [InlineData("2026-01-31", "2025-12-01", "2026-01-31")]
    [InlineData("42", "17", "42")]
    [InlineData("-42.5", "17.000", "-42.500")]
    [InlineData("version b", "version a", "version b")]
    [InlineData("2026-01-31 08:30:01.25", null, "2026-01-31T08:30:01.250000000")]
    [InlineData("2026-01-31", null, "2026-01-31")]
    [InlineData("42", null, "42")]
    public void A_typed_watermark_takes_the_form_of_the_stored_one(string typed, string? stored, string expected) =>
        Assert.Equal(expected, CursorText.Like(typed, stored, "orders"));

    [Theory]
    [InlineData("yesterday", "2025-12-01T10:11:12.123456789")]
    [InlineData("17", "2025-12-01T10:11:12.123456789")]
    [InlineData("2026-01-31 08:30", "2025-12-01")]
    [InlineData("2026-01-31", "17")]
    [InlineData("42.5", "17")]
    [InlineData(" ", "17")]
    public void Another_kind_of_value_is_refused(string typed, string stored) =>
        Assert.Throws<ConfigurationException>(() => CursorText.Like(typed, stored, "orders"));
}
