using System.Globalization;
using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;
using Npgsql;

namespace EtlTools.IntegrationTests.Backfill.World;

/// <summary>A source table with rows of every awkward kind that can be loaded, its target, and backfills between them.</summary>
public sealed class History(SyncWorld world, string name)
{
    /// <summary>First cursor value; each has three rows, a minute apart from the next.</summary>
    public static readonly DateTime Start = new(2024, 1, 1);

    public string Name => name;

    public SyncWorld World => world;

    /// <summary>The pipeline, in batches of 100 rows.</summary>
    public PipelineDefinition Pipeline { get; init; } = SyncWorld.Pipeline(
        p => p with { Name = name, Source = $"SRC.PUBLIC.{name.ToUpperInvariant()}", Target = $"public.{name}" });

    private string Source => name.ToUpperInvariant();

    /// <summary>Makes the tables and fills the source with rows 0 … <paramref name="rows"/> - 1.</summary>
    public static async Task<History> CreateAsync(SyncWorld world, string name, int rows, Func<PipelineDefinition, PipelineDefinition>? change = null)
    {
        var history = new History(world, name);
        if (change is not null) history = new History(world, name) { Pipeline = change(history.Pipeline) };
        await world.SourceAsync(
            "CREATE TABLE IF NOT EXISTS DIGITS (N NUMBER(4,0))",
            "DELETE FROM DIGITS",
            $"INSERT INTO DIGITS VALUES {string.Join(", ", Enumerable.Range(0, 100).Select(n => $"({n})"))}",
            $"CREATE TABLE {history.Source} (ID NUMBER(10,0), NAME VARCHAR, AMOUNT NUMBER(12,2), SEEN TIMESTAMP_LTZ(6), RAW BINARY, DOC VARIANT, UPDATED_AT TIMESTAMP_NTZ(9))");
        await world.TargetAsync(
            $"CREATE TABLE {name} (id bigint PRIMARY KEY, name varchar(60), amount numeric(12,2), seen timestamptz, raw bytea, doc jsonb, updated_at timestamp(6))");
        await history.InsertAsync(0, rows);
        return history;
    }

    /// <summary>Adds rows with these ids, at most a million.</summary>
    public Task InsertAsync(int from, int count) => world.SourceAsync(
        $"""
        INSERT INTO {Source}
        SELECT I, CASE MOD(I, 7) WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'a "quoted", name' WHEN 3 THEN 'two\nlines' WHEN 4 THEN 'back\\slash\\.' WHEN 5 THEN '工单 ' || I ELSE 'row ' || I END,
               IFF(MOD(I, 11) = 0, NULL, I / 100), DATEADD('second', I, '2024-06-01 12:00:00 +00:00'::TIMESTAMP_LTZ), TO_BINARY(IFF(MOD(I, 2) = 0, '00FF', '')),
               PARSE_JSON(IFF(MOD(I, 3) = 0, NULL, '[' || I || ', "x"]')), DATEADD('minute', FLOOR(I / 3), '2024-01-01'::TIMESTAMP_NTZ)
        FROM (SELECT A.N * 10000 + B.N * 100 + C.N AS I FROM DIGITS A, DIGITS B, DIGITS C WHERE A.N <= {(from + count) / 10000})
        WHERE I >= {from} AND I < {from + count}
        """);

    /// <summary>Starts, or goes on.</summary>
    public Task<BackfillResult> RunAsync(BackfillOptions? options = null, CancellationToken stop = default) =>
        new BackfillRunner(world.Services).RunAsync(Pipeline, options ?? new BackfillOptions { Parallel = 2 }, null, stop);

    /// <summary>Runs and insists on how it ends.</summary>
    public async Task<BackfillResult> RunExpectingAsync(string status, BackfillOptions? options = null)
    {
        var result = await RunAsync(options);
        Assert.True(result.Run!.Status == status, $"expected {status}, got {result.Run.Status}: {result.Error}");
        return result;
    }

    /// <summary>Target equals source, row by row and value by value.</summary>
    public async Task AssertEqualAsync(string where = "") => Assert.Equal(await SourceRowsAsync(where), await TargetRowsAsync(where));

    public Task<List<string>> SourceRowsAsync(string where = "") => world.SourceRowsAsync(
        $"SELECT ID, NAME, AMOUNT, TO_VARCHAR(CONVERT_TIMEZONE('UTC', SEEN), 'YYYY-MM-DD\"T\"HH24:MI:SS'), LOWER(TO_VARCHAR(RAW, 'HEX')), DOC[0]::VARCHAR, TO_VARCHAR(UPDATED_AT, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6') FROM {Source} {where} ORDER BY ID");

    public Task<List<string>> TargetRowsAsync(string where = "") => world.TargetRowsAsync(
        $"SELECT id, name, amount, to_char(seen, 'YYYY-MM-DD\"T\"HH24:MI:SS'), encode(raw, 'hex'), doc->>0, to_char(updated_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US') FROM {name} {where} ORDER BY id");

    /// <summary>A cursor value as SQL writes it.</summary>
    public static string At(int minutes) => Start.AddMinutes(minutes).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The plan's partitions as stored.</summary>
    public async Task<IReadOnlyList<BackfillPartition>> PartitionsAsync(Guid id)
    {
        await using var connection = new NpgsqlConnection(world.TargetDsn);
        await connection.OpenAsync();
        return await BackfillStore.PartitionsAsync(connection, id, default);
    }
}
