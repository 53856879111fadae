using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;
using Npgsql;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>Which rows a run to Snowflake takes: none twice without need, none passed over.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundWindowTests(SyncServer server)
{
    [Fact]
    public async Task The_first_run_takes_all_the_next_nothing_and_then_only_what_changed()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 250);

        await world.SyncOutAsync(RunStatus.Done, new RowCounts(250, 250, 0, 0, 0, 0));
        var opened = 0;
        world.Interference.BeforeStatement = _ => opened++;
        await world.SyncOutAsync(RunStatus.Idle, default);
        Assert.Equal(0, opened); // an idle table does not open Snowflake, where a session costs
        world.Interference.BeforeStatement = null;
        await world.TargetAsync("UPDATE t SET name = 'changed', updated_at = now() - interval '1 second' WHERE id IN (3, 200); INSERT INTO t VALUES (251, 'new', now() - interval '1 second')");

        await world.SyncOutAsync(RunStatus.Done, new RowCounts(4, 1, 2, 1, 0, 0));
        Assert.Equal(["3|changed", "200|changed", "251|new"], await world.SourceRowsAsync("SELECT ID, NAME FROM T WHERE NAME IN ('changed', 'new') ORDER BY ID"));
        Assert.Equal(["251"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
        await world.SyncOutAsync(RunStatus.Idle, default);
    }

    [Theory]
    [InlineData(WriteMode.Merge)]
    [InlineData(WriteMode.Append)]
    public async Task A_row_of_a_transaction_that_ends_late_is_not_passed_over(WriteMode mode)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var pipeline = OutboundWorld.Pipeline(p => p with { WriteMode = mode });
        await using var source = NpgsqlDataSource.Create(world.TargetDsn);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand("INSERT INTO t VALUES (1, 'late', now())", connection)) await insert.ExecuteNonQueryAsync();
        await Task.Delay(300);
        await world.TargetAsync("INSERT INTO t VALUES (2, 'early', now())");
        await Task.Delay(300);

        // Row 2 is visible and younger than row 1, which is not visible yet: both wait.
        await world.SyncOutAsync(RunStatus.Idle, default, pipeline);
        await transaction.CommitAsync();
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(2, 2, 0, 0, 0, 0), pipeline);
        Assert.Equal(["1|late", "2|early"], await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID"));
        await world.SyncOutAsync(RunStatus.Idle, default, pipeline);
    }

    [Fact]
    public async Task A_user_who_cannot_see_open_transactions_is_told_so()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 3);
        var user = "blind_" + Guid.NewGuid().ToString("N")[..8];
        await world.TargetAsync($"CREATE ROLE {user} LOGIN PASSWORD 'x'; GRANT ALL ON SCHEMA etl TO {user}; GRANT ALL ON ALL TABLES IN SCHEMA etl TO {user}; GRANT ALL ON ALL SEQUENCES IN SCHEMA etl TO {user}; GRANT SELECT ON t TO {user}");
        var dsn = new NpgsqlConnectionStringBuilder(world.TargetDsn) { Username = user, Password = "x" };
        await using var blind = new Core.EtlServices(
            world.Settings with { Postgres = new PostgresSettings { ConnectionString = dsn.ConnectionString } }, LocalWarehouse.LocalWarehouseFactory.Instance,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System);

        var refused = await new TableSync(blind).RunAsync(OutboundWorld.Pipeline(), new SyncOptions(), null, default);
        Assert.Equal("ETL-CONFIG", refused.Run.ErrorCode);
        Assert.Contains("pg_read_all_stats", ((Core.Errors.EtlException)refused.Error!).Remedy, StringComparison.Ordinal);
        var settled = await new TableSync(blind).RunAsync(OutboundWorld.Pipeline(p => p with { Settle = TimeSpan.FromMinutes(1) }), new SyncOptions(), null, default);
        Assert.Equal((RunStatus.Done, 3), (settled.Run.Status, (int)settled.Run.Counts.Inserted));
    }

    [Theory]
    [InlineData("timestamptz", "now() - interval '2 hours' + i * interval '1 second'", "TIMESTAMP_TZ(6)")]
    [InlineData("timestamp", "timestamp '2024-01-01' + i * interval '1 millisecond'", "TIMESTAMP_NTZ(6)")]
    [InlineData("date", "date '2023-01-01' + i", "DATE")]
    [InlineData("bigint", "i * 1000", "NUMBER(38,0)")]
    [InlineData("numeric(20,4)", "i / 8.0", "NUMBER(20,4)")]
    public async Task Each_type_of_cursor_finds_what_is_new(string type, string value, string target)
    {
        await using var world = await OutboundWorld.CreateAsync(
            server, $"CREATE TABLE t (id int PRIMARY KEY, updated_at {type})", $"CREATE TABLE T (ID NUMBER(38,0), UPDATED_AT {target})");
        await world.TargetAsync($"INSERT INTO t SELECT i, {value} FROM generate_series(1, 40) i");
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(40, 40, 0, 0, 0, 0));
        await world.TargetAsync($"INSERT INTO t SELECT i, {value} FROM generate_series(41, 50) i");

        // The row at the watermark is read again and found unchanged.
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(11, 10, 0, 1, 0, 0));
        Assert.Equal(["50"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
        await world.SyncOutAsync(RunStatus.Idle, default);
    }

    [Fact]
    public async Task Rows_without_a_cursor_are_reported_and_swept_when_asked()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 5);
        await world.TargetAsync("INSERT INTO t VALUES (6, 'no cursor', NULL)");

        var result = await world.SyncOutAsync(RunStatus.Done, new RowCounts(5, 5, 0, 0, 0, 0));
        Assert.Contains(result.Notes, note => note.Contains("1 source rows have no updated_at", StringComparison.Ordinal));
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(1, 1, 0, 0, 0, 0), OutboundWorld.Pipeline(p => p with { SweepNullCursors = true }));
        Assert.Equal(["6"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
    }
}
