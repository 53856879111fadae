using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;
using Npgsql;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>Whatever breaks between PostgreSQL and Snowflake, a batch is applied once; appended rows show it, since a second time would double them.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundOnceTests(SyncServer server)
{
    private static readonly PipelineDefinition Append = OutboundWorld.Pipeline(p => p with { WriteMode = WriteMode.Append });

    /// <summary>How a statement begins, and whether the connection breaks before it is done or before its answer arrives.</summary>
    public static TheoryData<string, bool> Statements => new()
    {
        { "CREATE OR REPLACE TRANSIENT TABLE", true }, { "COPY INTO", true }, { "BEGIN", true }, { "UPDATE \"SRC\".\"PUBLIC\".\"ETL_LEDGER\" SET BATCH", true },
        { "INSERT INTO", true }, { "UPDATE \"SRC\".\"PUBLIC\".\"ETL_LEDGER\" SET COUNTS", true }, { "COMMIT", true },
        { "BEGIN", false }, { "UPDATE \"SRC\".\"PUBLIC\".\"ETL_LEDGER\" SET BATCH", false }, { "INSERT INTO", false }, { "COMMIT", false },
        { "PUT", true }, { "REMOVE", true }, { "DROP", true },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task A_connection_lost_at_any_statement_neither_loses_nor_doubles_a_row(string statement, bool isBefore)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 50);
        var broken = 0;
        void Break(string sql)
        {
            if (sql.StartsWith(statement, StringComparison.Ordinal) && broken++ == 0) throw new TimeoutException("the connection was lost");
        }

        if (isBefore) world.Interference.BeforeStatement = Break;
        else world.Interference.AfterStatement = Break;
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(50, 50, 0, 0, 0, 0), Append);

        Assert.True(broken > 0, "the statement was never reached");
        Assert.Equal(["50|50"], await world.SourceRowsAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM T"));
        Assert.Equal(["50"], await world.TargetRowsAsync("SELECT sum(inserted) FROM etl.batch"));
        await world.SyncOutAsync(RunStatus.Idle, default, Append);
    }

    [Theory]
    [InlineData("COMMIT", true, 0)]
    [InlineData("COMMIT", false, 50)]
    [InlineData("COPY INTO", true, 0)]
    public async Task A_run_that_dies_for_good_is_settled_by_the_next(string statement, bool isBefore, int applied)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 50);
        void Die(string sql)
        {
            if (sql.StartsWith(statement, StringComparison.Ordinal)) throw new InvalidOperationException("the process is gone");
        }

        if (isBefore) world.Interference.BeforeStatement = Die;
        else world.Interference.AfterStatement = Die;
        Assert.Equal(RunStatus.Failed, (await world.SyncAsync(Append)).Run.Status);
        (world.Interference.BeforeStatement, world.Interference.AfterStatement) = (null, null);
        Assert.Equal([$"{applied}"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
        Assert.Equal(["~"], await world.TargetRowsAsync("SELECT cursor FROM etl.watermark"));

        var next = applied == 0 ? new RowCounts(50, 50, 0, 0, 0, 0) : default;
        var result = await world.SyncOutAsync(applied == 0 ? RunStatus.Done : RunStatus.Idle, next, Append);
        Assert.Contains(result.Notes, note => note.Contains(applied == 0 ? "had not been applied" : "had been applied", StringComparison.Ordinal));
        Assert.Equal(["50|50"], await world.SourceRowsAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM T"));
        Assert.Equal(["50"], await world.TargetRowsAsync("SELECT sum(inserted) FROM etl.batch"));
        Assert.Equal(["0"], await world.TargetRowsAsync("SELECT count(*) FROM etl.manifest"));
        Assert.Empty(await world.SourceRowsAsync("LIST @~"));
        await world.FillAsync(51, 60);
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(10, 10, 0, 0, 0, 0), Append);
    }

    [Fact]
    public async Task A_run_whose_fence_is_outdated_writes_nothing()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 5);
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(5, 5, 0, 0, 0, 0), Append);
        await world.SourceAsync("UPDATE ETL_LEDGER SET FENCE = 1000");
        await world.FillAsync(6, 10);

        var result = await world.SyncAsync(Append);
        Assert.Equal((RunStatus.Failed, "ETL-CONFLICT"), (result.Run.Status, result.Run.ErrorCode));
        Assert.Equal(["5"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
    }

    [Fact]
    public async Task A_part_that_was_read_ahead_leaves_only_after_its_manifest_and_is_dropped_when_the_one_before_it_fails()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 2000);
        await world.TargetAsync("INSERT INTO t SELECT i, 'without a time', NULL FROM generate_series(10001, 10100) i");
        // Rows without a cursor are a part of their own, the first.
        var pipeline = OutboundWorld.Pipeline(p => p with { SweepNullCursors = true });
        var puts = new List<bool>();
        world.Interference.BeforeStatement = sql =>
        {
            if (sql == "COMMIT") throw new InvalidOperationException("the process is gone");
        };

        Assert.Equal(RunStatus.Failed, (await world.SyncAsync(pipeline)).Run.Status);
        Assert.Empty(Directory.GetFileSystemEntries(world.Settings.WorkDirectory!));
        Assert.Equal(["0"], await world.TargetRowsAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'COPY%'"));
        Assert.Empty(await world.SourceRowsAsync("LIST @~"));

        world.Interference.BeforeStatement = sql =>
        {
            if (sql.StartsWith("PUT ", StringComparison.Ordinal)) puts.Add(sql.Contains(BatchOnItsWay(world.TargetDsn), StringComparison.Ordinal));
        };
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(2100, 2100, 0, 0, 0, 0), pipeline);
        Assert.True(puts.Count >= 2 && puts.TrueForAll(isNoted => isNoted), $"{string.Join(' ', puts)}");
        Assert.Equal(await world.TargetRowsAsync("SELECT id, name FROM t ORDER BY id"), await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID"));
        Assert.Equal(["100", "2000"], await world.TargetRowsAsync("SELECT inserted FROM etl.batch ORDER BY seq"));
    }

    private static string BatchOnItsWay(string dsn)
    {
        using var connection = new NpgsqlConnection(dsn);
        connection.Open();
        using var command = new NpgsqlCommand("SELECT batch FROM etl.manifest", connection);
        return (string)command.ExecuteScalar()!;
    }

    [Fact]
    public async Task Refused_rows_are_put_aside_and_resolved_when_a_better_version_arrives()
    {
        await using var world = await OutboundWorld.CreateAsync(
            server, "CREATE TABLE t (id bigint PRIMARY KEY, name numeric, updated_at timestamptz)", "CREATE TABLE T (ID NUMBER(38,0) NOT NULL, NAME NUMBER(10,2), UPDATED_AT TIMESTAMP_TZ(6))");
        await world.TargetAsync("INSERT INTO t SELECT i, CASE WHEN i = 4711 THEN 1.005 ELSE i END, now() - interval '1 hour' + i * interval '1 ms' FROM generate_series(1, 10000) i");

        await world.SyncOutAsync(RunStatus.Quarantined, new RowCounts(10_000, 9_999, 0, 0, 0, 1));
        Assert.Equal(["4711|1.005|NAME"], await world.TargetRowsAsync("SELECT payload->>'ID' AS id, payload->>'NAME' AS name, column_name FROM etl.quarantine"));
        Assert.Equal(["9999"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
        await world.TargetAsync("UPDATE t SET name = 1.01, updated_at = now() - interval '1 second' WHERE id = 4711");
        await world.SyncAsync(OutboundWorld.Pipeline());
        Assert.Equal(["1.01"], await world.SourceRowsAsync("SELECT NAME FROM T WHERE ID = 4711"));
        Assert.Equal(["resolved"], await world.TargetRowsAsync("SELECT status FROM etl.quarantine"));
    }

    [Fact]
    public async Task More_refused_rows_than_allowed_fail_the_run_and_apply_nothing()
    {
        await using var world = await OutboundWorld.CreateAsync(
            server, "CREATE TABLE t (id bigint PRIMARY KEY, name text, updated_at timestamptz)", "CREATE TABLE T (ID NUMBER(38,0) NOT NULL, NAME VARCHAR(3), UPDATED_AT TIMESTAMP_TZ(6))");
        await world.FillAsync(1, 20);

        var result = await world.SyncAsync(OutboundWorld.Pipeline(p => p with { MaxErrors = new ErrorLimit(5, null) }));
        Assert.Equal((RunStatus.Failed, "ETL-DATA"), (result.Run.Status, result.Run.ErrorCode));
        Assert.Equal(["0"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T"));
        Assert.Equal(["~"], await world.TargetRowsAsync("SELECT cursor FROM etl.watermark"));
        Assert.Equal(["20"], await world.TargetRowsAsync("SELECT count(*) FROM etl.quarantine"));
    }
}
