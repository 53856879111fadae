using System.Data;
using System.Globalization;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests.Driver;

/// <summary>Arrays bound by the genuine driver: in the request, and above the threshold as files on the stage it makes.</summary>
[Collection(EndpointCollection.Name)]
public sealed class WireBindingTests(EndpointServer server)
{
    private const string Columns = "(N NUMBER(38,3), F FLOAT, S VARCHAR, B BOOLEAN, D DATE, T TIME, NTZ TIMESTAMP_NTZ, TZ TIMESTAMP_TZ, BIN BINARY)";

    private const string Cells =
        "TO_VARCHAR(N), TO_VARCHAR(F), S, TO_VARCHAR(B), TO_VARCHAR(D, 'YYYY-MM-DD'), TO_VARCHAR(T, 'HH24:MI:SS.FF6'), TO_VARCHAR(NTZ, 'YYYY-MM-DD HH24:MI:SS.FF6'), TO_VARCHAR(TZ, 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM'), TO_VARCHAR(BIN, 'HEX')";

    [WireTheory]
    [InlineData(0)]
    [InlineData(9)]
    public async Task Values_of_every_type_arrive_as_they_are(int threshold)
    {
        await using var connection = await DriverSession.OpenAsync(server.Endpoint);
        await connection.RunAsync($"ALTER SESSION SET CLIENT_STAGE_ARRAY_BINDING_THRESHOLD = {threshold}");
        await connection.RunAsync("CREATE OR REPLACE TABLE ALL_BOUND " + Columns);
        string?[] texts = ["", "plain", "with \"quotes\", commas\nand lines", "a tab\t and a \\ backslash", "规模明细 😀", " blanks ", "a\rb\r", null];
        object[] Column(Func<int, object> value) => [.. Enumerable.Range(0, texts.Length).Select(i => texts[i] is null ? DBNull.Value : value(i))];
        (DbType, object)[] values =
        [
            (DbType.Decimal, Column(i => 1234567890123456789.125m - i)), (DbType.Double, Column(i => 1.5e300 / (i + 1))), (DbType.String, Column(i => texts[i]!)),
            (DbType.Boolean, Column(i => i % 2 == 0)), (DbType.Date, Column(i => new DateTime(2024, 2, 28).AddDays(i))), (DbType.Time, Column(i => new DateTime(2024, 1, 1, 23, 59, 0).AddTicks(i * 10))),
            (DbType.DateTime, Column(i => new DateTime(2024, 3, 31, 2, 30, 0).AddTicks(1_234_560 * i))), (DbType.DateTimeOffset, Column(i => new DateTimeOffset(2024, 1, 1, 5, 30, 0, TimeSpan.FromMinutes(330)).AddSeconds(i))),
            (DbType.Binary, Column(i => new byte[] { 0, 255, (byte)i })),
        ];

        var inserted = await connection.RunAsync("INSERT INTO ALL_BOUND VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values);

        Assert.Equal(texts.Length, inserted);
        var expected = texts.Select((text, i) => text is null ? "~|~|~|~|~|~|~|~|~" : string.Join('|',
            (1234567890123456789.125m - i).ToString(CultureInfo.InvariantCulture), "F", text, i % 2 == 0 ? "true" : "false", new DateTime(2024, 2, 28).AddDays(i).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            $"23:59:00.{i:D6}", new DateTime(2024, 3, 31, 2, 30, 0).AddTicks(1_234_560 * i).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture), $"2024-01-01 05:30:0{i}.000000 +0530", $"00FF0{i}"));
        var rows = await connection.RowsAsync($"SELECT {Cells.Replace("TO_VARCHAR(F)", "IFF(F IS NULL, NULL, 'F')", StringComparison.Ordinal)} FROM ALL_BOUND ORDER BY D NULLS LAST");
        Assert.Equal(expected, rows);
        Assert.Equal(["7"], await connection.RowsAsync("SELECT COUNT(*) FROM ALL_BOUND WHERE F BETWEEN 2e299 AND 1.5e300"));
        // The stage is there when it was used, and what was put on it is gone.
        if (threshold > 0) Assert.Empty(await connection.RowsAsync("LIST @SYSTEM$BIND"));
        else await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => connection.RowsAsync("LIST @SYSTEM$BIND"));
    }

    [WireFact]
    public async Task More_values_than_the_drivers_own_threshold_go_by_the_stage()
    {
        const int Rows = 300_000;
        await using var connection = await DriverSession.OpenAsync(server.Endpoint);
        await connection.RunAsync("CREATE OR REPLACE TABLE MANY_BOUND (ID NUMBER(9,0), S VARCHAR)");
        var ids = Enumerable.Range(0, Rows).Cast<object>().ToArray();
        var texts = ids.Select(id => (object)$"a text, number {id}, long enough that the driver writes more than one file").ToArray();

        Assert.Equal(Rows, await connection.RunAsync("INSERT INTO MANY_BOUND (ID, S) VALUES (?, ?)", (DbType.Int32, ids), (DbType.String, texts)));

        Assert.Equal([$"{Rows}|{Rows}|0|{Rows - 1}"], await connection.RowsAsync(
            "SELECT COUNT(*), COUNT(DISTINCT S), MIN(ID), MAX(ID) FROM MANY_BOUND WHERE S = 'a text, number ' || ID || ', long enough that the driver writes more than one file'"));
        Assert.Empty(await connection.RowsAsync("LIST @SYSTEM$BIND"));
    }

    [WireFact]
    public async Task A_refused_row_undoes_all_of_them()
    {
        await using var connection = await DriverSession.OpenAsync(server.Endpoint);
        await connection.RunAsync("ALTER SESSION SET CLIENT_STAGE_ARRAY_BINDING_THRESHOLD = 1");
        await connection.RunAsync("CREATE OR REPLACE TABLE REFUSED_BOUND (A NUMBER(3,0))");
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => connection.RunAsync("INSERT INTO REFUSED_BOUND VALUES (?)", (DbType.Int32, Enumerable.Range(0, 1200).Cast<object>().ToArray())));
        Assert.Equal(["0"], await connection.RowsAsync("SELECT COUNT(*) FROM REFUSED_BOUND"));
        Assert.Equal(2, await connection.RunAsync("INSERT INTO REFUSED_BOUND VALUES (?)", (DbType.Int32, new object[] { 1, 2 })));
        Assert.Empty(await connection.RowsAsync("LIST @SYSTEM$BIND"));
    }
}
