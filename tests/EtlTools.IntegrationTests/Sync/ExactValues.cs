using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>Values of every Snowflake type at its extremes, and what they must be in PostgreSQL.</summary>
internal static class ExactValues
{
    /// <summary>Types with their values.</summary>
    public static IReadOnlyDictionary<string, TypeCase> All { get; } = Cases().ToDictionary(c => c.Type, StringComparer.Ordinal);

    private static IEnumerable<TypeCase> Cases()
    {
        yield return Numbers(38, 0,
            "0", "1", "-1", "9007199254740993", "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
            "-9223372036854775809", "18446744073709551616", "79228162514264337593543950335", "79228162514264337593543950336",
            "12345678901234567890123456789012345678", "99999999999999999999999999999999999999", "-99999999999999999999999999999999999999",
            "10000000000000000000000000000000000000");
        yield return Numbers(38, 37,
            "0.0000000000000000000000000000000000000", "0.0000000000000000000000000000000000001", "-0.0000000000000000000000000000000000001",
            "9.9999999999999999999999999999999999999", "-9.9999999999999999999999999999999999999", "1.2345678901234567890123456789012345678");
        yield return Numbers(38, 19,
            "9999999999999999999.9999999999999999999", "-9999999999999999999.9999999999999999999", "0.1000000000000000000",
            "9223372036854775807.9223372036854775807", "1.0000000000000000001", "79228162514264337.5935439503350000000");
        yield return Numbers(18, 6, "0.000000", "-0.000001", "0.000001", "999999999999.999999", "-999999999999.999999", "0.100000", "-1.500000", "123.456789");
        yield return Numbers(10, 2, "0.01", "-0.01", "99999999.99", "-99999999.99", "0.10", "1.00", "-0.50");
        yield return Numbers(1, 0, "9", "-9", "0");
        yield return Doubles();
        yield return Texts();
        yield return new TypeCase("VARCHAR(5)", "varchar(5)", [.. new[] { "", "abcde", "  x  ", "ab   ", "中文中文中", "😀😀😀😀😀" }.Select(t => new Value(SnowSql.Text(t), t, t))]);
        yield return new TypeCase("BOOLEAN", "boolean", [new("TRUE", "true", "true"), new("FALSE", "false", "false")]);
        yield return new TypeCase("DATE", "date", [.. new[]
        {
            "0001-01-01", "0001-12-31", "1582-10-04", "1582-10-15", "1899-12-31", "1900-02-28", "1969-12-31", "1970-01-01", "2000-02-29",
            "2024-02-29", "2038-01-19", "9999-12-31",
        }.Select(d => new Value($"'{d}'", d, d))]);
        yield return new TypeCase("TIME", "time", [.. new[]
        {
            "00:00:00", "00:00:00.000001", "12:34:56.789012", "23:59:59.999999", "23:59:59", "01:02:03.1", "11:59:59.999",
        }.Select(t => new Value($"'{t}'", Nine(t), t))]);
        yield return new TypeCase("TIMESTAMP_NTZ", "timestamp", [.. Moments.Select(m => new Value($"'{m}'", Nine(m.Replace(' ', 'T')), m))]);
        yield return Offsets("TIMESTAMP_TZ");
        yield return new TypeCase("TIMESTAMP_LTZ", "timestamptz", [.. Moments.Select(m => new Value($"'{m} +0000'", Nine(m.Replace(' ', 'T')) + "+00:00", m + "+00"))]);
        yield return Binaries();
        yield return Json("VARIANT",
            ("null", null), ("true", null), ("0", null), ("-1", null), ("\"\"", null), ("\"a\"", null), ("[]", null), ("{}", null),
            ("12345678901234567890123456789012345678", null), ("0.000001", null), ("[1,[2,[3,[4,[5]]]]]", "[1, [2, [3, [4, [5]]]]]"),
            ("{\"a\":{\"b\":{\"c\":[null,\"中\",\"😀\"]}}}", "{\"a\": {\"b\": {\"c\": [null, \"中\", \"😀\"]}}}"),
            ("\"line\\nbreak\\ttab\\\\backslash\\\"quote\"", null), ("[\"\\\\N\",\"\\\\.\"]", "[\"\\\\N\", \"\\\\.\"]"));
        yield return Json("OBJECT", ("{}", null), ("{\"k\":1}", "{\"k\": 1}"), ("{\"年金\":\"计划\"}", "{\"年金\": \"计划\"}"), ("{\"\":null}", "{\"\": null}"), ("{\"a b\":[true]}", "{\"a b\": [true]}"));
        yield return Json("ARRAY", ("[]", null), ("[null]", null), ("[1,\"a\",null,true]", "[1, \"a\", null, true]"), ("[[],[[]]]", "[[], [[]]]"), ("[{\"x\":-0.5}]", "[{\"x\": -0.5}]"));
    }

