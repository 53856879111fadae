using System.Globalization;
using System.IO.Compression;
using System.Text;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>COPY INTO a table from CSV files: what arrives, what is refused and where.</summary>
public sealed class CopyIntoTableTests(PostgresServer server) : WarehouseTest(server)
{
    private const string Quoted = "TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"'";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await RunAsync("CREATE STAGE st");
        await RunAsync("CREATE TABLE t (n NUMBER(5,2), s VARCHAR(6))");
    }

    [Theory]
    [InlineData("TYPE = CSV", "1,a\n2,b", "1.00|a,2.00|b")]
    [InlineData("TYPE = CSV", "1,a\r\n2,b\r\n", "1.00|a,2.00|b")]
    [InlineData("TYPE = CSV", ",\n\\N,\\N\n", "NULL|NULL,NULL|NULL")]
    [InlineData("TYPE = CSV", "1,a\\,b\n", "1.00|a,b")]
    [InlineData("TYPE = CSV", "1,\"a\"\n", "1.00|\"a\"")]
    [InlineData("TYPE = CSV EMPTY_FIELD_AS_NULL = FALSE", "1,\n", "1.00|")]
    [InlineData("TYPE = CSV NULL_IF = ('', 'x', '7')", "7,x\n", "NULL|NULL")]
    [InlineData("TYPE = CSV NULL_IF = ()", "1,\\N\n", "1.00|N")]
    [InlineData("TYPE = CSV ESCAPE_UNENCLOSED_FIELD = NONE NULL_IF = ()", "1,\\N\n", "1.00|\\N")]
    [InlineData("TYPE = CSV SKIP_HEADER = 2", "no\nheader,\"\n1,a\n", "1.00|a")]
    [InlineData("TYPE = CSV SKIP_BLANK_LINES = TRUE", "\n1,a\n\n2,b\n\n", "1.00|a,2.00|b")]
    [InlineData("TYPE = CSV FIELD_DELIMITER = '|'", "1|a,b\n", "1.00|a,b")]
    [InlineData("TYPE = CSV FIELD_DELIMITER = '\\t'", "1\ta\n", "1.00|a")]
    [InlineData("TYPE = CSV FIELD_DELIMITER = '0x01'", "1\u0001a\n", "1.00|a")]
    [InlineData("TYPE = CSV FIELD_DELIMITER = '~|~' RECORD_DELIMITER = '#;#'", "1~|~a~#;#2~|~#b", "1.00|a~,2.00|#b")]
    [InlineData("TYPE = CSV RECORD_DELIMITER = '\\r\\n'", "1,a\nb\r\n2,c", "1.00|a\nb,2.00|c")]
    [InlineData("TYPE = CSV TRIM_SPACE = TRUE", " 1 , a b \n", "1.00|a b")]
    [InlineData("TYPE = CSV ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE", "1\n2,b,c,d\n", "1.00|NULL,2.00|b")]
    [InlineData("TYPE = CSV", "\uFEFF1,a\n", "1.00|a")]
    [InlineData(Quoted, "\"1\",\"\"\n,\"a,\nb\"\n2,\n", "1.00|,NULL|a,\nb,2.00|NULL")]
    [InlineData(Quoted, "1,\"a\"\"b\"\r\n2,\"\"\"\"\r\n", "1.00|a\"b,2.00|\"")]
    [InlineData(Quoted + " ESCAPE = '\\\\'", "1,\"a\\\"b\"\n2,a\\,b\n", "1.00|a\"b,2.00|a,b")]
    [InlineData(Quoted + " TRIM_SPACE = TRUE", "1 , \" a \" \n", "1.00| a ")]
    [InlineData(Quoted + " NULL_IF = ('NULL')", "1,\"NULL\"\n", "1.00|NULL")]
    [InlineData("TYPE = CSV", "+1.5,心ä\n-.005,\\\\\\t\n1e2,é\n 7. ,\n", "1.50|心ä,-0.01|\\t,100.00|é,7.00|NULL")]
    [InlineData("TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = ''''", "1,'a''b'\n", "1.00|a'b")]
    public async Task Fields_arrive_as_the_format_says(string format, string text, string expected)
    {
        await PutAsync("@st", "f.csv", text);
        await RunAsync($"COPY INTO t FROM @st FILE_FORMAT = ({format})");
        Assert.Equal(expected, string.Join(',', await RowsAsync("SELECT n, s FROM t")));
    }

    [Theory]
    [InlineData("1,a\nx,b\n", 100038, "Numeric value 'x' is not recognized\n  File 'st/f.csv', line 2, character 1\n  Row 2, column \"T\"[\"N\":1]")]
    [InlineData("1,a\n999.995,b\n", 100039, "line 2, character 1")]
    [InlineData("1,abcdefg\n", 100074, "User character length limit (6) exceeded by string 'abcdefg'\n  File 'st/f.csv', line 1, character 3")]
    [InlineData("1\n", 100068, "End of record reached while expected to parse column '\"T\"[\"S\":2]'")]
    [InlineData("1,a,b\n", 100080, "Number of columns in file (3) does not match that of the corresponding table (2)")]
    [InlineData("1,\"a\"b\n", 100016, "Found character 'b' instead of field delimiter ','\n  File 'st/f.csv', line 1, character 6")]
    [InlineData("1,\"a\n\n2,b\n", 100133, "line 1, character 3")]
    [InlineData("1,\"a\nb\"\n2,\"c\nd\"\nx,心\n", 100038, "line 5, character 1\n  Row 3, column")]
    [InlineData("心,x\n", 100038, "'心' is not recognized")]
    [InlineData("1,\"心\",\"x\"\n", 100080, "line 1, character 7")]
    [InlineData("\n", 100068, "line 1, character 1")]
    public async Task A_bad_row_aborts_the_statement_and_says_where_it_is(string text, int code, string message)
    {
        await PutAsync("@st", "a.csv", "1,first\n");
        await PutAsync("@st", "f.csv", text);
        var error = await FailsAsync($"COPY INTO t FROM @st FILE_FORMAT = ({Quoted})", code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM t"));
        Assert.Equal("1", await OneAsync("SELECT 1"));
    }

    [Fact]
    public async Task Every_type_is_read_at_its_extremes()
    {
        await RunAsync("CREATE TABLE e (n NUMBER(38,10), f FLOAT, b BOOLEAN, d DATE, tm TIME(3), z TIMESTAMP_NTZ, l TIMESTAMP_LTZ, o TIMESTAMP_TZ, x BINARY(4), v VARIANT, a ARRAY)");
        await RunAsync("ALTER SESSION SET TIMEZONE = 'America/New_York', TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9', TIMESTAMP_LTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM', TIMESTAMP_TZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM', TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF6'");
        await PutAsync("@st", "e.csv", """
            9999999999999999999999999999.9999999999|inf|TRUE|9999-12-31|23:59:59.9999|9999-12-31 23:59:59.999999|2024-07-01 00:00:00|2024-01-31 23:30:00|00fF|{"b": [1, "\u00e4"], "a": null}|[1]
            -.00000000005|-1.7976931348623157e308|no|0001-01-01|1:02|0001-01-01|2024-01-01T00:00:00+05:30|1969-12-31 23:59:59.999999 -0930||" x "|[]
            0|NaN|1|2024-2-29|00:00:00|1700000000|1700000000123|2024-01-01T00:00:00.000000000Z|00|null|null
            |1e-5|||||||||
            """);
        await RunAsync("COPY INTO e FROM @st FILE_FORMAT = (FIELD_DELIMITER = '|' ESCAPE_UNENCLOSED_FIELD = NONE)");
        Assert.Equal(
            [
                "9999999999999999999999999999.9999999999|inf|true|9999-12-31|23:59:59.999000|9999-12-31 23:59:59.999999000|2024-07-01 00:00:00.000000 -0400|2024-01-31 23:30:00.000000 -0500|00FF|{\"a\":null,\"b\":[1,\"ä\"]}|[1]",
                "-0.0000000001|-1.7976931348623157e+308|false|0001-01-01|01:02:00.000000|0001-01-01 00:00:00.000000000|2023-12-31 13:30:00.000000 -0500|1969-12-31 23:59:59.999999 -0930|NULL|\" x \"|[]",
                "0.0000000000|NaN|true|2024-02-29|00:00:00.000000|2023-11-14 22:13:20.000000000|2023-11-14 22:13:20.123000 -0500|2024-01-01 00:00:00.000000 +0000|00|null|NULL",
                "NULL|1e-05|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL",
            ], await RowsAsync("SELECT * FROM e"));
        await RunAsync("CREATE TABLE same LIKE e");
        await RunAsync("INSERT INTO same SELECT * FROM e");
        Assert.Equal("2024-07-01|2024-01-31", await OneAsync("SELECT l::DATE, o::DATE FROM same WHERE d = '9999-12-31'"));
    }

    [Theory]
    [InlineData("DATE", "2024-02-30", 100040)]
    [InlineData("DATE", "yesterday", 100040)]
    [InlineData("TIME", "25:00", 100108)]
    [InlineData("TIME", "10", 100108)]
    [InlineData("TIMESTAMP_NTZ", "2024-01-01 10:60", 100035)]
    [InlineData("TIMESTAMP_TZ", "2024-01-01 10:00 +15:00", 100035)]
    [InlineData("TIMESTAMP_NTZ", "2024-01-01 00:00:00.0000001", 2)]
    [InlineData("TIME", "00:00:00.000000001", 2)]
    [InlineData("BINARY", "0", 100115)]
    [InlineData("BINARY", "0g", 100115)]
    [InlineData("BINARY(1)", "0011", 100078)]
    [InlineData("BOOLEAN", "maybe", 100037)]
    [InlineData("FLOAT", "1e400", 100132)]
    [InlineData("FLOAT", "0x10", 100038)]
    [InlineData("NUMBER(38,0)", "99999999999999999999999999999999999999.5", 100039)]
    [InlineData("NUMBER(3,0)", "1e3", 100039)]
    [InlineData("NUMBER(3,0)", "1,", 100080)]
    [InlineData("NUMBER", "1e", 100038)]
    [InlineData("NUMBER", "--1", 100038)]
    [InlineData("VARIANT", "{", 100069)]
    [InlineData("OBJECT", "[1]", 100071)]
    [InlineData("VARIANT", "\"\\u0000\"", 2)]
    [InlineData("INT NOT NULL", "\\N", 100072)]
    public async Task A_value_that_does_not_fit_its_type_is_Snowflakes_error(string type, string value, int code)
    {
        await RunAsync($"CREATE TABLE e (c {type})");
        await PutAsync("@st", "e.csv", value + "\n");
        await FailsAsync("COPY INTO e FROM @st FILE_FORMAT = (TYPE = CSV ESCAPE_UNENCLOSED_FIELD = NONE)", code);
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM e"));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        await File.WriteAllBytesAsync(Path.Combine(Folder.FullName, "b.csv"), [.. "1,a"u8, 0xFF, .. "\n"u8]);
        await File.WriteAllBytesAsync(Path.Combine(Folder.FullName, "n.csv"), [.. "1,a"u8, 0, .. "\n"u8]);
        await RunAsync($"PUT {Url("*.csv")} @st");
        await FailsAsync("COPY INTO t FROM @st/b", 100144);
        await FailsAsync("COPY INTO t FROM @st/n", 2);
        await FailsAsync("COPY INTO t FROM @st/n ON_ERROR = CONTINUE", 2);
        await File.WriteAllBytesAsync(Path.Combine(Folder.FullName, "z.csv.gz"), [0x1F, 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        await RunAsync($"PUT {Url("z.csv.gz")} @st");
        await FailsAsync("COPY INTO t FROM @st/z", 100073);
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM t"));
    }

    [Theory]
    [InlineData("DATE_FORMAT = 'DD/MM/YYYY' TIME_FORMAT = 'HH12:MI AM' TIMESTAMP_FORMAT = 'DD-MON-YYYY HH24:MI:SS.FF TZHTZM'", "31/01/2024,12:30 am,01-feb-2024 00:00:00.123456 +0530", "2024-01-31|00:30:00|2024-01-31 18:30:00.123 +0000")]
    [InlineData("DATE_FORMAT = 'YYYYMMDD' TIMESTAMP_FORMAT = AUTO", "20240131,10:00,2024-02-01", "2024-01-31|10:00:00|2024-02-01 00:00:00.000 +0000")]
    public async Task Dates_and_times_follow_the_formats(string formats, string line, string expected)
    {
        await RunAsync("CREATE TABLE e (d DATE, tm TIME, l TIMESTAMP_LTZ)");
        await PutAsync("@st", "e.csv", line + "\n");
        await RunAsync($"COPY INTO e FROM @st FILE_FORMAT = (TYPE = CSV {formats})");
        Assert.Equal(expected, await OneAsync("SELECT * FROM e"));
        await PutAsync("@st", "e.csv", "2024/31/01,a,b\n");
        await FailsAsync($"COPY INTO e FROM @st FILE_FORMAT = (TYPE = CSV {formats})", 100040);
    }

    [Theory]
    [InlineData("CONTINUE", "LOADED|3|3|3|0|NULL PARTIALLY_LOADED|4|2|4|2|100038", "5")]
    [InlineData("SKIP_FILE", "LOADED|3|3|1|0|NULL LOAD_FAILED|4|0|1|2|100038", "3")]
    [InlineData("SKIP_FILE_2", "LOADED|3|3|2|0|NULL LOAD_FAILED|4|0|2|2|100038", "3")]
    [InlineData("SKIP_FILE_3", "LOADED|3|3|3|0|NULL PARTIALLY_LOADED|4|2|3|2|100038", "5")]
    [InlineData("'SKIP_FILE_40%'", "LOADED|3|3|1|0|NULL LOAD_FAILED|4|0|1|2|100038", "3")]
    [InlineData("SKIP_FILE_50%", "LOADED|3|3|1|0|NULL PARTIALLY_LOADED|4|2|2|2|100038", "5")]
    public async Task ON_ERROR_says_what_becomes_of_a_file_with_bad_rows(string rule, string expected, string loaded)
    {
        await PutAsync("@st", "a.csv", "1,a\n2,b\n3,c\n");
        await PutAsync("@st", "b.csv", "4,d\nx,e\n6,f\n7,toolong\n");
        await using (var copy = Command(Connection, $"COPY INTO t FROM @st ON_ERROR = {rule}", []))
        await using (var reader = await copy.ExecuteReaderAsync())
        {
            var rows = new List<string>();
            while (await reader.ReadAsync())
            {
                rows.Add($"{reader["status"]}|{reader["rows_parsed"]}|{reader["rows_loaded"]}|{reader["error_limit"]}|{reader["errors_seen"]}|{(reader.IsDBNull(6) ? "NULL" : "100038")}");
                if (!reader.IsDBNull(6)) Assert.Equal("Numeric value 'x' is not recognized|2|1|\"T\"[\"N\":1]", $"{reader["first_error"]}|{reader["first_error_line"]}|{reader["first_error_character"]}|{reader["first_error_column_name"]}");
            }

            Assert.Equal(expected, string.Join(' ', rows));
            Assert.Equal(loaded, reader.RecordsAffected.ToString(CultureInfo.InvariantCulture));
        }

        Assert.Equal(loaded, await OneAsync("SELECT COUNT(*) FROM t"));
    }

    [Fact]
    public async Task A_file_is_loaded_once_until_it_changes_or_is_forced_or_the_table_is_emptied()
    {
        await PutAsync("@st/d1", "a.csv", "1,a\n");
        Assert.Equal(1, await RunAsync("COPY INTO t FROM @st"));
        Assert.Equal("Copy executed with 0 files processed.", await OneAsync("COPY INTO t FROM @st"));
        Assert.Equal("Copy executed with 0 files processed.", await OneAsync("COPY INTO t FROM @st/d1/ FILES = ('a.csv')"));
        Assert.Equal(1, await RunAsync("COPY INTO t FROM @st FORCE = TRUE"));
        await PutAsync("@st/d1", "a.csv", "2,changed\n".Replace("changed", "chg", StringComparison.Ordinal));
        Assert.Equal(1, await RunAsync("COPY INTO t FROM @st"));
        await RunAsync("BEGIN");
        await PutAsync("@st/d1", "b.csv", "3,c\n");
        Assert.Equal("st/d1/b.csv|LOADED|1|1|1|0|NULL|NULL|NULL|NULL", await OneAsync("COPY INTO t FROM @st"));
        await RunAsync("ROLLBACK");
        Assert.Equal(1, await RunAsync("COPY INTO t FROM @st PATTERN = 'd1/.*[.]csv' PURGE = TRUE"));
        Assert.Equal(["st/d1/a.csv"], (await RowsAsync("LIST @st")).Select(r => r.Split('|')[0]));
        Assert.Equal(["1.00|a", "1.00|a", "2.00|chg", "3.00|c"], await RowsAsync("SELECT * FROM t ORDER BY n"));
        await RunAsync("TRUNCATE TABLE t");
        Assert.Equal(1, await RunAsync("COPY INTO t FROM @st"));
        Assert.Equal(["st/d1/a.csv|T|Loaded|1|1|0"], await RowsAsync("SELECT file_name, table_name, status, row_count, row_parsed, error_count FROM information_schema.load_history WHERE schema_name = CURRENT_SCHEMA()"));
    }

    [Fact]
    public async Task Refused_rows_are_shown_by_VALIDATE_and_VALIDATION_MODE()
    {
        await PutAsync("@st", "b.csv", "4,d\nx,e\n6\n");
        Assert.Equal("Numeric value 'x' is not recognized|st/b.csv|2|1|4|conversion|100038|22018|\"T\"[\"N\":1]|2|2|x,e", (await RowsAsync("COPY INTO t FROM @st VALIDATION_MODE = RETURN_ERRORS"))[0]);
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM t"));
        Assert.Equal(1, await RunAsync("COPY INTO t FROM @st ON_ERROR = CONTINUE"));
        Assert.Equal(["2|100038|x,e", "3|100068|6"], await RowsAsync("SELECT row_number, code, rejected_record FROM TABLE(VALIDATE(t, JOB_ID => '_last')) ORDER BY row_number"));
        Assert.Equal("2", await OneAsync("SELECT COUNT(*) FROM TABLE(VALIDATE(t, JOB_ID => ?)) v", await OneAsync("SELECT MAX(id) FROM (SELECT '" + await LastAsync() + "' AS id)")));
        await RunAsync("COPY INTO t FROM @st FORCE = TRUE ON_ERROR = SKIP_FILE_4");
        Assert.Equal("4.00|d", (await RowsAsync("SELECT DISTINCT * FROM t"))[0]);
    }

    private async Task<string> LastAsync()
    {
        await using var copy = Command(Connection, "COPY INTO t FROM @st ON_ERROR = CONTINUE FORCE = TRUE", []);
        await copy.ExecuteNonQueryAsync();
        return copy.QueryId!;
    }

    [Fact]
    public async Task Columns_are_chosen_by_list_by_name_or_by_a_select()
    {
        await RunAsync("CREATE TABLE c (a INT, b STRING DEFAULT 'dflt', at TIMESTAMP_NTZ DEFAULT '2024-01-02', \"Mixed\" STRING, x BINARY)");
        await PutAsync("@st", "l.csv", "1,m\n");
        await RunAsync("COPY INTO c (a, \"Mixed\") FROM @st/l");
        await PutAsync("@st", "m.csv", "mixed,A,other,b\n\"x,y\",2,z,\n");
        await RunAsync($"COPY INTO c FROM @st/m FILE_FORMAT = ({Quoted} PARSE_HEADER = TRUE ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE");
        await FailsAsync($"COPY INTO c FROM @st/m FORCE = TRUE FILE_FORMAT = ({Quoted} PARSE_HEADER = TRUE) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE", 100068);
        await PutAsync("@st/in", "s.csv", "7|00FF|skip\n8||skip\n");
        Assert.Equal(2, await RunAsync("COPY INTO c (a, b, x) FROM (SELECT s.$1::INT + 1, METADATA$FILENAME || ':' || METADATA$FILE_ROW_NUMBER, TO_BINARY($2) FROM @st/in/ s) FILE_FORMAT = (FIELD_DELIMITER = '|')"));
        Assert.Equal(
            ["1|dflt|2024-01-02 00:00:00.000|m|NULL", "2|NULL|NULL|x,y|NULL", "8|in/s.csv:1|2024-01-02 00:00:00.000|NULL|00FF", "9|in/s.csv:2|2024-01-02 00:00:00.000|NULL|NULL"],
            await RowsAsync("SELECT * FROM c ORDER BY a"));
    }

    [Theory]
    [InlineData("SELECT $1, $2")]
    [InlineData("SELECT $1 + 0, $2")]
    [InlineData("SELECT g.$1::NUMBER(5,2), $2")]
    public async Task A_transformation_obeys_ON_ERROR_row_by_row(string select)
    {
        await PutAsync("@st", "g.csv", string.Concat(Enumerable.Range(1, 1000).Select(i => i % 100 == 7 ? "bad,x\n" : $"{i % 500},v{i % 9}\n")));
        var error = await FailsAsync($"COPY INTO t FROM ({select} FROM @st g)", 100038);
        Assert.Contains("File 'st/g.csv'", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("st/g.csv|PARTIALLY_LOADED|1000|990|1000|10|Numeric value 'bad' is not recognized|7|", await OneAsync($"COPY INTO t FROM ({select} FROM @st g) ON_ERROR = CONTINUE"), StringComparison.Ordinal);
        Assert.Equal("990|9", await OneAsync("SELECT COUNT(*), COUNT(DISTINCT s) FROM t"));
        Assert.StartsWith("st/g.csv|LOAD_FAILED|1000|0|10|10|", await OneAsync($"COPY INTO t FROM ({select} FROM @st g) ON_ERROR = SKIP_FILE_10 FORCE = TRUE"), StringComparison.Ordinal);
        Assert.Equal("990", await OneAsync("SELECT COUNT(*) FROM t"));
    }

    [Theory]
    [InlineData("COPY INTO nope FROM @st", 2003)]
    [InlineData("COPY INTO t FROM @nope", 2003)]
    [InlineData("COPY INTO t (n, nope) FROM @st", 904)]
    [InlineData("COPY INTO t FROM @st FILES = ('nope.csv')", 91016)]
    [InlineData("COPY INTO t FROM @st ON_ERROR = SKIP_FILE_101%", 1008)]
    [InlineData("COPY INTO t FROM @st ON_ERROR = IGNORE", 1008)]
    [InlineData("COPY INTO t FROM @st COLOUR = 'red'", 2)]
    [InlineData("COPY INTO t FROM @st FORCE = TRUE FORCE = FALSE", 1003)]
    [InlineData("COPY INTO t FROM @st VALIDATION_MODE = RETURN_5_ROWS", 2)]
    [InlineData("COPY INTO t FROM @st MATCH_BY_COLUMN_NAME = CASE_SENSITIVE", 2086)]
    [InlineData("COPY INTO t FROM @st FILE_FORMAT = (PARSE_HEADER = TRUE)", 2086)]
    [InlineData("COPY INTO t FROM @st FILE_FORMAT = (FORMAT_NAME = nope)", 2003)]
    [InlineData("COPY INTO t FROM @st FILE_FORMAT = (TYPE = JSON)", 2019)]
    [InlineData("COPY INTO t FROM (SELECT $1 FROM @st WHERE $1 > 1)", 2098)]
    [InlineData("COPY INTO t FROM (SELECT $1 FROM @st)", 2020)]
    [InlineData("COPY INTO t FROM (SELECT $1, $0 FROM @st)", 904)]
    [InlineData("SELECT $1 FROM @st", 2)]
    [InlineData("SELECT $1 FROM t", 904)]
    public async Task A_copy_that_cannot_be_understood_whole_is_refused(string sql, int code)
    {
        await PutAsync("@st", "a.csv", "1,a\n");
        await FailsAsync(sql, code);
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM t"));
    }

    [Fact]
    public async Task Named_formats_and_a_stages_own_format_are_used_in_that_order()
    {
        await RunAsync("CREATE FILE FORMAT bars TYPE = CSV FIELD_DELIMITER = '|' COMMENT = 'c'");
        await RunAsync("CREATE OR REPLACE STAGE st FILE_FORMAT = (FORMAT_NAME = 'bars')");
        await PutAsync("@st", "a.csv", "1|a\n");
        await PutAsync("@st", "b.csv", "2;b\n");
        Assert.Equal(1, await RunAsync("COPY INTO t FROM @st FILES = ('a.csv')"));
        Assert.Equal(1, await RunAsync("COPY INTO t FROM '@st' FILES = ('b.csv') FILE_FORMAT = (FIELD_DELIMITER = ';')"));
        Assert.Equal(1, await RunAsync("COPY INTO t FROM @st FILES = ('a.csv') FORCE = TRUE FILE_FORMAT = bars"));
        Assert.Equal(["1.00|a", "1.00|a", "2.00|b"], await RowsAsync("SELECT * FROM t ORDER BY n"));
        Assert.Contains("FIELD_DELIMITER|String|||", await RowsAsync("DESC FILE FORMAT bars"));
        Assert.Equal("CSV", (await OneAsync("SHOW FILE FORMATS LIKE 'BARS'")).Split('|')[4]);
        await RunAsync("DROP FILE FORMAT bars");
        await FailsAsync("COPY INTO t FROM @st FORCE = TRUE", 2003);
    }

    [Fact]
    public async Task Records_across_the_buffers_edges_arrive_whole()
    {
        await RunAsync("CREATE TABLE w (k INT, s STRING)");
        var sizes = Enumerable.Range(0, 4000).Select(i => i % 97).Append(262_144).Append(262_143).Append(1_000_000).ToList();
        var text = string.Concat(sizes.Select((size, k) => $"{k},\"{Content(size, k)}\"\r\n"));
        await using (var file = new GZipStream(File.Create(Path.Combine(Folder.FullName, "w.csv.gz")), CompressionLevel.Fastest)) await file.WriteAsync(Encoding.UTF8.GetBytes(text));
        await RunAsync($"PUT {Url("w.csv.gz")} @st");
        Assert.Equal(sizes.Count, await RunAsync($"COPY INTO w FROM @st FILE_FORMAT = ({Quoted})"));
        await using var command = Command(Connection, "SELECT s FROM w ORDER BY k", []);
        await using var reader = await command.ExecuteReaderAsync();
        for (var k = 0; k < sizes.Count; k++)
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(Content(sizes[k], k).Replace("\"\"", "\"", StringComparison.Ordinal), reader.GetString(0));
        }

        static string Content(int size, int seed) => string.Concat(Enumerable.Range(0, size / 2).Select(i => (i + seed) % 11 == 0 ? "\"\"" : (i + seed) % 7 == 0 ? "\r\n" : "心x"));
    }

    [Fact]
    public async Task Two_sessions_load_a_file_once()
    {
        await PutAsync("@%t", "a.csv", string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},x\n")));
        await using var other = await OpenAsync();
        await RunAsync("BEGIN");
        Assert.Equal(500, await RunAsync("COPY INTO t"));
        var waiting = RunAsync(other, "COPY INTO t");
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        Assert.False(waiting.IsCompleted);
        await RunAsync("COMMIT");
        Assert.Equal(0, await waiting);
        Assert.Equal("500", await OneAsync("SELECT COUNT(*) FROM t"));
        await FailsAsync("COPY INTO t FROM 's3://bucket/x'", 2);
    }

    [Theory]
    [InlineData("SELECT $1, $2")]
    [InlineData("SELECT $1 + 0, $2")]
    [InlineData(null)]
    public async Task A_cancelled_or_late_copy_leaves_nothing_and_keeps_the_transaction(string? select)
    {
        var text = new StringBuilder();
        for (var i = 0; i < 400_000; i++) text.Append(CultureInfo.InvariantCulture, $"{i % 900},row{i % 90}\n");
        await PutAsync("@st", "big.csv", text.ToString());
        var from = select is null ? "@st" : $"({select} FROM @st)";
        await RunAsync("BEGIN");
        await RunAsync("INSERT INTO t VALUES (1, 'kept')");
        using (var source = new CancellationTokenSource(60))
        await using (var copy = Command(Connection, $"COPY INTO t FROM {from}", []))
            Assert.Equal(604, (await Assert.ThrowsAsync<LocalWarehouseException>(() => copy.ExecuteNonQueryAsync(source.Token))).ErrorCode);
        Assert.Equal("1|kept", (await OneAsync("SELECT COUNT(*), MAX(s) FROM t")));
        await RunAsync("COMMIT");
        Assert.Equal(400_000, await RunAsync($"COPY INTO t FROM {from}"));
        Assert.Equal("400001", await OneAsync("SELECT COUNT(*) FROM t"));
    }
}
