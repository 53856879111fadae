using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>Arrays bound to an INSERT, as with Snowflake's driver.</summary>
public sealed class ArrayBindingTests(PostgresServer server) : WarehouseTest(server)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await RunAsync("CREATE TABLE t (k INT, s VARCHAR(10), z TIMESTAMP_NTZ, v VARIANT, d STRING DEFAULT 'dflt')");
    }

    [Fact]
    public async Task Every_element_is_a_row()
    {
        var keys = Enumerable.Range(0, 1203).ToArray();
        var texts = keys.Select(k => k % 5 == 0 ? null : $"it's {k}").ToArray();
        var times = keys.Select(k => (object?)(k == 7 ? null : "2024-01-01 00:00:00.123456")).ToArray();
        Assert.Equal(1203, await RunAsync("INSERT INTO t (k, s, z) VALUES (?, ?, TO_TIMESTAMP_NTZ(?))", keys, texts, times));
        Assert.Equal("1203|723003|962|it's 1202|1202|1203", await OneAsync("SELECT COUNT(*), SUM(k), COUNT(s), MAX(IFF(k = 1202, s, NULL)), COUNT(z), COUNT_IF(d = 'dflt') FROM t"));
    }

    [Fact]
    public async Task A_row_that_does_not_fit_undoes_all_of_them()
    {
        await RunAsync("BEGIN");
        await RunAsync("INSERT INTO t (k) VALUES (?)", new int[] { -1 });
        await FailsAsync("INSERT INTO t (k, s) VALUES (?, ?)", 100078, Enumerable.Range(0, 900).ToArray(), Enumerable.Range(0, 900).Select(i => i == 899 ? "much too long" : "x").ToArray());
        await RunAsync("COMMIT");
        Assert.Equal("-1", await OneAsync("SELECT k FROM t"));
        await FailsAsync("INSERT INTO t (k, s) VALUES (?, ?)", 2, new int[] { 1, 2 }, new string[] { "a" });
        await FailsAsync("INSERT INTO t (k, s) VALUES (?, ?)", 2, new int[] { 1, 2 }, "a");
        await FailsAsync("UPDATE t SET k = ?", 2, new int[] { 1, 2 });
        await FailsAsync("SELECT ?", 2, new int[] { 1, 2 });
        Assert.Equal("-1", await OneAsync("SELECT k FROM t"));
    }
}
