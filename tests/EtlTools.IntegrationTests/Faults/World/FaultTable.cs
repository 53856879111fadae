using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Faults.World;

/// <summary>A source table, its target and the pipeline between them, with the statements that must hold whatever happened.</summary>
public sealed class FaultTable(FaultWorld faults, string name, Func<PipelineDefinition, PipelineDefinition>? change)
{
    private static readonly DateTime Start = new(2024, 1, 1);

    public string Name => name;

    public PipelineDefinition Pipeline { get; } = SyncWorld.Pipeline(p =>
    {
        p = p with { Name = name, Source = $"SRC.PUBLIC.{name.ToUpperInvariant()}", Target = $"public.{name}", BatchSize = 50 };
        return change?.Invoke(p) ?? p;
    });

    private string Source => name.ToUpperInvariant();

    public async Task CreateAsync(int rows)
    {
        await faults.SourceAsync($"CREATE TABLE {Source} (ID NUMBER(10,0), NAME VARCHAR, UPDATED_AT TIMESTAMP_NTZ)");
        await faults.TargetAsync($"CREATE TABLE {name} (id bigint PRIMARY KEY, name text, updated_at timestamp(6))");
        if (rows > 0) await InsertAsync(1, rows);
    }

    /// <summary>Rows with ids from <paramref name="from"/> on, three to a cursor value, so that batches cut through equal values.</summary>
    public Task InsertAsync(int from, int count) => faults.SourceAsync(
        $"INSERT INTO {Source} VALUES {string.Join(", ", Enumerable.Range(from, count).Select(i => $"({i}, 'row {i}', '{At(i / 3)}')"))}");

    /// <summary>What a later run finds: a fifth of the first <paramref name="rows"/> rows changed, and as many new ones.</summary>
    public Task ChangeAsync(int rows) => faults.SourceAsync(
        $"UPDATE {Source} SET NAME = NAME || ' changed', UPDATED_AT = '{At(100_000)}' WHERE ID <= {rows} AND MOD(ID, 5) = 0",
        $"INSERT INTO {Source} VALUES {string.Join(", ", Enumerable.Range(rows + 1, rows / 5).Select(i => $"({i}, 'new {i}', '{At(100_000 + i / 4)}')"))}");

    public static string At(int minutes) => Start.AddMinutes(minutes).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    public Task<SyncResult> SyncAsync(SyncMode mode = SyncMode.Incremental, CancellationToken stop = default) =>
        faults.World.SyncAsync(Pipeline, new SyncOptions { Mode = mode }, stop);

    /// <summary>Target equals source, row by row.</summary>
    public async Task AssertEqualAsync() => Assert.Equal(await SourceRowsAsync(""), await TargetRowsAsync(""));

    /// <summary>Every source row older than the watermark is in the target as it is: the position never runs ahead of the data.</summary>
    public async Task AssertWatermarkTrueAsync()
    {
        var cursor = await faults.TargetTextAsync($"SELECT cursor FROM etl.watermark WHERE pipeline = '{name}'");
        if (cursor is "" or "~") return;
        var here = (await TargetRowsAsync("")).ToHashSet();
        Assert.All(await SourceRowsAsync($"WHERE UPDATED_AT < '{cursor}'"), row => Assert.Contains(row, here));
        // A window that was read to its end holds the rows at the watermark too.
        if (await faults.TargetTextAsync($"SELECT window_complete FROM etl.watermark WHERE pipeline = '{name}'") == "True")
            Assert.All(await SourceRowsAsync($"WHERE UPDATED_AT = '{cursor}'"), row => Assert.Contains(row, here));
    }

    /// <summary>The watermark is true but for rows that may have come late, at most so many minutes after the start of time.</summary>
    public async Task AssertWatermarkTrueOrLateAsync(int lateAfter)
    {
        var cursor = await faults.TargetTextAsync($"SELECT cursor FROM etl.watermark WHERE pipeline = '{name}'");
        if (cursor is "" or "~") return;
        var here = (await TargetRowsAsync("")).ToHashSet();
        Assert.All(await SourceRowsAsync($"WHERE UPDATED_AT < '{cursor}' AND UPDATED_AT < '{At(lateAfter)}'"), row => Assert.Contains(row, here));
    }

    /// <summary>The run went well, its figures are those of its batches, each counted once, and nobody is left holding the lease.</summary>
    public async Task AssertWentWellAsync(SyncResult result)
    {
        Assert.True(result.Run.Status is RunStatus.Done or RunStatus.Idle, $"{result.Run.Status}: {result.Error}");
        var c = result.Run.Counts;
        if (result.Run.Status == RunStatus.Done)
        {
            Assert.Equal(
                $"{c.Read}|{c.Inserted}|{c.Updated}|{c.Unchanged}|{c.Superseded}",
                await faults.TargetTextAsync(
                    $"SELECT sum(records_read)::bigint, sum(inserted)::bigint, sum(updated)::bigint, sum(unchanged)::bigint, sum(superseded)::bigint FROM etl.batch WHERE run_id = '{result.Run.RunId}'"));
        }

        Assert.Equal(
            $"{result.Run.Status}|{c.Read}|{c.Inserted}",
            await faults.TargetTextAsync($"SELECT status, records_read, inserted FROM etl.run WHERE run_id = '{result.Run.RunId}'"));
        Assert.Equal(
            $"~|{result.Run.Status}|True",
            await faults.TargetTextAsync($"SELECT holder, last_status, window_complete FROM etl.watermark WHERE pipeline = '{name}'"));
        // What an interrupted full load staged is removed by the next full load.
        if (result.Run.Mode == "full") Assert.Empty(await faults.TargetRowsAsync("SELECT relname FROM pg_class WHERE relname LIKE 'full\\_%' AND relkind = 'r'"));
        await AssertWatermarkTrueAsync();
        await AssertEqualAsync();
    }

    /// <summary>Runs until nothing is left to do; target equals source then.</summary>
    public async Task AssertSettlesAsync()
    {
        var result = await SyncAsync();
        await AssertWentWellAsync(result);
        Assert.Equal(RunStatus.Idle, (await SyncAsync()).Run.Status);
        Assert.Equal("0", await faults.TargetTextAsync($"SELECT count(*) FROM etl.run WHERE pipeline = '{name}' AND status = 'running'"));
    }

    public Task<List<string>> TargetRowsAsync(string where) => faults.TargetRowsAsync(
        $"SELECT id, name, to_char(updated_at, 'YYYY-MM-DD HH24:MI:SS.US') FROM {name} {where} ORDER BY id");

    private Task<List<string>> SourceRowsAsync(string where) => faults.SourceRowsAsync(
        $"SELECT ID, NAME, TO_VARCHAR(UPDATED_AT, 'YYYY-MM-DD HH24:MI:SS.FF6') FROM {Source} {where} ORDER BY ID");
}
