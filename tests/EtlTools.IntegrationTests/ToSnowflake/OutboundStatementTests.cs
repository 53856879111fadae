using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>A few rows go to Snowflake in a statement, without a file; everything else is as with files.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundStatementTests(SyncServer server)
{
    private static readonly PipelineDefinition Append = OutboundWorld.Pipeline(p => p with { WriteMode = WriteMode.Append, Files = StageFiles.Default });

    public static TheoryData<string, bool> Statements => new()
    {
        { "CREATE OR REPLACE TRANSIENT TABLE", true }, { "INSERT INTO \"SRC\".\"PUBLIC\".\"ETL_STAGE_", true }, { "INSERT INTO \"SRC\".\"PUBLIC\".\"ETL_STAGE_", false }, { "BEGIN", true },
        { "INSERT INTO \"SRC\".\"PUBLIC\".\"T\"", true }, { "INSERT INTO \"SRC\".\"PUBLIC\".\"T\"", false }, { "COMMIT", true }, { "COMMIT", false },
    };

    [Theory]
    [InlineData(null, 1000, false)]
    [InlineData(null, 1001, true)]
    [InlineData(0, 1, true)]
    [InlineData(51, 50, false)]
    [InlineData(51, 51, true)]
    public async Task Only_few_rows_go_without_a_file(int? minRows, int rows, bool byFile)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, rows);
        var files = 0;
        world.Interference.BeforeStatement = sql => files += sql.StartsWith("PUT ", StringComparison.Ordinal) ? 1 : 0;

        await world.SyncOutAsync(RunStatus.Done, new RowCounts(rows, rows, 0, 0, 0, 0), OutboundWorld.Pipeline(p => p with { Files = StageFiles.Default with { MinRows = minRows } }));

        Assert.Equal(byFile, files > 0);
        Assert.Equal(await world.TargetRowsAsync("SELECT id, name FROM t ORDER BY id"), await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID"));
    }

    [Fact]
    public async Task A_few_rows_of_long_texts_go_by_files()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.TargetAsync("INSERT INTO t SELECT i, repeat(md5(i::text), 10000), now() - interval '1 hour' FROM generate_series(1, 10) i");
        var files = 0;
        world.Interference.BeforeStatement = sql => files += sql.StartsWith("PUT ", StringComparison.Ordinal) ? 1 : 0;

        await world.SyncOutAsync(RunStatus.Done, new RowCounts(10, 10, 0, 0, 0, 0), OutboundWorld.Pipeline(p => p with { Files = StageFiles.Default }));

        Assert.True(files > 0);
        Assert.Equal(await world.TargetRowsAsync("SELECT id, md5(name) FROM t ORDER BY id"), await world.SourceRowsAsync("SELECT ID, MD5(NAME) FROM T ORDER BY ID"));
    }

    [Fact]
    public async Task Transforms_and_refusals_are_as_with_files()
    {
        await using var world = await OutboundWorld.CreateAsync(
            server, "CREATE TABLE t (id bigint PRIMARY KEY, name text, price numeric, updated_at timestamptz)",
            "CREATE TABLE T (ID NUMBER(38,0) NOT NULL, NAME NUMBER(5,0), PRICE NUMBER(10,2), UPDATED_AT TIMESTAMP_TZ(6))");
        await world.TargetAsync("INSERT INTO t VALUES (1, ' 7 ', 1.5, now()), (2, 'x', 2, now()), (3, NULL, 1.005, now()), (4, '', NULL, now())");
        var pipeline = OutboundWorld.Pipeline(p => p with
        {
            Files = StageFiles.Default, Transforms = [new ColumnTransform("name", [new NullIfStep([""]), new CastStep(new CastType(CastKind.Integer, null, null))])], MaxErrors = new ErrorLimit(2, null),
        });
        await Task.Delay(300);

        await world.SyncOutAsync(RunStatus.Quarantined, new RowCounts(4, 2, 0, 0, 0, 2), pipeline);

        Assert.Equal(["1|7|1.50", "4|~|~"], await world.SourceRowsAsync("SELECT ID, NAME, PRICE FROM T ORDER BY ID"));
        Assert.Equal(["2|NAME|x", "3|PRICE|~"], await world.TargetRowsAsync("SELECT payload->>'ID' AS id, column_name, payload->>'NAME' AS name FROM etl.quarantine ORDER BY 1"));
    }

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
    [InlineData(WriteMode.Merge)]
    [InlineData(WriteMode.Append)]
    public async Task A_dry_run_leaves_nothing_and_says_what_the_real_one_does(WriteMode mode)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.FillAsync(1, 30);
        var dry = await world.SyncAsync(Append with { WriteMode = mode }, new SyncOptions { DryRun = true });
        Assert.Null(dry.Error);
        Assert.Equal(["T"], await world.SourceRowsAsync("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1"));
        Assert.Equal(dry.Run.Counts, (await world.SyncAsync(Append with { WriteMode = mode })).Run.Counts);
    }
}
