using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>The statements EtlTools.Core sends, as it sends them.</summary>
public sealed class CoreStatementTests(PostgresServer server) : WarehouseTest(server)
{
    private const string Format = "'YYYY-MM-DD\"T\"HH24:MI:SS.FF9'";

    [Fact]
    public async Task The_session_set_up_the_window_and_the_page_work()
    {
        await RunAsync("ALTER SESSION SET TIMEZONE='UTC', TIMESTAMP_NTZ_OUTPUT_FORMAT='YYYY-MM-DD\"T\"HH24:MI:SS.FF9', QUERY_TAG='etl run 1'");
        await RunAsync("CREATE TABLE w (id INT, c TIMESTAMP_NTZ, v VARIANT, b BINARY, f FLOAT)");
        await RunAsync("INSERT INTO w SELECT column1, column2, PARSE_JSON(column3), TO_BINARY(column4), column5 FROM VALUES (1, '2024-01-01 00:00:00.000001', '{\"a\": 1}', 'AB', '0.1'), (2, '2024-01-01 00:00:00.000001', NULL, NULL, 'inf'), (3, NULL, NULL, NULL, NULL), (4, '2999-01-01 00:00:00', NULL, NULL, NULL)");
        Assert.Equal("2024-01-01T00:00:00.000001000|2|0", await OneAsync(
            $"SELECT TO_VARCHAR(MAX(c), {Format}), COUNT(*), COUNT_IF(c IS NULL) FROM w WHERE c <= CONVERT_TIMEZONE('UTC', 'Asia/Shanghai', SYSDATE())"));
        Assert.Equal("2024-01-01T00:00:00.000001000", await OneAsync("SELECT MIN(c) FROM w"));
        Assert.Equal(["1|2024-01-01T00:00:00.000001000|{\"a\":1}|AB|0.1", "2|2024-01-01T00:00:00.000001000|NULL|NULL|inf"], await RowsAsync(
            $"SELECT TO_VARCHAR(id), TO_VARCHAR(c, {Format}), TO_JSON(v), TO_VARCHAR(b, 'HEX'), TO_VARCHAR(f, 'TME') FROM w"
            + $" WHERE c >= DATEADD('second', -300, TO_TIMESTAMP_NTZ(?, {Format})) AND c <= LEAST(TO_TIMESTAMP_NTZ(?, {Format}), SYSDATE()) ORDER BY c, id",
            "2024-01-01T00:04:00.000000000", "2030-01-01T00:00:00.000000000"));
        Assert.Equal("1", await OneAsync("SELECT COUNT(*) FROM w WHERE id = TO_NUMBER(?, 38, 0)", "2"));
        await FailsAsync($"SELECT TO_TIMESTAMP_NTZ(?, {Format})", 2, "2024-01-01T00:00:00.000000001");
    }
}
