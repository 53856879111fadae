using System.Globalization;
using System.Text;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>Values bound to a query are written into its text: they must stay the values they are.</summary>
public sealed class BoundLiteralTests(PostgresServer server) : WarehouseTest(server)
{
    private static readonly string[] Texts =
    [
        "", " ", "'", "''", "\\", "\\'", "'\\", "\\\\'", "' OR '1'='1", "'; DROP TABLE kept; --", "'::text) AS q) TO STDOUT; DROP TABLE kept; --",
        "\\'; DROP TABLE kept; --", "$1", "$$", "$tag$", "?", ":1", "--", "/* */", "E'\\x41'", "\\x41", "\\u0041", "U&'\\0041'", "\n\r\t\b\f", "\u0001\u001f\u007f",
        "\"", "%_", "{0}", "né 中文 😀 \u200b\ufeff\u2028", "e\u0301", "\uffff", "＇", "NULL", "null",
    ];

    [Fact]
    public async Task Text_comes_back_as_it_was_bound_and_does_nothing_else()
    {
        await RunAsync("CREATE TABLE kept (s STRING)");
        foreach (var text in Texts)
        {
            Assert.Equal([text + "|" + Length(text)], await RowsAsync("SELECT ?, LENGTH(?)", text, text));
            Assert.Equal(text + "<>" + text, await OneAsync("SELECT :1 || '<>' || :1", text));
            Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM kept WHERE s = ?", text));
        }

        Assert.Equal(string.Join('|', Texts), await OneAsync("SELECT " + string.Join(", ", Texts.Select(_ => "?")), [.. Texts]));
    }

    private static string Length(string text) => text.EnumerateRunes().Count().ToString(CultureInfo.InvariantCulture);

    [Fact]
    public async Task Random_text_comes_back_as_it_was_bound()
    {
        var random = new Random(7);
        string[] pieces = ["'", "\\", "\"", "$", "$1", ";", "--", "\n", "a", "中", "😀", "E'", "''", "\\'", ")", "::", "%"];
        for (var n = 0; n < 100; n++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(12); i >= 0; i--) text.Append(pieces[random.Next(pieces.Length)]);
            Assert.Equal(text.ToString(), await OneAsync("SELECT ?", text.ToString()));
        }
    }

    public static TheoryData<string, object?> Values => new()
    {
        { "NUMBER(38,0)", long.MinValue },
        { "NUMBER(38,0)", ulong.MaxValue },
        { "NUMBER(38,0)", (byte)0 },
        { "NUMBER(38,10)", -1.50m },
        { "NUMBER(38,0)", decimal.MaxValue },
        { "NUMBER(38,28)", 0.0000000000000000000000000001m },
        { "FLOAT", 0.1 },
        { "FLOAT", -0.0 },
        { "FLOAT", double.MaxValue },
        { "FLOAT", double.Epsilon },
        { "FLOAT", 1.5f },
        { "FLOAT", double.NaN },
        { "FLOAT", double.NegativeInfinity },
        { "BOOLEAN", true },
        { "BOOLEAN", false },
        { "STRING", "it's \\ here" },
        { "STRING", 'c' },
        { "STRING", new Guid("00112233-4455-6677-8899-aabbccddeeff") },
        { "BINARY", new byte[] { 0, 39, 92, 255 } },
        { "BINARY", Array.Empty<byte>() },
        { "DATE", new DateOnly(1582, 10, 15) },
        { "DATE", new DateOnly(9999, 12, 31) },
        { "DATE", DateOnly.MinValue },
        { "TIMESTAMP_NTZ", DateTime.MinValue },
        { "TIME", new TimeOnly(23, 59, 59, 999, 999) },
        { "TIMESTAMP_NTZ", new DateTime(1, 1, 2, 3, 4, 5, 678, 901, DateTimeKind.Unspecified) },
        { "TIMESTAMP_NTZ", new DateTime(2024, 2, 29, 23, 59, 59, DateTimeKind.Utc) },
        { "TIMESTAMP_TZ", new DateTimeOffset(2024, 2, 29, 1, 2, 3, 4, 5, TimeSpan.FromMinutes(-570)) },
        { "TIMESTAMP_TZ", new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.FromHours(14)) },
        { "STRING", null },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_value_in_a_query_is_the_value_an_INSERT_stores(string type, object? value)
    {
        await RunAsync("ALTER SESSION SET TIMESTAMP_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM', TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6', TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF6'");
        await RunAsync($"CREATE TABLE t (v {type})");
        await RunAsync("INSERT INTO t SELECT ?", value);
        Assert.Equal("1", await OneAsync(value is null ? "SELECT COUNT(*) FROM t WHERE v IS NULL AND ? IS NULL" : "SELECT COUNT(*) FROM t WHERE v = ?", value));
        Assert.Equal(await OneAsync("SELECT v FROM t"), await OneAsync($"SELECT CAST(? AS {type})", value));
    }

    [Fact]
    public async Task Positions_that_take_constants_take_bound_ones()
    {
        Assert.Equal(["2", "1"], await RowsAsync("SELECT v FROM (SELECT 1 AS v UNION ALL SELECT 2 UNION ALL SELECT 3) WHERE v < ? ORDER BY v DESC LIMIT ?", 3, 5));
        Assert.Equal(["x"], await RowsAsync("SELECT ? AS a FROM (SELECT 1 AS v UNION ALL SELECT 2) GROUP BY a ORDER BY a", "x"));
        await Assert.ThrowsAsync<LocalWarehouseException>(() => RowsAsync("SELECT 1 LIMIT ?", -1));
        Assert.Equal("1", await OneAsync("SELECT 1"));
    }

    [Fact]
    public async Task Text_that_cannot_be_stored_is_refused_before_it_is_sent()
    {
        await RunAsync("BEGIN");
        await RunAsync("CREATE TEMPORARY TABLE t (s STRING)");
        await FailsAsync("SELECT ?", 2, "a\0'");
        await FailsAsync("SELECT ?", 2, "half \ud83d");
        await FailsAsync("SELECT 'half \ud83d'", 2);
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM t"));
    }
}
