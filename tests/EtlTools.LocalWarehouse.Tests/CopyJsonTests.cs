using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>COPY INTO a table from JSON files.</summary>
public sealed class CopyJsonTests(PostgresServer server) : WarehouseTest(server)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await RunAsync("CREATE STAGE st FILE_FORMAT = (TYPE = JSON STRIP_OUTER_ARRAY = TRUE)");
        await RunAsync("CREATE TABLE v (v VARIANT)");
        await RunAsync("CREATE TABLE t (k NUMBER(5,1), s VARCHAR(5), b BOOLEAN, d DATE, \"mixed\" VARIANT, f FLOAT)");
    }

    [Theory]
    [InlineData("TRUE", "[{\"a\":1},\n [2] , \"x\",null]\n", "{\"a\":1};[2];\"x\";null")]
    [InlineData("FALSE", "[{\"a\":1}]\n[2]", "[{\"a\":1}];[2]")]
    [InlineData("FALSE", "{\"a\":\n1}{\"b\":2}\n\n3 true", "{\"a\":1};{\"b\":2};3;true")]
    [InlineData("TRUE", "[]", "")]
    public async Task Values_become_rows_of_a_VARIANT_column(string strip, string text, string expected)
    {
        await PutAsync("@st", "a.json", text);
        await RunAsync($"COPY INTO v FROM @st FILE_FORMAT = (TYPE = JSON STRIP_OUTER_ARRAY = {strip})");
        Assert.Equal(expected, string.Join(';', await RowsAsync("SELECT TO_JSON(v) FROM v")));
    }

    [Fact]
    public async Task Members_are_matched_to_columns_by_name_and_cast_as_VARIANT_is()
    {
        await PutAsync("@st", "a.json", """
            [{"k": 1.25, "S": "a\u00e4\n", "b": true, "D": "2024-01-31", "mixed": {"x": [1]}, "other": 1},
             {"K": "-2", "b": 0, "mixed": "text \"q\"", "f": 1e-3}, {"k": true, "s": 12, "mixed": null, "f": "inf"}]
            """);
        Assert.Equal(3, await RunAsync("COPY INTO t FROM @st MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE"));
        Assert.Equal(
            ["-2.0|NULL|false|NULL|\"text \\\"q\\\"\"|0.001", "1.0|12|NULL|NULL|NULL|inf", "1.3|aä\n|true|2024-01-31|{\"x\":[1]}|NULL"],
            await RowsAsync("SELECT * FROM t ORDER BY k"));
        await RunAsync("TRUNCATE TABLE t");
        Assert.Equal(3, await RunAsync("COPY INTO t FROM @st MATCH_BY_COLUMN_NAME = CASE_SENSITIVE"));
        Assert.Equal("1|1|3", await OneAsync("SELECT COUNT(k), COUNT(\"mixed\") - 1, COUNT(*) FROM t"));
    }

    [Fact]
    public async Task A_transformation_reads_paths_of_the_value()
    {
        await PutAsync("@st/p", "a.json", "{\"k\":1,\"o\":{\"s\":[\"x\",\"y\"]},\"Up\":true}{\"k\":\"2\",\"o\":null}");
        await RunAsync("COPY INTO t (k, s, b, \"mixed\") FROM (SELECT $1:k::NUMBER(5,1), j.$1:o.s[1]::VARCHAR, $1['Up']::BOOLEAN, OBJECT_CONSTRUCT('f', METADATA$FILENAME, 'n', METADATA$FILE_ROW_NUMBER) FROM @st j)");
        Assert.Equal(["1.0|y|true|{\"f\":\"p/a.json\",\"n\":1}", "2.0|NULL|NULL|{\"f\":\"p/a.json\",\"n\":2}"], await RowsAsync("SELECT k, s, b, \"mixed\" FROM t ORDER BY k"));
    }

    [Theory]
    [InlineData("[{\"k\":1},{\"k\":", 100069)]
    [InlineData("[{\"k\":1},{\"k\":\"x\"}]", 100038)]
    [InlineData("[{\"k\":1},{\"s\":\"toolong\"}]", 100074)]
    [InlineData("[{\"k\":1},{\"s\":\"\\u0000\"}]", 2)]
    [InlineData("[{\"k\":1},{\"s\":{}}]", 2)]
    [InlineData("[{\"k\":1},[1]]", 100071)]
    public async Task A_bad_value_aborts_or_is_passed_over(string text, int code)
    {
        await PutAsync("@st", "a.json", text);
        await FailsAsync("COPY INTO t FROM @st MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE", code);
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM t"));
        if (code == 2) return;
        Assert.StartsWith("st/a.json|PARTIALLY_LOADED|2|1|2|1|", await OneAsync("COPY INTO t FROM @st MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE ON_ERROR = CONTINUE"), StringComparison.Ordinal);
        Assert.Equal("1.0", await OneAsync("SELECT k FROM t"));
    }
}
