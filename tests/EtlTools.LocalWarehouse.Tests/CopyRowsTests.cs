using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>Results as they come from COPY: their bounds, and what happens when they end early.</summary>
public sealed class CopyRowsTests(PostgresServer server) : WarehouseTest(server)
{
    private const string Endless = "SELECT a.k, a.s FROM big a, big b, big c";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await RunAsync("CREATE TABLE big (k INT, s STRING)");
        using var load = Connection.BeginBulkLoad("big");
        for (var i = 0; i < 60_000; i++) load.WriteRow(i.ToString(CultureInfo.InvariantCulture), "row " + i.ToString(CultureInfo.InvariantCulture));
        load.Complete();
    }

    [Fact]
    public async Task Rows_wider_than_the_buffer_arrive_whole_between_narrow_ones()
    {
        int[] sizes = [0, 1, 65_500, 65_536, 70_000, 1_048_576, 3, 5_000_000, 2];
        await RunAsync("CREATE TABLE wide (k INT, a STRING, b STRING)");
        using (var load = Connection.BeginBulkLoad("wide"))
        {
            foreach (var (size, k) in sizes.Select((s, i) => (s, i))) load.WriteRow(k.ToString(CultureInfo.InvariantCulture), Text(size, k), "end");
            load.Complete();
        }

        await using var command = Command(Connection, "SELECT a, b FROM wide ORDER BY k", []);
        await using var reader = await command.ExecuteReaderAsync();
        for (var k = 0; k < sizes.Length; k++)
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(Text(sizes[k], k), reader.GetString(0));
            Assert.Equal("end", reader.GetString(1));
        }

        Assert.False(await reader.ReadAsync());
    }

    private static string Text(int size, int seed) => string.Create(size, seed, static (text, seed) =>
    {
        for (var i = 0; i < text.Length; i++) text[i] = i % 7 == 0 ? '心' : (char)('a' + ((i + seed) % 26));
    });

    [Fact]
    public async Task Many_columns_keep_their_NULLs_in_place()
    {
        string Select(int remainder) => "SELECT " + string.Join(", ", Enumerable.Range(0, 900).Select(i => i % 3 == remainder ? "NULL" : $"'v{i}'"));
        string Expected(int remainder) => string.Join('|', Enumerable.Range(0, 900).Select(i => i % 3 == remainder ? "NULL" : $"v{i}"));
        Assert.Equal([Expected(0), Expected(2), Expected(3)], await RowsAsync($"{Select(0)} UNION ALL {Select(2)} UNION ALL {Select(3)}"));
        Assert.Equal(string.Join('|', Enumerable.Repeat("NULL", 900)), await OneAsync("SELECT " + string.Join(", ", Enumerable.Repeat("NULL", 900))));
    }

    [Fact]
    public async Task Cells_can_be_read_on_a_row_only_and_no_rows_have_columns_still()
    {
        await using (var command = Command(Connection, "SELECT k, NULL AS n FROM big WHERE k < 2 ORDER BY k", []))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.True(reader.HasRows);
            Assert.Throws<InvalidOperationException>(() => reader.GetString(0));
            Assert.Throws<InvalidOperationException>(() => reader.IsDBNull(0));
            Assert.True(reader.Read());
            Assert.Throws<InvalidCastException>(() => reader.GetString(1));
            Assert.Throws<IndexOutOfRangeException>(() => reader.GetString(2));
            Assert.True(reader.Read());
            Assert.Equal("1", reader.GetString(0));
            Assert.False(reader.Read());
            Assert.False(reader.Read());
            Assert.Throws<InvalidOperationException>(() => reader.GetString(0));
            await reader.CloseAsync();
            Assert.Throws<ObjectDisposedException>(() => reader.Read());
        }

        await using (var command = Command(Connection, "SELECT k, s FROM big WHERE k < 0", []))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.False(reader.HasRows);
            Assert.Equal(("K", "S", 2), (reader.GetName(0), reader.GetName(1), reader.FieldCount));
            Assert.False(await reader.ReadAsync());
        }
    }

    [Fact]
    public async Task Rows_at_hand_are_read_at_once_and_allocate_nothing_but_the_drivers_48_bytes()
    {
        await using var command = Command(Connection, "SELECT k, s FROM big WHERE k < 200", []);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.True(await reader.ReadAsync());
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var nulls = 0;
            for (var i = 0; i < 40; i++)
            {
                var read = reader.ReadAsync();
                if (!read.IsCompletedSuccessfully || reader.IsDBNull(0)) nulls++;
            }

            // NpgsqlRawCopyStream.ReadAsync itself allocates 48 bytes a call, which is a row; nothing may come on top.
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(0, nulls);
            Assert.InRange(allocated, 0, 40 * 48);
        }
    }

    [Fact]
    public async Task A_reader_left_early_does_not_read_the_rest_and_keeps_the_transaction()
    {
        var clock = Stopwatch.StartNew();
        await RunAsync("BEGIN");
        await RunAsync("DELETE FROM big WHERE k >= 59999");
        for (var rows = 0; rows < 3; rows++)
        {
            await using (var command = Command(Connection, Endless, []))
            await using (var reader = await command.ExecuteReaderAsync())
                for (var i = 0; i < rows * 100; i++) Assert.True(await reader.ReadAsync());
            Assert.Equal("59999", await OneAsync("SELECT COUNT(*) FROM big"));
        }

        await RunAsync("COMMIT");
        Assert.Equal("59999", await OneAsync("SELECT COUNT(*) FROM big"));
        Assert.Equal(-1, await RunAsync(Endless));
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancel_stops_rows_and_keeps_the_transaction(bool byToken)
    {
        await RunAsync("BEGIN");
        await RunAsync("DELETE FROM big WHERE k >= 59999");
        await using (var command = Command(Connection, Endless, []))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            for (var i = 0; i < 1000; i++) Assert.True(await reader.ReadAsync());
            using var source = new CancellationTokenSource();
            if (byToken) await source.CancelAsync();
            else command.Cancel();
            var error = await Assert.ThrowsAsync<LocalWarehouseException>(() => reader.ReadAsync(source.Token));
            Assert.Equal(604, error.ErrorCode);
            Assert.Equal(((LocalWarehouseDataReader)reader).QueryId, error.QueryId);
            Assert.Equal(604, Assert.Throws<LocalWarehouseException>(() => reader.Read()).ErrorCode);
        }

        Assert.Equal("59999", await OneAsync("SELECT COUNT(*) FROM big"));
        await RunAsync("ROLLBACK");
        Assert.Equal("60000", await OneAsync("SELECT COUNT(*) FROM big"));
    }

    [Fact]
    public async Task A_cancel_or_timeout_before_the_first_row_keeps_the_transaction()
    {
        const string Slow = "SELECT a.k FROM big a, big b, big c WHERE a.k + b.k + c.k < 0";
        await RunAsync("BEGIN");
        await RunAsync("DELETE FROM big WHERE k >= 59999");
        using (var source = new CancellationTokenSource(200))
        await using (var command = Command(Connection, Slow, []))
            Assert.Equal(604, (await Assert.ThrowsAsync<LocalWarehouseException>(() => command.ExecuteReaderAsync(source.Token))).ErrorCode);
        await using (var command = Command(Connection, Slow, []))
        {
            command.CommandTimeout = 1;
            var error = await Assert.ThrowsAsync<LocalWarehouseException>(() => command.ExecuteReaderAsync());
            Assert.Equal(630, error.ErrorCode);
            Assert.IsType<TimeoutException>(error.InnerException!.InnerException);
        }

        Assert.Equal("59999", await OneAsync("SELECT COUNT(*) FROM big"));
        await RunAsync("COMMIT");
    }

    [Fact]
    public async Task A_timeout_between_rows_cancels_the_statement()
    {
        await using (var command = Command(Connection, "SELECT k FROM big WHERE k < 20000 UNION ALL SELECT a.k FROM big a, big b, big c WHERE a.k + b.k + c.k < 0", []))
        {
            command.CommandTimeout = 1;
            await using var reader = await command.ExecuteReaderAsync();
            var error = await Assert.ThrowsAsync<LocalWarehouseException>(async () => { while (await reader.ReadAsync()) { } });
            Assert.Equal(630, error.ErrorCode);
        }

        Assert.Equal("1", await OneAsync("SELECT 1"));
    }

    [Fact]
    public async Task An_error_after_many_rows_leaves_the_transaction_open()
    {
        await RunAsync("BEGIN");
        await RunAsync("INSERT INTO big VALUES (-1, 'kept')");
        await using (var command = Command(Connection, "SELECT 1 / (50000 - k), s FROM big", []))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            var rows = 0;
            var error = await Assert.ThrowsAsync<LocalWarehouseException>(async () => { while (await reader.ReadAsync()) rows++; });
            Assert.Equal(100051, error.ErrorCode);
            Assert.IsType<PostgresException>(error.InnerException);
            Assert.Equal(50_000, rows);
        }

        await FailsAsync("SELECT 1 / 0", 100051);
        Assert.Equal("kept", await OneAsync("SELECT s FROM big WHERE k = -1"));
        await RunAsync("COMMIT");
        Assert.Equal("60001", await OneAsync("SELECT COUNT(*) FROM big"));
    }

    [Fact]
    public async Task A_server_process_that_dies_between_rows_is_a_lost_connection()
    {
        await using var victim = await OpenAsync();
        await RunAsync(victim, "BEGIN");
        await using var command = Command(victim, Endless, []);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        await using var killer = new NpgsqlConnection(Server.Postgres);
        await killer.OpenAsync();
        await using (var kill = new NpgsqlCommand($"SELECT pg_terminate_backend({victim.Session.State.SessionId})", killer)) await kill.ExecuteNonQueryAsync();
        var error = await Assert.ThrowsAsync<LocalWarehouseException>(async () => { while (await reader.ReadAsync()) { } });
        Assert.Equal(250001, error.ErrorCode);
        Assert.IsAssignableFrom<NpgsqlException>(error.InnerException);
        await reader.CloseAsync();
        Assert.NotEqual(System.Data.ConnectionState.Open, victim.State);
    }
}
