using EtlTools.Parquet.Reading;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>COPY INTO a table from Parquet files that DuckDB 1.5.6 wrote; the digests of all rows are DuckDB's own.</summary>
public sealed class CopyParquetTests(PostgresServer server) : WarehouseTest(server)
{
    private const string Format = "FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE)";

    private const string Digest = """
        SELECT COUNT(*) || '|' || MD5(LISTAGG(k || '|' || NVL(TO_VARCHAR(big), 'NULL') || '|' || u8 || '|' || u64 || '|' || NVL(s, 'NULL') || '|' || s2 || '|' || d9 || '|' || d18 || '|' || d38 || '|' || b || '|' || NVL(TO_VARCHAR(b2), 'NULL')
            || '|' || d || '|' || TO_VARCHAR(ts, 'YYYY-MM-DD HH24:MI:SS.FF6') || '|' || TO_VARCHAR(tm, 'HH24:MI:SS.FF6') || '|' || TO_VARCHAR(tz, 'YYYY-MM-DD HH24:MI:SS.FF6') || '|' || TO_VARCHAR(x, 'HEX') || '|' || id, '\n') WITHIN GROUP (ORDER BY k))
        FROM t
        """;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await RunAsync("CREATE STAGE st");
        await RunAsync($"PUT 'file://{Path.Combine(AppContext.BaseDirectory, "data").Replace('\\', '/')}/*.parquet' @st");
        await RunAsync("""
            CREATE TABLE t (k INT NOT NULL, big NUMBER(38,0), u8 NUMBER(3,0), u64 NUMBER(20,0), s STRING, s2 STRING, d9 NUMBER(9,2), d18 NUMBER(18,4), d38 NUMBER(38,10), b BOOLEAN, b2 BOOLEAN,
                f FLOAT, f4 FLOAT, d DATE, tm TIME, ts TIMESTAMP_NTZ, tz TIMESTAMP_LTZ, x BINARY, id VARCHAR(36))
            """);
    }

    [Theory]
    [InlineData("snappy", "400|c4316e90f91316b37caeeb076d397e95")]
    [InlineData("plain", "400|c4316e90f91316b37caeeb076d397e95")]
    [InlineData("gzip", "3000|cb72cce60e57718f9339fcb3434f2cee")]
    public async Task Every_value_arrives_by_name_and_by_path(string name, string digest)
    {
        await RunAsync($"COPY INTO t FROM @st/types.{name} {Format} MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE");
        Assert.Equal(digest, await OneAsync(Digest));
        Assert.Equal("5|4.375|0.14285714285714285|0.125", await OneAsync("SELECT SUM(IFF(k = 35, f, 0)), SUM(IFF(k = 35, f4, 0)), SUM(IFF(k = 1, f, 0)), SUM(IFF(k = 1, f4, 0)) FROM t"));
        await RunAsync("TRUNCATE TABLE t");
        await RunAsync($"""
            COPY INTO t FROM (SELECT $1:k::INT, $1:big::NUMBER(38,0), $1:u8::INT, $1:u64::NUMBER(20,0), $1:s::STRING, $1:s2::STRING, $1:d9::NUMBER(9,2), $1:d18::NUMBER(18,4), $1:d38::NUMBER(38,10), $1:b::BOOLEAN, $1:b2::BOOLEAN,
                $1:f::FLOAT, $1:f4::FLOAT, $1:d::DATE, $1:tm::TIME, $1:ts::TIMESTAMP_NTZ, $1:tz::TIMESTAMP_LTZ, TO_BINARY($1:x::STRING), $1:id::STRING FROM @st/types.{name}) {Format}
            """);
        Assert.Equal(digest, await OneAsync(Digest));
    }

    [Fact]
    public async Task Rows_are_refused_as_from_other_files()
    {
        await RunAsync("CREATE TABLE n (k NUMBER(2,0), s VARCHAR(9) NOT NULL)");
        Assert.StartsWith("st/types.snappy.parquet|PARTIALLY_LOADED|400|85|400|315|NULL result in a non-nullable column|7|1|\"N\"[\"S\":2]",
            await OneAsync($"COPY INTO n FROM @st/types.snappy {Format} MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE ON_ERROR = CONTINUE"), StringComparison.Ordinal);
        Assert.Equal("85|99|0", await OneAsync("SELECT COUNT(*), MAX(k), COUNT_IF(MOD(k, 7) = 0) FROM n"));
        await FailsAsync($"COPY INTO n FROM @st/types.gzip {Format} MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE", 100072);
    }

    [Theory]
    [InlineData("COPY INTO t FROM @st/nested FILE_FORMAT = (TYPE = PARQUET) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE", 100073)]
    [InlineData("COPY INTO t FROM @st/nano FILE_FORMAT = (TYPE = PARQUET) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE", 2)]
    [InlineData("COPY INTO t FROM @st/nano FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE", 2)]
    [InlineData("COPY INTO t FROM @st/broken FILE_FORMAT = (TYPE = PARQUET) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE", 100073)]
    [InlineData("COPY INTO t FROM @st/types.snappy FILE_FORMAT = (TYPE = PARQUET)", 2019)]
    [InlineData("COPY INTO @st/out FROM t FILE_FORMAT = (TYPE = PARQUET)", 2)]
    public async Task What_cannot_be_read_is_refused(string sql, int code)
    {
        await PutAsync("@st", "broken.parquet", "PAR1 this is no Parquet file PAR1");
        await FailsAsync(sql, code);
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM t"));
    }

    [Fact]
    public void A_damaged_file_is_an_error_and_never_another()
    {
        var good = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "types.snappy.parquet"));
        var path = Path.Combine(Folder.FullName, "damaged.parquet");
        var random = new Random(7);
        var failures = 0;
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var bytes = (byte[])good.Clone();
            for (var i = 0; i < 8; i++) bytes[attempt % 2 == 0 ? random.Next(bytes.Length) : bytes.Length - 1 - random.Next(4000)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bytes);
            try
            {
                using var file = ParquetFile.Open(path);
                for (var group = 0; group < file.RowGroupCount; group++)
                {
                    for (var column = 0; column < file.Columns.Count; column++)
                    {
                        var cursor = file.Cursor(group, column);
                        for (var row = 0; row < Math.Min(file.RowsOf(group), 1000); row++) cursor.Next();
                    }
                }
            }
            catch (InvalidDataException)
            {
                failures++;
            }
        }

        Assert.InRange(failures, 50, 300);
    }
}
