using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Faults.World;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>
/// COPY INTO converts the values as long as it refuses none. Then the rows are staged anew, as texts, and told apart: what is put aside, what is
/// loaded and what is counted is the same as if they had been from the start.
/// </summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundRefusalTests(SyncServer server)
{
    private const string Source = "CREATE TABLE t (id bigint PRIMARY KEY, amount numeric(10,2), moment timestamp, born date, clock time, name text, note text, updated_at timestamptz)";
    private const string Target = "CREATE TABLE T (ID NUMBER(19,0) NOT NULL, AMOUNT NUMBER(10,2), MOMENT TIMESTAMP_NTZ(6), BORN DATE, CLOCK TIME(6), NAME VARCHAR(12), NOTE VARCHAR NOT NULL, UPDATED_AT TIMESTAMP_TZ(6))";
    private const int Rows = 3000;

    // A column, a value it holds in row 1234, and how the quarantine shows it.
    private static readonly (string Column, string Value, string? Shown)[] Refused =
    [
        ("amount", "'NaN'", "NaN"), ("moment", "'infinity'", "infinity"), ("moment", "'12024-01-01'", "12024-01-01 00:00:00"), ("born", "'0044-03-15 BC'", "0044-03-15 BC"),
        ("clock", "'24:00'", "24:00:00"), ("name", "'thirteen char'", "thirteen char"), ("note", "NULL", null),
    ];

    private static readonly StageFiles Parquet = OutboundWorld.ByFiles with { Format = StageFileFormat.Parquet };

    public static TheoryData<int, WriteMode, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, WriteMode, bool>();
            for (var i = 0; i < Refused.Length; i++) cases.Add(i, i % 2 == 0 ? WriteMode.Merge : WriteMode.Append, i % 3 == 0);
            cases.Add(0, WriteMode.Append, false);
            cases.Add(1, WriteMode.Merge, true);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_refused_value_is_put_aside_and_all_other_rows_are_loaded_once(int which, WriteMode mode, bool byParquet)
    {
        var (column, value, shown) = Refused[which];
        await using var world = await CreateAsync();
        await world.TargetAsync($"UPDATE t SET {column} = {value} WHERE id = 1234");
        var (copies, pipeline) = (0, Pipeline(mode, byParquet ? Parquet : OutboundWorld.ByFiles));
        world.Interference.BeforeStatement = sql => copies += sql.StartsWith("COPY INTO", StringComparison.Ordinal) ? 1 : 0;

        await world.SyncOutAsync(RunStatus.Quarantined, new RowCounts(Rows, Rows - 1, 0, 0, 0, 1), pipeline);

        Assert.Equal(2, copies);
        await EnsureEqualAsync(world, "WHERE id <> 1234");
        Assert.Equal([$"1234|{column.ToUpperInvariant()}|{shown ?? "~"}"], await world.TargetRowsAsync($"SELECT payload->>'ID' AS id, column_name, payload->>'{column.ToUpperInvariant()}' AS value FROM etl.quarantine"));
        await world.SyncOutAsync(RunStatus.Idle, default, pipeline);
        // The repaired row comes back through COPY INTO, which keeps the key by which its entry is found.
        await world.TargetAsync($"UPDATE t SET {column} = (SELECT {column} FROM t WHERE id = 1235), updated_at = now() - interval '1 second' WHERE id = 1234");
        await Task.Delay(300);
        // A merge reads the last row before it once more.
        await world.SyncOutAsync(RunStatus.Done, mode == WriteMode.Merge ? new RowCounts(2, 1, 0, 1, 0, 0) : new RowCounts(1, 1, 0, 0, 0, 0), pipeline);
        Assert.Equal(3, copies);
        await EnsureEqualAsync(world, "");
        Assert.Equal(["resolved"], await world.TargetRowsAsync("SELECT status FROM etl.quarantine"));
    }

    [Theory]
    [InlineData(WriteMode.Merge, StageFileFormat.Csv)]
    [InlineData(WriteMode.Append, StageFileFormat.Parquet)]
    public async Task Without_a_refused_value_each_is_converted_once(WriteMode mode, StageFileFormat format)
    {
        await using var world = await CreateAsync();
        var statements = new List<string>();
        world.Interference.BeforeStatement = statements.Add;

        await world.SyncOutAsync(RunStatus.Done, new RowCounts(Rows, Rows, 0, 0, 0, 0), Pipeline(mode, OutboundWorld.ByFiles with { Format = format }));

        await EnsureEqualAsync(world, "");
        Assert.Single(statements, sql => sql.StartsWith("COPY INTO", StringComparison.Ordinal));
        Assert.DoesNotContain(statements, sql => sql.Contains("TRY_", StringComparison.Ordinal) || sql.StartsWith("CREATE OR REPLACE TRANSIENT TABLE \"SRC\".\"PUBLIC\".\"ETL_ROWS_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1.005", "PRICE")]
    [InlineData("100000000.5", "PRICE")]
    [InlineData("NULL", null)]
    public async Task Values_that_COPY_INTO_could_round_are_not_given_to_it(string price, string? refused)
    {
        await using var world = await OutboundWorld.CreateAsync(
            server, "CREATE TABLE t (id bigint PRIMARY KEY, price numeric, raw jsonb, updated_at timestamptz)", "CREATE TABLE T (ID NUMBER(19,0) NOT NULL, PRICE NUMBER(10,2), RAW VARIANT, UPDATED_AT TIMESTAMP_TZ(6))");
        await world.TargetAsync($$"""INSERT INTO t SELECT i, CASE WHEN i = 77 THEN {{price}} ELSE i + 0.25 END, jsonb_build_object('n', i), now() - interval '1 hour' + i * interval '1 ms' FROM generate_series(1, 2000) i""");
        var gone = refused is null ? 0 : 1;

        await world.SyncOutAsync(gone > 0 ? RunStatus.Quarantined : RunStatus.Done, new RowCounts(2000, 2000 - gone, 0, 0, 0, gone));

        Assert.Equal(
            await world.TargetRowsAsync($"SELECT id, price::numeric(10,2), raw->>'n' AS n FROM t WHERE {gone} = 0 OR id <> 77 ORDER BY id"),
            await world.SourceRowsAsync("SELECT ID, PRICE, RAW:n::VARCHAR FROM T ORDER BY ID"));
        Assert.Equal(gone > 0 ? [$"77|{price}|{refused}"] : [], await world.TargetRowsAsync("SELECT payload->>'ID' AS id, payload->>'PRICE' AS price, column_name FROM etl.quarantine"));
        await world.SyncOutAsync(RunStatus.Idle, default);
    }

    [Fact]
    public async Task Of_two_rows_of_one_key_the_same_wins_however_they_are_staged()
    {
        await using var world = await OutboundWorld.CreateAsync(
            server, "CREATE TABLE t (id bigint, moment timestamp, name text, updated_at timestamptz)", "CREATE TABLE T (ID NUMBER(19,0), MOMENT TIMESTAMP_NTZ(6), NAME VARCHAR, UPDATED_AT TIMESTAMP_TZ(6))");
        await world.TargetAsync("INSERT INTO t SELECT i / 2, timestamp '2024-01-01' + i * interval '1 s', 'row ' || i, now() - interval '1 hour' + i * interval '1 ms' FROM generate_series(2, 2001) i");

        await world.SyncOutAsync(RunStatus.Done, new RowCounts(2000, 1000, 0, 0, 1000, 0));
        var typed = await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID");
        await world.TargetAsync("INSERT INTO t VALUES (5000, 'infinity', 'refused', now() - interval '1 hour')");
        await world.SyncOutAsync(RunStatus.Quarantined, new RowCounts(2001, 0, 0, 1000, 1000, 1), options: new SyncOptions { Mode = SyncMode.Full });

        Assert.Equal(1000, typed.Count);
        Assert.Equal(typed, await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID"));
    }

    [UnixFact]
    public async Task A_process_killed_between_the_two_ways_loses_and_doubles_nothing()
    {
        foreach (var point in (string[])["value-refused", "after-copy-into", "before-commit", "after-commit:2"])
        {
            await using var world = await CreateAsync();
            await world.TargetAsync("UPDATE t SET moment = 'infinity' WHERE id % 1000 = 7");
            var pipeline = Pipeline(WriteMode.Append, OutboundWorld.ByFiles);
            using (var runner = RunnerProcess.Start(world.Settings, pipeline, killAt: point))
            {
                var (exitCode, answer, errors) = await runner.EndAsync();
                Assert.True(exitCode == RunnerProcess.Killed, $"{point} was not reached: {answer} {errors}");
            }

            var after = await world.SyncAsync(pipeline);
            Assert.True(after.Error is null, $"{point}: {after.Error}");
            await EnsureEqualAsync(world, "WHERE id % 1000 <> 7");
            Assert.Equal(["1007", "2007", "7"], await world.TargetRowsAsync("SELECT payload->>'ID' AS id FROM etl.quarantine ORDER BY 1"));
            Assert.Equal([$"{Rows - 3}"], await world.TargetRowsAsync("SELECT sum(inserted) FROM etl.batch"));
            Assert.Equal(RunStatus.Idle, (await world.SyncAsync(pipeline)).Run.Status);
        }
    }

    private async Task<SyncWorld> CreateAsync()
    {
        var world = await OutboundWorld.CreateAsync(server, Source, Target);
        await world.TargetAsync($"""
            INSERT INTO t SELECT i, CASE WHEN i % 5 > 0 THEN i / 100.0 END, timestamp '1999-12-31 23:59:59.999999' + i * interval '1 hour', date '0001-01-01' + i, time '00:00' + i * interval '7 seconds',
                CASE i % 3 WHEN 0 THEN '' WHEN 1 THEN E'a "b",\n' || i END, 'note ' || i, date_trunc('hour', now()) - interval '2 hours' + i * interval '1 second'
            FROM generate_series(1, {Rows}) i
            """);
        return world;
    }

    private static async Task EnsureEqualAsync(SyncWorld world, string where) => Assert.Equal(
        await world.TargetRowsAsync($"SELECT id, amount, to_char(moment, 'YYYY-MM-DD HH24:MI:SS.US') AS moment, born, clock::text AS clock, name, note FROM t {where} ORDER BY id"),
        await world.SourceRowsAsync($"SELECT ID, AMOUNT, TO_VARCHAR(MOMENT, 'YYYY-MM-DD HH24:MI:SS.FF6'), BORN, TO_VARCHAR(CLOCK, 'HH24:MI:SS'), NAME, NOTE FROM T ORDER BY ID"));

    private static PipelineDefinition Pipeline(WriteMode mode, StageFiles files) => OutboundWorld.Pipeline(p => p with { WriteMode = mode, Files = files });
}
