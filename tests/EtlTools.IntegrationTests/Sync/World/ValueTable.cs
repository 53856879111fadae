using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.IntegrationTests.Sync.World;

/// <summary>A table pair with one column V under test, in a shared world; its name keeps it apart from others.</summary>
internal sealed class ValueTable
{
    private const int RowsAnInsert = 5000;

    private ValueTable(SyncWorld world, string name, PipelineDefinition pipeline)
    {
        World = world;
        Name = name;
        Pipeline = pipeline;
    }

    public SyncWorld World { get; }

    public string Name { get; }

    public PipelineDefinition Pipeline { get; set; }

    /// <summary>Makes T(ID, V, UPDATED_AT) at the source and its counterpart with the given type and clauses for V.</summary>
    public static async Task<ValueTable> CreateAsync(SyncWorld world, string name, string sourceType, string targetColumn, Func<PipelineDefinition, PipelineDefinition>? change = null)
    {
        await world.SourceAsync($"CREATE TABLE {name} (ID NUMBER(10,0), V {sourceType}, UPDATED_AT TIMESTAMP_NTZ)");
        await world.TargetAsync($"CREATE TABLE {name} (id bigint PRIMARY KEY, v {targetColumn}, updated_at timestamp)");
        var pipeline = SyncWorld.Pipeline(p => p with { Name = name, Source = $"SRC.PUBLIC.{name}", Target = $"public.{name}", BatchSize = 1000 });
        return new ValueTable(world, name, change?.Invoke(pipeline) ?? pipeline);
    }

    /// <summary>Rows from..from+count-1, one minute apart, V as the function writes it in SQL.</summary>
    public async Task FillAsync(int from, int count, Func<int, string> v)
    {
        for (var at = from; at < from + count; at += RowsAnInsert)
            await World.SourceAsync(SnowSql.Fill(Name, at, Math.Min(RowsAnInsert, from + count - at), i => $"{i}, {v(i)}, {SnowSql.Minute(i)}"));
    }

    public Task<SyncResult> SyncAsync(SyncOptions? options = null) => World.SyncAsync(Pipeline, options);

    public Task<SyncResult> SyncExpectingAsync(string status, RowCounts counts, SyncOptions? options = null) =>
        World.SyncExpectingAsync(status, counts, Pipeline, options);

    /// <summary>Retries what is in quarantine; the figures add up.</summary>
    public async Task<SyncResult> RetryAsync(bool isDryRun = false)
    {
        var result = await new QuarantineRetry(World.Services).RunAsync(Pipeline, null, CancellationToken.None, isDryRun: isDryRun);
        Assert.True(result.Error is null, result.Error?.ToString());
        Assert.Equal(result.Run.Counts.Read, result.Run.Counts.Accounted);
        return result;
    }

    /// <summary>Target rows: id|v.</summary>
    public Task<List<string>> RowsAsync(string where = "true") => World.TargetRowsAsync($"SELECT id, v::text AS v FROM {Name} WHERE {where} ORDER BY id");

    /// <summary>Quarantine entries: the given columns.</summary>
    public Task<List<string>> QuarantineAsync(string columns = "key_text, sqlstate, column_name, status, attempts") =>
        World.TargetRowsAsync($"SELECT {columns} FROM etl.quarantine WHERE pipeline = '{Name}' ORDER BY id");

    public Task<string?> CursorAsync() => World.TargetValueAsync<string>($"SELECT cursor FROM etl.watermark WHERE pipeline = '{Name}'");
}