    private static IEnumerable<string> Moments =>
    [
        "0001-01-01 00:00:00", "0001-01-01 00:00:00.000001", "1582-10-10 12:00:00", "1969-12-31 23:59:59.999999", "1970-01-01 00:00:00",
        "1900-01-01 00:00:00.5", "2024-02-29 23:59:59.123456", "2024-03-31 02:30:00", "2024-10-27 02:30:00", "2038-01-19 03:14:08",
        "2262-04-11 23:47:16.854776", "9999-12-31 23:59:59.999999",
    ];

    private static TypeCase Numbers(int precision, int scale, params string[] values) =>
        new($"NUMBER({precision},{scale})", $"numeric({precision},{scale})", [.. values.Select(v => new Value(v, v, v))]);

    // The text differs in spelling only; what counts is that it reads back to the same bits.
    private static TypeCase Doubles() => new("FLOAT", "double precision", [.. new (string Literal, string Natural)[]
    {
        ("0", "0"), ("-0.0", "-0"), ("1", "1"), ("0.1", "0.1"), ("0.30000000000000004", "0.30000000000000004"), ("1.0000000000000002", "1.0000000000000002"),
        ("0.9999999999999999", "0.9999999999999999"), ("3.141592653589793", "3.141592653589793"), ("123456789.12345679", "123456789.12345679"),
        ("9007199254740992", "9.007199254740992e+15"), ("9007199254740994", "9.007199254740994e+15"), ("1e22", "1e+22"), ("1e23", "9.999999999999999e+22"), ("5e-324", "5e-324"),
        ("2.2250738585072014e-308", "2.2250738585072014e-308"), ("2.225073858507201e-308", "2.225073858507201e-308"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"), ("-1.7976931348623157e308", "-1.7976931348623157e+308"), ("-5e-324", "-5e-324"),
        ("inf", "Infinity"), ("-inf", "-Infinity"), ("NaN", "NaN"), ("-0.000001", "-1e-06"), ("1.1e-5", "1.1e-05"), ("4.35", "4.35"),
    }.Select(v => new Value($"'{v.Literal}'", v.Natural, v.Natural))], TextAs: "double precision");

    private static TypeCase Texts() => new("VARCHAR", "text", [.. new[]
    {
        "", " ", "a", " a ", "\t", "\n", "\r", "\r\n", "\\", "\\N", "\\.", "\\\\N", "\\t", "a\\", "\\x41", "\u0001", "\u007f", "\u0085", "\u00a0",
        "'", "''", "\"", "NULL", "null", "~", ",", ";", "|", "a\tb\nc\rd\\e", "\b\f\v", "ß", "İıIi", "e\u0301", "\u00e9", "\u200b", "\ufeff", "\ufffd", "\uffff",
        "规模明细", "年金计划号", "😀", "👨\u200d👩\u200d👧", "𝄞", "\ue000", "مرحبا", "שלום", "한국어", "z\u0335\u0321a\u0300\u0301\u0302l", "{}", "[1]", "0x00",
        "2024-01-01", "1e5", new string(' ', 1000), new string('x', 1 << 20), string.Concat(Enumerable.Repeat("中😀\\\n", 50_000)),
    }.Select(t => new Value(SnowSql.Text(t), t, t))]);

    private static TypeCase Offsets(string type) => new(type, "timestamptz", [.. new (string Source, string Text, string Utc)[]
    {
        ("2024-01-01 12:00:00 +0530", "2024-01-01T12:00:00.000000000+05:30", "2024-01-01 06:30:00+00"),
        ("2024-01-01 12:00:00.123456 +0545", "2024-01-01T12:00:00.123456000+05:45", "2024-01-01 06:15:00.123456+00"),
        ("2024-01-01 12:00:00 -0330", "2024-01-01T12:00:00.000000000-03:30", "2024-01-01 15:30:00+00"),
        ("2024-01-01 12:00:00 +1245", "2024-01-01T12:00:00.000000000+12:45", "2023-12-31 23:15:00+00"),
        ("2024-01-01 12:00:00 +1400", "2024-01-01T12:00:00.000000000+14:00", "2023-12-31 22:00:00+00"),
        ("2024-01-01 12:00:00 -1200", "2024-01-01T12:00:00.000000000-12:00", "2024-01-02 00:00:00+00"),
        ("2024-01-01 00:00:00 -0030", "2024-01-01T00:00:00.000000000-00:30", "2024-01-01 00:30:00+00"),
        ("1969-12-31 23:59:59.999999 +0000", "1969-12-31T23:59:59.999999000+00:00", "1969-12-31 23:59:59.999999+00"),
        ("9999-12-31 23:59:59.999999 +0000", "9999-12-31T23:59:59.999999000+00:00", "9999-12-31 23:59:59.999999+00"),
        ("9999-12-31 23:59:59.999999 -1200", "9999-12-31T23:59:59.999999000-12:00", "10000-01-01 11:59:59.999999+00"),
        ("0001-01-01 00:00:00 +0000", "0001-01-01T00:00:00.000000000+00:00", "0001-01-01 00:00:00+00"),
        ("0001-01-01 00:00:00 +0800", "0001-01-01T00:00:00.000000000+08:00", "0001-12-31 16:00:00+00 BC"),
        ("2024-02-29 23:30:00 -0045", "2024-02-29T23:30:00.000000000-00:45", "2024-03-01 00:15:00+00"),
    }.Select(v => new Value($"'{v.Source}'", v.Text, v.Utc))]);

    private static TypeCase Binaries() => new("BINARY", "bytea", [.. new[]
    {
        "", "00", "FF", "0001020304", "5C", "5C4E", "5C2E", "0A0D09", "DEADBEEF", "F09F9880", "C328", string.Concat(Enumerable.Range(0, 256).Select(b => b.ToString("X2"))),
        string.Concat(Enumerable.Repeat("A5005A", 30_000)),
    }.Select(hex => new Value($"TO_BINARY('{hex}', 'HEX')", hex, "\\x" + hex.ToLowerInvariant()))]);

    private static TypeCase Json(string type, params (string Json, string? Natural)[] values)
    {
        var cast = type switch { "OBJECT" => "::OBJECT", "ARRAY" => "::ARRAY", _ => "" };
        return new TypeCase(type, "jsonb", [.. values.Select(v => new Value($"PARSE_JSON({SnowSql.Text(v.Json)}){cast}", v.Natural ?? v.Json, v.Natural ?? v.Json))], TextAs: "jsonb");
    }

    // Nine digits after the point, as the source writes them.
    private static string Nine(string time)
    {
        var point = time.LastIndexOf('.');
        return point < 0 ? time + ".000000000" : time + new string('0', 9 - (time.Length - point - 1));
    }
}

/// <summary>A Snowflake type, its natural type in PostgreSQL, and values.</summary>
/// <param name="Type">Snowflake's type.</param>
/// <param name="Natural">PostgreSQL's.</param>
/// <param name="Values">Values; a NULL is added to them.</param>
/// <param name="TextAs">What a text column is read back as, where one value has several spellings.</param>
internal sealed record TypeCase(string Type, string Natural, IReadOnlyList<Value> Values, string? TextAs = null);

/// <summary>A value.</summary>
/// <param name="Source">Snowflake expression.</param>
/// <param name="Text">What a text column must hold.</param>
/// <param name="InType">What the natural type must print.</param>
internal sealed record Value(string Source, string Text, string InType);
