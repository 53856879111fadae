using EtlTools.Core.Config;
using EtlTools.Core.Sync.ToSnowflake;
using Xunit;

namespace EtlTools.Core.Tests.Sync.ToSnowflake;

public sealed class TransformStepsTests
{
    private static readonly CastType Amount = new(CastKind.Numeric, 6, 2);

    /// <summary>Steps, a text, and what becomes of it.</summary>
    public static TheoryData<string, TransformStep[], string?, string?> Changes => new()
    {
        { "trim and map", [new TrimStep(), new MapStep(new Dictionary<string, string?> { ["CA"] = "California", ["-"] = null })], " CA ", "California" },
        { "map to NULL, then nothing more", [new MapStep(new Dictionary<string, string?> { ["-"] = null }), new UpperStep()], "-", null },
        { "map leaves others", [new MapStep(new Dictionary<string, string?> { ["CA"] = "California" })], "ca", "ca" },
        { "NULL stays NULL", [new UpperStep(), new HashStep()], null, null },
        { "upper in no culture", [new UpperStep()], "istanbul", "ISTANBUL" },
        { "lower", [new LowerStep()], "ÀB", "àb" },
        { "null_if", [new NullIfStep(["", "N/A"])], "", null },
        { "null_if is exact", [new NullIfStep(["N/A"])], "n/a", "n/a" },
        { "regex", [new RegexReplaceStep("-([0-9]{4})$", ".$1")], "12345-6789", "12345.6789" },
        { "mask all", [new MaskStep(0)], "é😀x", "***" },
        { "mask but four", [new MaskStep(4)], "4111111111111111", "************1111" },
        { "mask a short one", [new MaskStep(4)], "abc", "***" },
        { "hash", [new HashStep()], "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "integer", [new CastStep(new CastType(CastKind.Integer))], " 42 ", "42" },
        { "38 digits", [new CastStep(new CastType(CastKind.Numeric))], "99999999999999999999999999999999999999", "99999999999999999999999999999999999999" },
        { "scale", [new CastStep(Amount)], "-1234.50", "-1234.50" },
        { "boolean", [new CastStep(new CastType(CastKind.Boolean))], "Yes", "true" },
        { "American time", [new CastStep(new CastType(CastKind.Timestamp))], "12/31/2025 23:59", "2025-12-31 23:59:00.000000" },
        { "ISO time", [new CastStep(new CastType(CastKind.Timestamp))], "2025-12-31T23:59:59.5", "2025-12-31 23:59:59.500000" },
        { "zone", [new CastStep(new CastType(CastKind.TimestampWithZone))], "2025-12-31T23:59:59+05:30", "2025-12-31 18:29:59.000000 +00:00" },
        { "json", [new CastStep(new CastType(CastKind.Json))], "[1]", "[1]" },
    };

    /// <summary>A type and a text that is none of its values.</summary>
    public static TheoryData<CastKind, string> Refusals => new()
    {
        { CastKind.Integer, "1.5" }, { CastKind.Integer, "1,000" }, { CastKind.Numeric, "1e5" }, { CastKind.Numeric, "." }, { CastKind.Numeric, "--1" },
        { CastKind.Numeric, "" }, { CastKind.Boolean, "maybe" }, { CastKind.Date, "2025-02-30" }, { CastKind.Timestamp, "yesterday" },
        { CastKind.Timestamp, "31/12/2025" }, { CastKind.Json, "{" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Steps_change_a_text_in_their_order(string name, TransformStep[] steps, string? text, string? expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, TransformSteps.Compile(new ColumnTransform("c", steps))!(text));
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_text_that_is_not_of_the_type_is_refused(CastKind kind, string text) =>
        Assert.Throws<FormatException>(() => TransformSteps.Compile(new ColumnTransform("c", [new CastStep(new CastType(kind))]))!(text));

    [Theory]
    [InlineData("12345.00")]
    [InlineData("1.005")]
    public void A_number_that_would_be_rounded_or_cut_is_refused(string text) =>
        Assert.Throws<FormatException>(() => TransformSteps.Compile(new ColumnTransform("c", [new CastStep(Amount)]))!(text));

    [Fact]
    public void Steps_that_do_not_touch_the_text_need_no_function() =>
        Assert.Null(TransformSteps.Compile(new ColumnTransform("c", [new ConstantStep("x"), new RenameStep("d")])));
}
