using System.Globalization;
using System.Text;
using Npgsql;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>What must hold for any text: files come back as they went, and a file's reader agrees with SQL's casts.</summary>
public sealed class CopyPropertyTests(PostgresServer server) : WarehouseTest(server)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await RunAsync("CREATE STAGE st");
    }

    [Theory]
    [InlineData(1, "FIELD_OPTIONALLY_ENCLOSED_BY = '\"' NULL_IF = () EMPTY_FIELD_AS_NULL = FALSE ESCAPE_UNENCLOSED_FIELD = NONE", "FIELD_OPTIONALLY_ENCLOSED_BY = '\"' NULL_IF = () ESCAPE_UNENCLOSED_FIELD = NONE")]
    [InlineData(2, "FIELD_OPTIONALLY_ENCLOSED_BY = '\"'", "FIELD_OPTIONALLY_ENCLOSED_BY = '\"'")]
    [InlineData(3, "", "EMPTY_FIELD_AS_NULL = FALSE")]
    [InlineData(4, "FIELD_DELIMITER = '|#' RECORD_DELIMITER = '\\r\\n' FIELD_OPTIONALLY_ENCLOSED_BY = '''' ESCAPE = '\\\\'", "FIELD_DELIMITER = '|#' RECORD_DELIMITER = '\\r\\n' FIELD_OPTIONALLY_ENCLOSED_BY = '''' ESCAPE = '\\\\'")]
    public async Task Any_text_comes_back_from_its_file(int seed, string unload, string load)
    {
        var random = new Random(seed);
        const string Letters = "ab,;|#\"'\\\n\r\t N心\u00e9 ";
        var rows = Enumerable.Range(0, 3000).Select(i => (string?[])[
            i.ToString(CultureInfo.InvariantCulture),
            random.Next(8) == 0 ? null : string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => Letters[random.Next(Letters.Length)])),
            random.Next(8) == 0 ? null : string.Concat(Enumerable.Range(0, random.Next(300)).Select(_ => Letters[random.Next(Letters.Length)]))]).ToList();
        // What the formats cannot tell apart from NULL: the two characters that stand for it.
        rows.RemoveAll(r => r[1] == "\\N" || r[2] == "\\N");
        await RunAsync("CREATE TABLE a (k INT, s STRING, u STRING)");
        await RunAsync("CREATE TABLE b LIKE a");
        using (var bulk = Connection.BeginBulkLoad("a"))
        {
            rows.ForEach(r => bulk.WriteRow(r));
            bulk.Complete();
        }

        Assert.Equal(rows.Count, await RunAsync($"COPY INTO @st/x FROM a MAX_FILE_SIZE = 40000 FILE_FORMAT = (TYPE = CSV {unload})"));
        Assert.Equal(rows.Count, await RunAsync($"COPY INTO b FROM @st/x FILE_FORMAT = (TYPE = CSV {load})"));
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM a FULL JOIN b ON a.k = b.k WHERE a.k IS NULL OR b.k IS NULL OR a.s IS DISTINCT FROM b.s OR a.u IS DISTINCT FROM b.u"));
    }

    [Theory]
    [InlineData("NUMBER(5,2)", "0123456789.+-eE ")]
    [InlineData("NUMBER(38,0)", "0123456789.")]
    [InlineData("FLOAT", "0123456789.+-eE ")]
    [InlineData("DATE", "0123456789-: ")]
    [InlineData("TIME", "0123456789:. ")]
    [InlineData("TIMESTAMP_NTZ", "0123456789-:T .Z+")]
    [InlineData("TIMESTAMP_LTZ(3)", "0123456789-:T .Z+")]
    [InlineData("TIMESTAMP_TZ", "0123456789-:T .Z+")]
    [InlineData("BOOLEAN", "truefalsTRUE01yno ")]
    public async Task A_file_is_read_as_SQL_casts_its_text(string type, string letters)
    {
        var random = new Random(type.Length);
        string[] known = ["999.99", "999.995", "-999.994", "1e2", "1.e1", ".5", "+.5e1", "1e", "e1", "00000000000000000000000000000000000000000001", "99999999999999999999999999999999999999.4", "inf", "NaN", "-Infinity",
            "2024-02-29", "2023-02-29", "2024-1-1", "0001-01-01", "9999-12-31 23:59:59.999999", "2024-01-01T10:00:00Z", "2024-01-01 10:00:00.5 +05:30", "2024-01-01 10:00 -9", "2024-01-01 10:00:00+14:00", "2024-01-01 10:00:00+15", "2024-03-10 02:30:00",
            "2024-11-03 01:30:00", "2024-01-01 10", "2024-01-01 10:", "2024-01-01t10:00", "10:00", "1:00:00.1", "24:00", "10:00:60", "1700000000", "1700000000123", "-1", "31536000000", "31535999999", "31536000000000000", "9999999999999999000", "00:00", "23:59:59.999999", "9:05:07", " 12:34 ", "00:00:00.", "true", "NO", "on", " off ", "tru", ""];
        var texts = known.Concat(Enumerable.Range(0, 150).Select(_ => Mutated(known[random.Next(known.Length)], letters, random))).Where(t => !t.Contains('"', StringComparison.Ordinal)).Distinct().ToList();
        // Without an offset, and so early, such a value is refused in a zone other than UTC.
        if (type == "TIMESTAMP_TZ") texts.RemoveAll(t => t.TrimStart() is ['0' or '1', _, _, _, '-', ..]);
        await RunAsync("ALTER SESSION SET TIMEZONE = 'America/New_York', TIMESTAMP_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM', TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6', TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF6'");
        await RunAsync($"CREATE TABLE t (k INT, c {type})");
        await PutAsync("@st", "t.csv", string.Concat(texts.Select((t, k) => $"{k},\"{t}\"\n")));
        var loaded = await RunAsync("COPY INTO t FROM @st FILE_FORMAT = (FIELD_OPTIONALLY_ENCLOSED_BY = '\"' NULL_IF = ()) ON_ERROR = CONTINUE");
        var actual = (await RowsAsync("SELECT k, TO_VARCHAR(c) FROM t ORDER BY k")).Select(r => r.Split('|')).ToDictionary(r => int.Parse(r[0], CultureInfo.InvariantCulture), r => r[1]);
        Assert.InRange(loaded, 3, texts.Count - 3);
        for (var k = 0; k < texts.Count; k++)
        {
            var expected = await CastAsync(texts[k], type);
            Assert.True(expected == actual.GetValueOrDefault(k, "NULL"), $"'{texts[k]}' as {type}: SQL {expected}, COPY {actual.GetValueOrDefault(k, "refused")}");
        }
    }

    /// <summary>The cast's text; what is out of PostgreSQL's range counts as refused.</summary>
    private async Task<string> CastAsync(string text, string type)
    {
        try
        {
            return await OneAsync($"SELECT TO_VARCHAR(TRY_CAST(? AS {type}))", text);
        }
        catch (LocalWarehouseException exception) when (exception.ErrorCode == 100132)
        {
            return "NULL";
        }
    }

    private static string Mutated(string text, string letters, Random random)
    {
        var result = new StringBuilder(text);
        for (var i = 0; i <= random.Next(3); i++)
        {
            var at = random.Next(result.Length + 1);
            if (at < result.Length && random.Next(2) == 0) result.Remove(at, 1);
            else result.Insert(at, letters[random.Next(letters.Length)]);
        }

        // More than microseconds ends the statement, which other tests look at.
        var point = result.ToString().Contains(':', StringComparison.Ordinal) == false ? -1 : result.ToString().IndexOf('.', StringComparison.Ordinal);
        if (result.Length > 16 && result.ToString().All(char.IsAsciiDigit)) result.Length = 16;
        return point >= 0 && result.Length > point + 5 ? result.ToString(0, point + 5) : result.ToString();
    }

    [Fact]
    public async Task What_PostgreSQL_writes_as_CSV_is_read_as_it_is()
    {
        await using var postgres = new NpgsqlConnection(Server.Postgres);
        await postgres.OpenAsync();
        await using (var setup = new NpgsqlCommand("""
            SET timezone = 'Asia/Kolkata';
            CREATE TEMP TABLE p (k int, n numeric, f float8, s text, b bool, d date, t time, ts timestamp, tz timestamptz, x text, j jsonb);
            INSERT INTO p VALUES (1, 12345678901234567890123456789.012345678, 'Infinity', E'a"b,\n\\N\\', true, '0001-01-01', '23:59:59.999999', '9999-12-31 23:59:59.999999', '2024-01-01 00:00:00.000001+00', '00ff', '{"a": "\"x\""}'),
                (2, -0.5, 'NaN', '', false, '9999-12-31', '00:00', '0001-01-01', '1969-12-31 23:59:59.999999+00', '', '[]'), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (4, 0, 1e-300, E'\\N', NULL, NULL, NULL, NULL, NULL, NULL, 'null'), (5, 0, 0, E'\\.', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
            """, postgres)) await setup.ExecuteNonQueryAsync();
        using (var reader = await postgres.BeginTextExportAsync("COPY p TO STDOUT (FORMAT CSV)")) await PutAsync("@st", "p.csv", await reader.ReadToEndAsync());
        await RunAsync("CREATE TABLE t (k INT, n NUMBER(38,9), f FLOAT, s STRING, b BOOLEAN, d DATE, t TIME, ts TIMESTAMP_NTZ, tz TIMESTAMP_LTZ, x BINARY, j VARIANT)");
        await RunAsync("ALTER SESSION SET TIMESTAMP_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6', TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6', TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF6'");
        Assert.Equal(5, await RunAsync("COPY INTO t FROM @st FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"' ESCAPE_UNENCLOSED_FIELD = NONE NULL_IF = ())"));
        Assert.Equal(
            [
                "1|12345678901234567890123456789.012345678|inf|a\"b,\n\\N\\|true|0001-01-01|23:59:59.999999|9999-12-31 23:59:59.999999|2024-01-01 00:00:00.000001|00FF|{\"a\":\"\\\"x\\\"\"}",
                "2|-0.500000000|NaN||false|9999-12-31|00:00:00.000000|0001-01-01 00:00:00.000000|1969-12-31 23:59:59.999999||[]",
                "3|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL", "4|0.000000000|1e-300|\\N|NULL|NULL|NULL|NULL|NULL|NULL|null", "5|0.000000000|0|\\.|NULL|NULL|NULL|NULL|NULL|NULL|NULL",
            ], await RowsAsync("SELECT * FROM t ORDER BY k"));
    }
}
