using System.Net.Http.Json;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests.Driver;

/// <summary>What goes wrong between driver and endpoint: a sync survives it and neither loses nor doubles a row.</summary>
[Collection(EndpointCollection.Name)]
public sealed class WireFaultTests(WireWorld wire) : IClassFixture<WireWorld>
{
    private readonly SyncWorld _world = wire.World;

    [WireTheory]
    [InlineData("unavailable", 2)]
    [InlineData("lost_answer", 1)]
    [InlineData("cut_chunk", 2)]
    [InlineData("stall", 2)]
    [InlineData("drip", 2)]
    [InlineData("expire_token", 2)]
    public async Task A_sync_survives(string fault, int times)
    {
        const int Rows = 40_000;
        var table = await ValueTable.CreateAsync(_world, "f_" + fault, "VARCHAR", "text", p => p with { BatchSize = 5000 });
        await table.FillAsync(1, Rows, i => $"'a text that makes the result long enough for some chunks, number {i} of all of them; {new string('x', 100)}'");
        await SetAsync(fault, times);

        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(Rows, Rows, 0, 0, 0, 0));

        Assert.Equal([$"{Rows}|1|{Rows}"], await _world.TargetRowsAsync($"SELECT count(*), min(id), max(id) FROM {table.Name} WHERE v LIKE '%number ' || id || ' of%'"));
        Assert.Equal(0, await LeftAsync(fault));
        await table.SyncExpectingAsync(RunStatus.Idle, new RowCounts(0, 0, 0, 0, 0, 0));
    }

    [WireTheory]
    [InlineData("unavailable", 2)]
    [InlineData("lost_answer", 2)]
    [InlineData("expire_token", 3)]
    public async Task A_sync_to_the_warehouse_survives(string fault, int times)
    {
        const int Rows = 3000;
        var name = "out_" + fault;
        await _world.TargetAsync($"CREATE TABLE {name} (id bigint PRIMARY KEY, v text, updated_at timestamptz); INSERT INTO {name} SELECT i, 'v' || i, timestamptz '2024-01-01' + i * interval '1 second' FROM generate_series(1, {Rows}) i");
        await _world.SourceAsync($"CREATE TABLE {name} (ID NUMBER(19,0), V VARCHAR, UPDATED_AT TIMESTAMP_TZ)");
        // Appended rows would show a second time.
        var pipeline = SyncWorld.Pipeline(p => p with
        {
            Name = name, Direction = SyncDirection.PostgresToSnowflake, Source = $"public.{name}", Target = $"SRC.PUBLIC.{name}", WatermarkColumn = "updated_at", BatchSize = 1000, WriteMode = WriteMode.Append,
        });
        await SetAsync(fault, times);

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(Rows, Rows, 0, 0, 0, 0), pipeline);

        Assert.Equal(0, await LeftAsync(fault));
        Assert.Equal([$"{Rows}|{Rows}|1|{Rows}"], await _world.SourceRowsAsync($"SELECT COUNT(*), COUNT(DISTINCT ID), MIN(ID), MAX(ID) FROM {name} WHERE V = 'v' || ID"));
        await _world.SyncExpectingAsync(RunStatus.Idle, default, pipeline);
    }

    /// <summary>How often the fault did not happen.</summary>
    private async Task<int> LeftAsync(string fault)
    {
        using var client = new WireClient(wire.Endpoint.Address);
        return (await client.GetAsync("/faults")).Data.GetProperty(fault).GetInt32();
    }

    private async Task SetAsync(string fault, int times)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var answer = await http.PostAsJsonAsync(new Uri(wire.Endpoint.Address, "/faults"), new Dictionary<string, int> { [fault] = times });
        answer.EnsureSuccessStatusCode();
    }
}
