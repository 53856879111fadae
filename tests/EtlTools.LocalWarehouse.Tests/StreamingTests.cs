using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

public sealed class StreamingTests(PostgresServer server) : WarehouseTest(server)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await RunAsync("CREATE TABLE big (k INT, s STRING)");
        using var load = Connection.BeginBulkLoad("big");
        var text = new string('x', 400);
        for (var i = 0; i < 200_000; i++) load.WriteRow(i.ToString(System.Globalization.CultureInfo.InvariantCulture), text);
        load.Complete();
    }

    [Fact]
    public async Task Rows_stream_in_flat_memory()
    {
        await using var command = Command(Connection, "SELECT k, s FROM big ORDER BY k", []);
        await using var reader = await command.ExecuteReaderAsync();
        long rows = 0, peak = 0;
        while (reader.Read())
        {
            Assert.Equal(rows, reader.GetInt64(0));
            rows++;
            if (rows % 50_000 == 0) peak = Math.Max(peak, GC.GetTotalMemory(true));
        }

        Assert.Equal(200_000, rows);
        Assert.InRange(peak, 0, 60_000_000);
    }

    [Fact]
    public async Task A_cancel_reaches_a_reader_in_the_middle_of_its_rows()
    {
        await using var command = Command(Connection, "SELECT k, s FROM big ORDER BY k", []);
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.True(reader.Read());
            command.Cancel();
            var error = Assert.Throws<LocalWarehouseException>(() => { while (reader.Read()) { } });
            Assert.Equal(604, error.ErrorCode);
        }

        Assert.Equal("200000", await OneAsync("SELECT COUNT(*) FROM big"));
    }

    [Fact]
    public async Task A_reader_left_early_leaves_the_transaction_usable()
    {
        await RunAsync("BEGIN");
        await RunAsync("DELETE FROM big WHERE k >= 199999");
        await using (var command = Command(Connection, "SELECT k FROM big", []))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.True(reader.Read());
            await FailsAsync("SELECT 1", 2);
        }

        await RunAsync("COMMIT");
        Assert.Equal("199999", await OneAsync("SELECT COUNT(*) FROM big"));
    }
}
