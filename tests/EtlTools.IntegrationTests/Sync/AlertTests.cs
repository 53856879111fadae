using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.Core.Tests.Alerts;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.IntegrationTests.ToSnowflake;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>What runs on real databases tell a web server that is really there.</summary>
[Collection(SyncCollection.Name)]
public sealed class AlertTests(SyncServer server) : IDisposable
{
    private readonly AlertReceiver _receiver = new();

    public void Dispose() => _receiver.Dispose();

    [Fact]
    public async Task A_failed_run_in_either_direction_sends_one_alert_with_its_figures()
    {
        await using var world = await CreateAsync();
        await world.SourceAsync("CREATE TABLE T (ID NUMBER, NAME VARCHAR, UPDATED_AT TIMESTAMP_NTZ)", "INSERT INTO T SELECT 1, 'a', '2024-01-01'");

        var inbound = await world.SyncAsync();
        Assert.Equal(RunStatus.Failed, inbound.Run.Status);
        var alert = await _receiver.NextAsync();
        Assert.Equal(
            (inbound.Run.RunId.ToString(), "t", inbound.Run.ErrorCode), (alert.GetProperty("run_id").GetString(), alert.GetProperty("name").GetString(), alert.GetProperty("code").GetString()));

        var outbound = await world.SyncAsync(OutboundWorld.Pipeline(p => p with { Name = "out", Source = "public.missing" }));
        Assert.Equal(RunStatus.Failed, outbound.Run.Status);
        alert = await _receiver.NextAsync();
        Assert.Equal((outbound.Run.RunId.ToString(), "out"), (alert.GetProperty("run_id").GetString(), alert.GetProperty("name").GetString()));
        Assert.Contains("public.missing", alert.GetProperty("message").GetString(), StringComparison.Ordinal);

        Assert.Equal(RunStatus.Failed, (await world.SyncAsync(options: new SyncOptions { DryRun = true })).Run.Status);
        await world.Services.Alerts.DisposeAsync();
        Assert.Equal(2, _receiver.Requests.Count);
    }

    [Fact]
    public async Task Refused_rows_above_the_share_are_reported_though_the_run_goes_on()
    {
        await using var world = await CreateAsync();
        await world.SourceAsync("CREATE TABLE T (ID NUMBER, NAME VARCHAR, UPDATED_AT TIMESTAMP_NTZ)", SnowSql.Fill("T", 1, 40, i => $"{i}, '{(i <= 3 ? "too long for it" : "x")}', {SnowSql.Minute(i)}"));
        await world.TargetAsync("CREATE TABLE t (id bigint PRIMARY KEY, name varchar(4), updated_at timestamp)");

        await world.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(40, 37, 0, 0, 0, 3));

        var alert = await _receiver.NextAsync();
        Assert.Equal(("error_share", "warning"), (alert.GetProperty("reason").GetString(), alert.GetProperty("severity").GetString()));
        Assert.Equal((40, 3), (alert.GetProperty("read").GetInt64(), alert.GetProperty("refused").GetInt64()));
        Assert.DoesNotContain("too long", _receiver.Requests.Single().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_waits_for_a_lock_is_reported_while_it_waits_and_then_ends_well()
    {
        await using var world = await CreateAsync(alerts => alerts with { Stall = TimeSpan.FromSeconds(1) });
        await world.SourceAsync("CREATE TABLE T (ID NUMBER, NAME VARCHAR, UPDATED_AT TIMESTAMP_NTZ)", SnowSql.Fill("T", 1, 5, i => $"{i}, 'x', {SnowSql.Minute(i)}"));
        await world.TargetAsync("CREATE TABLE t (id bigint PRIMARY KEY, name text, updated_at timestamp)");
        var release = new SemaphoreSlim(0);
        world.Interference.BeforeRow = row =>
        {
            if (row == 3) release.Wait(TimeSpan.FromSeconds(90));
        };

        var run = world.SyncAsync();
        var alert = await _receiver.NextAsync();
        Assert.Equal(("stall", "t"), (alert.GetProperty("reason").GetString(), alert.GetProperty("name").GetString()));
        release.Release();

        Assert.Equal((RunStatus.Done, 5), ((await run).Run.Status, (await run).Run.Counts.Inserted));
        Assert.Single(_receiver.Requests);
    }

    [Fact]
    public async Task An_endpoint_that_never_answers_changes_neither_the_run_nor_its_time()
    {
        _receiver.BeSilent();
        await using var world = await CreateAsync();
        var result = await world.SyncAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(RunStatus.Failed, result.Run.Status);
        Assert.True(result.Run.DurationMs < 14_000, $"{result.Run.DurationMs} ms");
        Assert.Equal(RunStatus.Failed, await world.TargetValueAsync<string>("SELECT status FROM etl.run"));
        await _receiver.NextAsync();
        _receiver.Dispose();
    }

    private Task<SyncWorld> CreateAsync(Func<AlertSettings, AlertSettings>? change = null)
    {
        var alerts = new AlertSettings { WebhookUrl = _receiver.Address };
        return SyncWorld.CreateAsync(server, settings => settings with { Alerts = change?.Invoke(alerts) ?? alerts });
    }
}
