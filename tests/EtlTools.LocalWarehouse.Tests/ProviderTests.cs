using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Npgsql;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

public sealed class ProviderTests(PostgresServer server) : WarehouseTest(server)
{
    [Fact]
    public async Task Cells_have_the_types_of_Snowflakes_driver()
    {
        await using var command = Command(Connection,
            "SELECT 1 AS i, 1.50 AS d, 'x' AS s, TRUE AS b, '2024-01-02'::DATE AS dt, '2024-01-02 03:04:05'::TIMESTAMP_NTZ AS z, '2024-01-02 03:04:05 +05:30'::TIMESTAMP_TZ AS o, TO_BINARY('FF') AS x, 1.5::FLOAT AS f, NULL AS n", []);
        await using var reader = (LocalWarehouseDataReader)await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        var values = new object[10];
        reader.GetValues(values);
        Assert.Equal([1L, 1.50m, "x", true, new DateTime(2024, 1, 2), new DateTime(2024, 1, 2, 3, 4, 5), new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.FromHours(5.5)), new byte[] { 255 }, 1.5, DBNull.Value], values);
        Assert.Equal(["NUMBER", "NUMBER", "TEXT", "BOOLEAN", "DATE", "TIMESTAMP_NTZ", "TIMESTAMP_TZ", "BINARY", "FLOAT", "TEXT"], Enumerable.Range(0, 10).Select(reader.GetDataTypeName));
        var schema = reader.GetColumnSchema();
        Assert.Equal((3, 2, "D"), (schema[1].NumericPrecision!.Value, schema[1].NumericScale!.Value, schema[1].ColumnName));
        Assert.Equal(-1, reader.RecordsAffected);
    }

    [Fact]
    public async Task A_number_too_wide_for_NET_throws_and_reads_as_text()
    {
        await using var command = Command(Connection, "SELECT 99999999999999999999, 1.0000000000000000000000000000000000001", []);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Throws<OverflowException>(() => reader.GetValue(0));
        Assert.Throws<OverflowException>(() => reader.GetDecimal(1));
        Assert.Equal("99999999999999999999", reader.GetString(0));
    }

    [Fact]
    public async Task Values_bind_by_position_and_by_name()
    {
        Assert.Equal("x|5|1.5|true|00FF|2024-01-02 03:04:05.000|2024-01-02 03:04:05.000 -0300|NULL",
            await OneAsync("SELECT ?, ?, ?, ?, ?, ?, ?, ?", "x", 5L, 1.5m, true, new byte[] { 0, 255 }, new DateTime(2024, 1, 2, 3, 4, 5), new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.FromHours(-3)), null));
        Assert.Equal("b|a|b", await OneAsync("SELECT :2, :1, :2", "a", "b"));
        await using var command = new LocalWarehouseCommand("SELECT :who || ?", Connection);
        command.Parameters.Add(new LocalWarehouseParameter { ParameterName = "WHO", Value = "me" });
        command.Parameters.Add(new LocalWarehouseParameter { ParameterName = "1", Value = "!" });
        Assert.Equal("me!", await command.ExecuteScalarAsync());
        Assert.Equal(2, (await FailsAsync("SELECT ?", 2, new DateTime(2024, 1, 1).AddTicks(1))).ErrorCode);
        await FailsAsync("SELECT ?", 2, "a\0b");
        Assert.Equal("1.23", await OneAsync("SELECT TO_NUMBER(?, 38, 2)", "1.234"));
    }

    [Fact]
    public async Task The_bulk_load_keeps_values_and_undoes_itself_without_Complete()
    {
        await RunAsync("CREATE TABLE t (k INT, s STRING, x BINARY, o TIMESTAMP_TZ, z TIMESTAMP_NTZ, v VARIANT)");
        using (var load = Connection.BeginBulkLoad("t"))
        {
            load.WriteRow("1", "tab\t\\N\n", "00ff", "2024-01-02T03:04:05.123456+05:30", "0001-01-01 00:00:00.000001", "{\"a\":null}");
            load.WriteRow("2", null, null, null, null, null);
            load.Complete();
        }

        Assert.Equal(["1|tab\t\\N\n|00FF|2024-01-02 03:04:05.123 +0530|0001-01-01 00:00:00.000|{\"a\":null}", "2|NULL|NULL|NULL|NULL|NULL"], await RowsAsync("SELECT * FROM t ORDER BY k"));
        using (var load = Connection.BeginBulkLoad("t", "K")) load.WriteRow("3");
        Assert.Equal("2", await OneAsync("SELECT COUNT(*) FROM t"));
        var bad = Connection.BeginBulkLoad("t", "K");
        bad.WriteRow("x");
        Assert.Throws<LocalWarehouseException>(bad.Complete);
        Assert.Equal("2", await OneAsync("SELECT COUNT(*) FROM t"));
    }

    [Fact]
    public async Task A_running_statement_can_be_cancelled_and_the_session_goes_on()
    {
        const string Slow = "SELECT COUNT(*) FROM t a, t b, t c, t d";
        await RunAsync("CREATE TABLE t (k INT)");
        using (var load = Connection.BeginBulkLoad("t"))
        {
            for (var i = 0; i < 1000; i++) load.WriteRow("1");
            load.Complete();
        }

        var clock = Stopwatch.StartNew();
        await using (var command = Command(Connection, Slow, []))
        {
            var run = command.ExecuteScalarAsync();
            await Task.Delay(300);
            command.Cancel();
            Assert.Equal(604, (await Assert.ThrowsAsync<LocalWarehouseException>(() => run)).ErrorCode);
        }

        using var source = new CancellationTokenSource(300);
        await using (var command = Command(Connection, Slow, []))
            Assert.Equal(604, (await Assert.ThrowsAsync<LocalWarehouseException>(() => command.ExecuteScalarAsync(source.Token))).ErrorCode);
        await using (var command = Command(Connection, Slow, []))
        {
            command.CommandTimeout = 1;
            Assert.Equal(630, (await Assert.ThrowsAsync<LocalWarehouseException>(() => command.ExecuteScalarAsync())).ErrorCode);
        }

        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1));
        Assert.Equal("1", await OneAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_lost_connection_carries_Npgsqls_exception()
    {
        var victim = await OpenAsync();
        await using var killer = new NpgsqlConnection(Server.Postgres);
        await killer.OpenAsync();
        await using (var kill = new NpgsqlCommand($"SELECT pg_terminate_backend({victim.Session.State.SessionId})", killer)) await kill.ExecuteNonQueryAsync();
        var error = await Assert.ThrowsAsync<LocalWarehouseException>(() => RunAsync(victim, "SELECT 1"));
        Assert.IsAssignableFrom<NpgsqlException>(error.InnerException);
        Assert.Equal(250001, error.ErrorCode);
        await victim.DisposeAsync();
    }

    [Fact]
    public async Task Sessions_that_start_together_create_one_catalog()
    {
        await using var admin = new NpgsqlConnection(Server.Postgres);
        await admin.OpenAsync();
        var name = "together_" + Guid.NewGuid().ToString("N");
        await using (var create = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'", admin)) await create.ExecuteNonQueryAsync();
        var text = new DbConnectionStringBuilder { ["postgres"] = new NpgsqlConnectionStringBuilder(Server.Postgres) { Database = name, Pooling = false }.ConnectionString }.ConnectionString;
        await Parallel.ForAsync(0, 8, async (_, _) =>
        {
            await using var connection = LocalWarehouseFactory.Instance.CreateConnection()!;
            connection.ConnectionString = text;
            await connection.OpenAsync(CancellationToken.None);
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE DATABASE IF NOT EXISTS shared";
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        });
        await using (var drop = new NpgsqlCommand($"DROP DATABASE {name} WITH (FORCE)", admin)) await drop.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task Without_a_database_unqualified_names_are_refused()
    {
        await using var connection = new LocalWarehouseConnection(Server.ConnectionString("user=x"));
        await connection.OpenAsync();
        var error = await Assert.ThrowsAsync<LocalWarehouseException>(() => RunAsync(connection, "CREATE TABLE t (a INT)"));
        Assert.Equal(90105, error.ErrorCode);
        Assert.Equal(-1, await RunAsync(connection, "SELECT CURRENT_DATABASE()"));
    }
}
