using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>Rows that travel in Parquet files arrive as those in CSV files do, once.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundParquetTests(SyncServer server)
{
    private static readonly StageFiles Parquet = new(StageFileFormat.Parquet, 200_000, null, MinRows: 0);

    [Fact]
    public async Task Many_rows_of_odd_names_and_texts_arrive_as_by_CSV()
    {
        await using var world = await OutboundWorld.CreateAsync(
            server,
            """CREATE TABLE t (id bigint PRIMARY KEY, "Mixed ""Case"".x" text, "规模" text, empty text, price numeric, updated_at timestamptz)""",
            """CREATE TABLE T (ID NUMBER(38,0) NOT NULL, "Mixed ""Case"".x" VARCHAR, "规模" VARCHAR, EMPTY VARCHAR, PRICE NUMBER(12,2), UPDATED_AT TIMESTAMP_TZ(6))""");
        await world.TargetAsync("""
            INSERT INTO t SELECT i, repeat(E'line\n"quoted", ', i % 7) || md5(i::text), CASE WHEN i % 3 > 0 THEN '规模 😀 ' || md5((i * 7)::text) END, CASE i % 3 WHEN 0 THEN '' WHEN 1 THEN NULL ELSE E'\\N' END,
                CASE WHEN i % 10000 = 77 THEN 0.001 ELSE i / 100.0 END, date_trunc('hour', now()) - interval '1 hour' + i * interval '1 millisecond'
            FROM generate_series(1, 30000) i
            """);
        var files = 0;
        world.Interference.BeforeStatement = sql => files += sql.StartsWith("PUT ", StringComparison.Ordinal) && sql.Contains(".parquet'", StringComparison.Ordinal) ? 1 : 0;
        var pipeline = OutboundWorld.Pipeline(p => p with { Files = Parquet, Transforms = [new ColumnTransform("empty", [new MapStep(new Dictionary<string, string?> { [@"\N"] = "a \"text\"" })])] });

        await world.SyncOutAsync(RunStatus.Quarantined, new RowCounts(30_000, 29_997, 0, 0, 0, 3), pipeline);

        Assert.InRange(files, 3, 200);
        Assert.Equal(
            await world.TargetRowsAsync("""SELECT id, "Mixed ""Case"".x", "规模", CASE WHEN empty = E'\\N' THEN 'a "text"' ELSE empty END, price::numeric(12,2) FROM t WHERE id % 10000 <> 77 ORDER BY id"""),
            await world.SourceRowsAsync("""SELECT ID, "Mixed ""Case"".x", "规模", EMPTY, PRICE FROM T ORDER BY ID"""));
        Assert.Equal(["10077|0.001", "20077|0.001", "77|0.001"], await world.TargetRowsAsync("SELECT payload->>'ID' AS id, payload->>'PRICE' AS price FROM etl.quarantine ORDER BY 1"));
        await world.SyncOutAsync(RunStatus.Quarantined, new RowCounts(30_000, 0, 0, 29_997, 0, 3), pipeline with { Files = StageFiles.Default }, new SyncOptions { Mode = SyncMode.Full });
    }

    [Theory]
    [InlineData("PUT", true)]
    [InlineData("COPY INTO", true)]
    [InlineData("INSERT INTO", false)]
    [InlineData("COMMIT", true)]
    [InlineData("COMMIT", false)]
    public async Task A_connection_lost_at_any_statement_neither_loses_nor_doubles_a_row(string statement, bool isBefore)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var pipeline = OutboundWorld.Pipeline(p => p with { WriteMode = WriteMode.Append, Files = Parquet });
        await world.FillAsync(1, 50);
        var broken = 0;
        void Break(string sql)
        {
            if (sql.StartsWith(statement, StringComparison.Ordinal) && broken++ == 0) throw new TimeoutException("the connection was lost");
        }

        if (isBefore) world.Interference.BeforeStatement = Break;
        else world.Interference.AfterStatement = Break;
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(50, 50, 0, 0, 0, 0), pipeline);

        Assert.True(broken > 0, "the statement was never reached");
        Assert.Equal(["50|50"], await world.SourceRowsAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM T"));
        Assert.Empty(await world.SourceRowsAsync("LIST @~"));
        await world.SyncOutAsync(RunStatus.Idle, default, pipeline);
    }
}
