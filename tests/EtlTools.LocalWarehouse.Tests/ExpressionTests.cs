using System.Globalization;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

public sealed class ExpressionTests(PostgresServer server) : WarehouseTest(server)
{
    public static TheoryData<string, string> Values => new()
    {
        { "1 + 1", "2" }, { "7 / 2", "3.500000" }, { "1 / 3", "0.333333" }, { "2 * 1.50", "3.00" }, { "10 % 3", "1" }, { "-5", "-5" }, { "- (2 - 7)", "5" },
        { "99999999999999999999999999999999999999", "99999999999999999999999999999999999999" },
        { "'a' || 'b'", "ab" }, { "'it''s'", "it's" }, { @"'a\tb\\c\'d\n'", "a\tb\\c'd\n" }, { "$$raw \\n 'x'$$", "raw \\n 'x'" }, { "'😀规模'", "😀规模" },
        { "LENGTH('😀规')", "2" }, { "UPPER('straße é')", "STRASSE É" }, { "LOWER('ÀB')", "àb" },
        { "NULL IS NULL", "true" }, { "1 IN (2, 1)", "true" }, { "3 NOT IN (1, 2)", "true" }, { "2 BETWEEN 1 AND 3", "true" }, { "NULL IS DISTINCT FROM 1", "true" },
        { "'abc' LIKE 'a%'", "true" }, { "'ABC' ILIKE 'a_c'", "true" }, { @"'a%b' LIKE 'a^%b' ESCAPE '^'", "true" }, { "'axb' LIKE 'a^%b' ESCAPE '^'", "false" },
        { "CASE WHEN 1 = 2 THEN 'x' ELSE 'y' END", "y" }, { "CASE 1 WHEN 1 THEN 'one' END", "one" }, { "IFF(TRUE, 1, 2)", "1" }, { "NVL2(NULL, 1, 2)", "2" },
        { "COALESCE(NULL, 2)", "2" }, { "NVL(NULL, 'x')", "x" }, { "NULLIF(1, 1)", "NULL" }, { "ZEROIFNULL(NULL)", "0" },
        { "GREATEST(1, 2, 3)", "3" }, { "LEAST(1, NULL, 3)", "NULL" }, { "LEAST('b', 'a')", "a" }, { "'a' < 'B'", "false" },
        { "'12.345'::NUMBER(10,2)", "12.35" }, { "'1e2'::NUMBER", "100" }, { "TO_NUMBER('1,234.5', '9,999.9', 10, 1)", "1234.5" }, { "TRY_TO_NUMBER('x')", "NULL" },
        { "TO_VARCHAR(12.50)", "12.50" }, { "TO_VARCHAR(1234.5, '9,999.00')", " 1,234.50" }, { "TO_VARCHAR(0.1::FLOAT, 'TME')", "0.1" }, { "TO_VARCHAR('inf'::FLOAT, 'TME')", "inf" },
        { "'-inf'::FLOAT", "-inf" }, { "'NaN'::FLOAT", "NaN" }, { "1e20::FLOAT", "1e+20" }, { "TO_BOOLEAN('yes')", "true" }, { "TRY_TO_BOOLEAN('maybe')", "NULL" },
        { "TO_VARCHAR(TO_BINARY('00FFab'), 'HEX')", "00FFAB" }, { "TO_VARCHAR(TO_BINARY('hi', 'UTF-8'), 'BASE64')", "aGk=" }, { "TO_BINARY('6869')", "6869" },
        { "'2024-02-29'::DATE", "2024-02-29" }, { "DATE '0001-01-01'", "0001-01-01" }, { "TO_DATE('31/12/9999', 'DD/MM/YYYY')", "9999-12-31" },
        { "'23:59:59.5'::TIME", "23:59:59" }, { "TO_VARCHAR('23:59:59.123456'::TIME, 'HH24:MI:SS.FF9')", "23:59:59.123456000" },
        { "'2024-01-02 03:04:05.678'::TIMESTAMP_NTZ", "2024-01-02 03:04:05.678" },
        { "TO_VARCHAR('2024-01-02 03:04:05.123456'::TIMESTAMP_NTZ, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9')", "2024-01-02T03:04:05.123456000" },
        { "TO_VARCHAR('1969-12-31 23:59:59.999999'::TIMESTAMP, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6')", "1969-12-31T23:59:59.999999" },
        { "TO_VARCHAR('1969-12-31 23:59:59.999999'::TIMESTAMP, 'DDDDYYYYYYSSSSMIMI')", "313119696959595959" },
        { "TO_VARCHAR('2024-01-02 13:04:05.120'::TIMESTAMP, '\"at\"DD\"th \\\\ ''of\"MM.YY, HH12AM FF3FF9FF6')", "at02th \\ 'of01.24, 01PM 120120000000120000" },
        { "TO_VARCHAR(NULL::TIMESTAMP, 'YYYY-MM-DD')", "NULL" }, { "TO_VARCHAR('2024-01-02'::DATE, '\"only text\"')", "only text" },
        { "TO_TIMESTAMP_NTZ('2024-01-02T03:04:05.123456000', 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9')::VARCHAR", "2024-01-02 03:04:05.123" },
        { "TO_TIMESTAMP_TZ('2024-01-02 03:04:05 +05:30')", "2024-01-02 03:04:05.000 +0530" }, { "TO_TIMESTAMP_TZ('2024-01-02 03:04:05 -0330') = TO_TIMESTAMP_TZ('2024-01-02 06:34:05 Z')", "true" },
        { "TO_VARCHAR(TO_TIMESTAMP_TZ('2024-01-02 03:04:05 -03:30'), 'YYYY-MM-DD HH12:MI:SS AM TZH:TZM')", "2024-01-02 03:04:05 AM -03:30" },
        { "TO_TIMESTAMP_NTZ(1704164645)", "2024-01-02 03:04:05.000" }, { "TO_TIMESTAMP_NTZ(1704164645123, 3)", "2024-01-02 03:04:05.123" }, { "TO_TIMESTAMP_NTZ('1704164645')", "2024-01-02 03:04:05.000" },
        { "'2024-01-02 03:04:05.678'::TIMESTAMP_NTZ(0)", "2024-01-02 03:04:05.000" },
        { "DATEADD('second', -300, '2024-01-01'::TIMESTAMP_NTZ)", "2023-12-31 23:55:00.000" }, { "TO_VARCHAR(DATEADD('nanosecond', -1000, '2024-01-01'::TIMESTAMP_NTZ), 'HH24:MI:SS.FF9')", "23:59:59.999999000" },
        { "DATEADD(month, 1, '2024-01-31'::DATE)", "2024-02-29" }, { "DATEDIFF(day, '2024-01-01'::DATE, '2024-03-01'::DATE)", "60" }, { "DATEDIFF('hour', '2024-01-01 00:59:00'::TIMESTAMP, '2024-01-01 01:00:00'::TIMESTAMP)", "1" },
        { "DATE_TRUNC('month', '2024-02-29 12:00:00'::TIMESTAMP)", "2024-02-01 00:00:00.000" }, { "YEAR('2024-02-29'::DATE)", "2024" }, { "EXTRACT(hour FROM '2024-01-01 05:06:07'::TIMESTAMP)", "5" },
        { "CONVERT_TIMEZONE('UTC', 'Asia/Shanghai', '2024-01-01 00:00:00'::TIMESTAMP_NTZ)", "2024-01-01 08:00:00.000" },
        { "CONVERT_TIMEZONE('Asia/Kolkata', '2024-01-01 00:00:00'::TIMESTAMP_NTZ)", "2024-01-01 05:30:00.000 +0530" },
        { "SUBSTR('abcdef', 2, 3)", "bcd" }, { "SUBSTR('abc', -2)", "bc" }, { "LEFT('abc', 2)", "ab" }, { "LPAD('7', 3, '0')", "007" }, { "TRIM('  x ')", "x" }, { "REPLACE('aba', 'a', 'x')", "xbx" },
        { "SPLIT_PART('a-b-c', '-', 2)", "b" }, { "REGEXP_LIKE('abc', 'b')", "false" }, { "REGEXP_LIKE('abc', 'a.c')", "true" }, { "REGEXP_REPLACE('a1b2', '[0-9]', '#')", "a#b#" }, { "CONTAINS('abc', 'b')", "true" },
        { "STARTSWITH('abc', 'ab')", "true" }, { "ENDSWITH('abc', 'bc')", "true" }, { "MD5('a')", "0cc175b9c0f1b6a831c399e269772661" }, { "CONCAT('a', 1)", "a1" },
        { "ROUND(2.5)", "3" }, { "ROUND(-2.345, 2)", "-2.35" }, { "ROUND(2.5::FLOAT)", "3" }, { "FLOOR(-1.5)", "-2" }, { "CEIL(1.2)", "2" }, { "ABS(-3)", "3" }, { "MOD(7, 3)", "1" }, { "POWER(2, 3)", "8" }, { "SQRT(9)", "3" },
        { "PARSE_JSON('{\"b\": [1, {\"c\": \"x\"}], \"a\": null}')", "{\"a\":null,\"b\":[1,{\"c\":\"x\"}]}" }, { "PARSE_JSON('{\"a\":{\"b\":[10,20]}}'):a.b[1]::NUMBER", "20" }, { "PARSE_JSON('{\"A\":1}'):a", "NULL" },
        { "PARSE_JSON('null')", "null" }, { "PARSE_JSON('null') IS NULL", "false" }, { "TYPEOF(PARSE_JSON('1.5'))", "DECIMAL" }, { "TO_JSON(PARSE_JSON('[1,\"a\"]'))", "[1,\"a\"]" }, { "PARSE_JSON('{\"k\":\"v\"}')['k']::VARCHAR", "v" },
        { "OBJECT_CONSTRUCT('a', 1, 'b', NULL)", "{\"a\":1}" }, { "ARRAY_CONSTRUCT(1, 'x')", "[1,\"x\"]" }, { "TO_VARIANT(5)", "5" },
        { "CURRENT_DATABASE()", "TESTS" }, { "SYSDATE() <= DATEADD(day, 1, SYSDATE())", "true" }, { "CURRENT_TIMESTAMP IS NOT NULL", "true" }, { "LENGTH(UUID_STRING())", "36" },
        { "EXISTS (SELECT 1)", "true" }, { "(SELECT MAX(x) FROM (VALUES (1), (3)) AS v(x))", "3" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task An_expression_yields_what_Snowflake_yields(string expression, string expected) =>
        Assert.Equal(expected, await OneAsync($"SELECT {expression}"));

    [Fact]
    public async Task A_comma_culture_changes_no_value()
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        try
        {
            foreach (var row in Values)
                Assert.Equal(row[1], await OneAsync($"SELECT {row[0]}"));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("'2024-02-29 23:05:06.789012'::TIMESTAMP_NTZ", "YYYY-MM-DD\"T\"HH24:MI:SS.FF9")]
    [InlineData("'0001-01-01 00:05:06.000001'::TIMESTAMP_NTZ", "YY/MON/DD DY HH12:MI:SS.FF3 AM")]
    [InlineData("'2024-02-29 13:05:06 -09:30'::TIMESTAMP_TZ", "DD.MM.YYYY HH24:MI TZHTZM")]
    [InlineData("'2024-12-01 00:00:00'::TIMESTAMP_LTZ", "YYYY MMMM TZH:TZM FF0")]
    [InlineData("'9999-12-31'::DATE", "YYYY-MM-DD HH24")]
    [InlineData("'00:00:01.5'::TIME", "HH12:MI:SS.FF1 PM")]
    public async Task The_reader_prints_a_time_as_the_database_does(string value, string format)
    {
        var direct = await OneAsync($"SELECT TO_VARCHAR({value}, '{format}')");
        Assert.Equal(await OneAsync($"SELECT TO_VARCHAR({value}, '{format}') || ''"), direct);
        Assert.NotEqual("", direct);
    }

    [Theory]
    [InlineData("SELECT 'x'::NUMBER", 100038)]
    [InlineData("SELECT '1000'::NUMBER(3,0)", 100039)]
    [InlineData("SELECT 1000::NUMBER(3,0)", 100132)]
    [InlineData("SELECT '2023-02-29'::DATE", 100040)]
    [InlineData("SELECT '2024-01-01 25:00:00'::TIMESTAMP_NTZ", 100035)]
    [InlineData("SELECT '2024-01-01 00:00:00.123456789'::TIMESTAMP_NTZ", 2)]
    [InlineData("SELECT 'maybe'::BOOLEAN", 100037)]
    [InlineData("SELECT 'abc'::VARCHAR(2)", 100078)]
    [InlineData("SELECT PARSE_JSON('{')", 100069)]
    [InlineData("SELECT PARSE_JSON('\"\\\\u0000\"')", 2)]
    [InlineData("SELECT 1 / 0", 100051)]
    [InlineData("SELECT NO_SUCH_FUNCTION(1)", 2140)]
    [InlineData("SELECT no_column", 904)]
    [InlineData("SELECT 1 FROM no_table", 2003)]
    [InlineData("SELEC 1", 1003)]
    [InlineData("SELECT 规模", 1003)]
    [InlineData("SELECT 'a\\0b'", 2)]
    [InlineData("SELECT ?", 1003)]
    [InlineData("SELECT 1; SELECT 2", 8)]
    [InlineData("COPY INTO t FROM @s", 2003)]
    [InlineData("ALTER SESSION SET NO_SUCH = 1", 1006)]
    [InlineData("ALTER SESSION SET TIMEZONE = 'EST5'", 1008)]
    [InlineData("SELECT * FROM (SELECT 1 AS a) x JOIN (SELECT 1 AS a) y ON a = a", 1052)]
    public async Task What_Snowflake_refuses_is_refused(string sql, int code) => await FailsAsync(sql, code);

    [Fact]
    public async Task A_syntax_error_says_where()
    {
        var error = await FailsAsync("SELECT 1\nFROM FROM", 1003);
        Assert.Contains("syntax error line 2 at position 5 unexpected 'FROM'.", error.Message, StringComparison.Ordinal);
    }
}
