using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>A text column is cast as the same text in a literal is, whichever way the cast takes.</summary>
public sealed class CommonTextTests(PostgresServer server) : WarehouseTest(server)
{
    [Theory]
    [InlineData("NUMBER(3,0)")]
    [InlineData("NUMBER(5,2)")]
    [InlineData("NUMBER(38,0)")]
    [InlineData("NUMBER(2,2)")]
    [InlineData("BOOLEAN")]
    [InlineData("DATE")]
    public async Task A_column_is_cast_as_a_literal_is(string type)
    {
        string[] texts =
        [
            "", "0", "007", "999", "1000", "-5", "--5", "+5", "1.5", "-1.50", "999.99", "999.995", ".5", "0.999", "1e2", " 12 ", "12a", "99999999999999999999999999999999999999", "999999999999999999999999999999999999999",
            "true", "false", "TRUE", "t", "maybe", "2024-01-31", "2024-02-28", "2024-02-30", "0999-01-01", "9999-12-28", "2024-1-1", "2024-01-01 10:00", "2024-01-01x", "٣", "1\n", "2024-01-01\n",
        ];
        await RunAsync("CREATE TABLE t (k INT, x STRING)");
        for (var k = 0; k < texts.Length; k++) await RunAsync("INSERT INTO t VALUES (?, ?)", k, texts[k]);
        var cast = await RowsAsync($"SELECT TRY_CAST(x AS {type}) FROM t ORDER BY k");
        for (var k = 0; k < texts.Length; k++)
        {
            Assert.Equal(await OneAsync($"SELECT TRY_CAST(? AS {type})", texts[k]), cast[k]);
            string? error = null;
            try
            {
                Assert.Equal(cast[k], await OneAsync($"SELECT x::{type} FROM t WHERE k = ?", k));
            }
            catch (LocalWarehouseException exception)
            {
                error = exception.Message;
            }

            if (error is null) Assert.NotEqual("NULL", cast[k]);
            else Assert.Equal(error, (await Assert.ThrowsAsync<LocalWarehouseException>(() => OneAsync($"SELECT ?::{type}", texts[k]))).Message);
        }
    }
}
