using System.Globalization;
using System.IO.Compression;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>COPY INTO a stage: the files' bytes, their names, and that they load again.</summary>
public sealed class UnloadTests(PostgresServer server) : WarehouseTest(server)
{
    private const string RoundTrip = "TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"' NULL_IF = () EMPTY_FIELD_AS_NULL = FALSE";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await RunAsync("CREATE STAGE st");
    }

    private async Task<string> TextAsync(string stage)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder.FullName, Guid.NewGuid().ToString("N")));
        await RunAsync($"GET {stage} 'file://{folder.FullName.Replace('\\', '/')}'");
        var text = "";
        foreach (var file in folder.GetFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            await using Stream stream = file.Name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file.OpenRead(), CompressionMode.Decompress) : file.OpenRead();
            using var reader = new StreamReader(stream);
            text += await reader.ReadToEndAsync();
        }

        return text;
    }

    [Theory]
    [InlineData("", "1,a,\\N,true,2024-01-31\n\\N,,x\\,\\\\\\\ny,\\N,\\N\n")]
    [InlineData("TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"'", "1,\"a\",\\N,true,2024-01-31\n\\N,\"\",\"x,\\\ny\",\\N,\\N\n")]
    [InlineData(RoundTrip, "1,\"a\",,true,2024-01-31\n,\"\",\"x,\\\ny\",,\n")]
    [InlineData("TYPE = CSV FIELD_DELIMITER = '|' NULL_IF = ('NULL', 'x') ESCAPE_UNENCLOSED_FIELD = NONE DATE_FORMAT = 'DD.MM.YYYY'", "1|a|NULL|true|31.01.2024\nNULL||x,\\\ny|NULL|NULL\n")]
    [InlineData("TYPE = CSV RECORD_DELIMITER = '\\r\\n' FIELD_OPTIONALLY_ENCLOSED_BY = '\"' ESCAPE = '\\\\'", "1,\"a\",\\N,true,2024-01-31\r\n\\N,\"\",\"x,\\\\\ny\",\\N,\\N\r\n")]
    public async Task Rows_are_written_as_the_format_says(string format, string expected)
    {
        await RunAsync("CREATE TABLE t (k INT, s STRING, u STRING, b BOOLEAN, d DATE)");
        await RunAsync("INSERT INTO t SELECT 1, 'a', NULL, TRUE, '2024-01-31' UNION ALL SELECT NULL, '', 'x,\\\\\\ny', NULL, NULL");
        var result = (await OneAsync($"COPY INTO @st/out/ FROM (SELECT * FROM t ORDER BY k) FILE_FORMAT = ({format})")).Split('|');
        Assert.Equal(expected, await TextAsync("@st/out/"));
        Assert.Equal(("2", expected.Length.ToString(CultureInfo.InvariantCulture)), (result[0], result[1]));
        Assert.Equal("st/out/data_0_0_0.csv.gz", (await OneAsync("LIST @st")).Split('|')[0]);
    }

    [Fact]
    public async Task Every_type_comes_back_from_its_file_as_it_was()
    {
        await RunAsync("CREATE TABLE t (k INT, n NUMBER(38,10), f FLOAT, s STRING, b BOOLEAN, d DATE, tm TIME, z TIMESTAMP_NTZ, l TIMESTAMP_LTZ, o TIMESTAMP_TZ, x BINARY, v VARIANT)");
        await RunAsync("""
            INSERT INTO t SELECT 1, 9999999999999999999999999999.9999999999, 'inf', '', TRUE, '9999-12-31', '23:59:59.999999', '9999-12-31 23:59:59.999999', '2024-01-01 00:00:00 +05:30', '2024-01-01 00:00:00 +05:30', TO_BINARY('00FF'), PARSE_JSON('{"a":[null,"\\n"]}')
            UNION ALL SELECT 2, -0.000001, 'NaN', NULL, FALSE, '0001-01-01', '00:00:00', '0001-01-01 00:00:00.000001', NULL, '1969-12-31 23:59:59.999999 -09:30', NULL, NULL
            UNION ALL SELECT 3, 0, 1e-300, '"",\\n\\t\\\\N,\\\\', NULL, NULL, NULL, NULL, NULL, NULL, TO_BINARY(''), PARSE_JSON('"x"')
            """);
        await RunAsync("CREATE TABLE back LIKE t");
        await RunAsync("ALTER SESSION SET TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6', TIMESTAMP_LTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM', TIMESTAMP_TZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM', TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF6'");
        await RunAsync($"COPY INTO @~/{Connection.Session.State.Schema}/t FROM t FILE_FORMAT = ({RoundTrip})");
        await RunAsync($"COPY INTO back FROM @~/{Connection.Session.State.Schema}/t FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"' NULL_IF = ())  PURGE = TRUE");
        Assert.Equal(await RowsAsync("SELECT * FROM t ORDER BY k"), await RowsAsync("SELECT * FROM back ORDER BY k"));
        Assert.Equal("3", await OneAsync("SELECT COUNT(*) FROM back"));
        Assert.Empty(await RowsAsync($"LIST @~/{Connection.Session.State.Schema}/"));
    }

    [Fact]
    public async Task Files_are_named_and_sized_as_the_options_say()
    {
        await RunAsync("CREATE TABLE t (k INT, s STRING)");
        using (var load = Connection.BeginBulkLoad("t"))
        {
            for (var i = 0; i < 20_000; i++) load.WriteRow(i.ToString(CultureInfo.InvariantCulture), Guid.NewGuid().ToString());
            load.Complete();
        }

        Assert.Equal(20_000, await RunAsync("COPY INTO @st/many/part FROM t MAX_FILE_SIZE = 200000 HEADER = TRUE FILE_FORMAT = (COMPRESSION = NONE)"));
        var files = (await RowsAsync("LIST @st/many/")).Select(r => r.Split('|')).ToList();
        Assert.Equal(["st/many/part_0_0_0.csv", "st/many/part_0_0_1.csv", "st/many/part_0_0_2.csv", "st/many/part_0_0_3.csv", "st/many/part_0_0_4.csv"], files.Select(f => f[0]));
        Assert.All(files, f => Assert.InRange(long.Parse(f[1], CultureInfo.InvariantCulture), 1, 201_000));
        Assert.Equal(5, (await TextAsync("@st/many/")).Split("K,S\n").Length - 1);
        await RunAsync("CREATE TABLE back LIKE t");
        Assert.Equal(20_000, await RunAsync("COPY INTO back FROM @st/many/ FILE_FORMAT = (SKIP_HEADER = 1)"));
        Assert.Equal("20000|0", await OneAsync("SELECT COUNT(*), COUNT_IF(b.s <> t.s) FROM t JOIN back b ON b.k = t.k"));

        await FailsAsync("COPY INTO @st/many/part FROM t", 1030);
        await RunAsync("COPY INTO @st/many/part FROM (SELECT 'new') OVERWRITE = TRUE FILE_FORMAT = (COMPRESSION = NONE)");
        Assert.Equal("4", (await RowsAsync("LIST @st/many/part_0_0_0"))[0].Split('|')[1]);
        Assert.Equal(5, (await RowsAsync("LIST @st/many/")).Length);
        await RunAsync("COPY INTO @st/one.txt FROM t SINGLE = TRUE FILE_FORMAT = (COMPRESSION = NONE FIELD_DELIMITER = ';')");
        Assert.Equal("st/one.txt", (await OneAsync("LIST @st/one")).Split('|')[0]);
        await FailsAsync("COPY INTO @st/two.txt FROM t SINGLE = TRUE MAX_FILE_SIZE = 1000", 100358);
        Assert.Empty(await RowsAsync("LIST @st/two"));
        await RunAsync("COPY INTO @%t/x FROM t FILE_FORMAT = (FILE_EXTENSION = 'dat')");
        Assert.Equal("x_0_0_0.dat", (await OneAsync("LIST @%t")).Split('|')[0]);
        Assert.Equal("0|0|0", await OneAsync("COPY INTO @st/none FROM (SELECT * FROM t WHERE k < 0)"));
        Assert.Empty(await RowsAsync("LIST @st/none"));
    }

    [Theory]
    [InlineData("COPY INTO @st FROM t PARTITION BY (k)", 2)]
    [InlineData("COPY INTO @st FROM nope", 2003)]
    [InlineData("COPY INTO @nope FROM t", 2003)]
    [InlineData("COPY INTO @st FROM t DETAILED_OUTPUT = TRUE", 2)]
    [InlineData("COPY INTO @st FROM t MAX_FILE_SIZE = 0", 1008)]
    [InlineData("COPY INTO @st FROM t FILE_FORMAT = (TYPE = JSON)", 2019)]
    [InlineData("COPY INTO @st FROM t ON_ERROR = CONTINUE", 2)]
    [InlineData("COPY INTO @st FROM (SELECT 1 / (3 - k) FROM t ORDER BY k)", 100051)]
    public async Task An_unload_that_cannot_be_done_leaves_no_file(string sql, int code)
    {
        await RunAsync("CREATE TABLE t (k INT)");
        await RunAsync("INSERT INTO t VALUES (1), (2), (3)");
        await FailsAsync(sql, code);
        Assert.Empty(await RowsAsync("LIST @st"));
        Assert.Equal("3", await OneAsync("SELECT COUNT(*) FROM t"));
    }

    [Fact]
    public async Task JSON_is_one_value_a_line_and_an_open_transaction_stays_open()
    {
        await RunAsync("CREATE TABLE t (v VARIANT)");
        await RunAsync("BEGIN");
        await RunAsync("INSERT INTO t SELECT PARSE_JSON('{\"b\":[1,\"\\\\n\"],\"a\":1.50}')");
        Assert.Equal(1, await RunAsync("COPY INTO @st/j FROM t FILE_FORMAT = (TYPE = JSON)"));
        await RunAsync("ROLLBACK");
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM t"));
        Assert.Equal("st/j_0_0_0.json.gz", (await OneAsync("LIST @st")).Split('|')[0]);
        Assert.Equal("{\"a\":1.50,\"b\":[1,\"\\n\"]}\n", await TextAsync("@st"));
    }
}
