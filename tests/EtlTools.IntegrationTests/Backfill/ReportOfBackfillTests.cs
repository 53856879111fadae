using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.Core.Report;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;
using EtlTools.Core.Tests.Alerts;
using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Sync.World;
using Npgsql;

namespace EtlTools.IntegrationTests.Backfill;

/// <summary>What a report and an alert say of a backfill that really took place.</summary>
[Collection(SyncCollection.Name)]
public sealed class ReportOfBackfillTests(SyncServer server)
{
    private const int Rows = 2_000;

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task The_report_has_the_figures_of_the_run(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        var history = await History.CreateAsync(world, "h", Rows);
        await world.TargetAsync("ALTER TABLE h ADD CONSTRAINT not_these CHECK (id NOT IN (10, 500, 501))");

        var result = await history.RunExpectingAsync(RunStatus.Quarantined, new BackfillOptions { Method = method, Partitions = 4, Parallel = 2 });
        var report = await ReadAsync(world, result.Plan!.Name);

        Assert.Equal((result.Plan.Id, BackfillStatus.Quarantined, method, Rows), (report.Id, report.Status, report.Method, report.EstimateRows));
        Assert.Equal(result.Run!.Counts, report.Counts);
        Assert.Equal(Rows - 3, report.Counts.Inserted);
        Assert.Equal(result.Partitions.Select(p => (p.Number, p.Counts)), report.Partitions.Select(p => (p.Number, p.Counts)));
        Assert.All(report.Partitions, partition => Assert.True(partition is { DurationMs: >= 0, Status: PartitionStatus.Done }));
        Assert.Equal(Rows, report.Throughput.Sum(slice => slice.Rows), 1e-3);
        Assert.Equal(new ReportError("23514", report.Errors[0].Column, "against a CHECK constraint", 3, 3), Assert.Single(report.Errors));
        Assert.Equal((result.Run.RunId, RunStatus.Quarantined, Rows), (Assert.Single(report.Workers).RunId, report.Workers[0].Status, report.Workers[0].Rows));
        Assert.True(report.BusyMs > 0 && report.BusyMs <= report.DurationMs, $"{report.BusyMs} of {report.DurationMs} ms");
        Assert.Contains("Every row read is accounted for.", report.Render(ReportFormat.Html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backfill_that_fails_sends_an_alert()
    {
        using var receiver = new AlertReceiver();
        await using var world = await SyncWorld.CreateAsync(server, settings => settings with { Alerts = new AlertSettings { WebhookUrl = receiver.Address } });
        var history = await History.CreateAsync(world, "h", 300, pipeline => pipeline with { MaxErrors = new ErrorLimit(0, null) });
        await world.TargetAsync("ALTER TABLE h ADD CONSTRAINT not_these CHECK (id <> 10)");

        var result = await history.RunExpectingAsync(RunStatus.Failed, new BackfillOptions { Method = "stream" });

        var alert = await receiver.NextAsync();
        Assert.Equal(
            ("run_failed", "backfill", "h", result.Run!.RunId.ToString(), result.Run.ErrorCode),
            (alert.GetProperty("reason").GetString(), alert.GetProperty("operation").GetString(), alert.GetProperty("name").GetString(), alert.GetProperty("run_id").GetString(), alert.GetProperty("code").GetString()));
    }

    private static async Task<BackfillReport> ReadAsync(SyncWorld world, string name)
    {
        await using var connection = new NpgsqlConnection(world.TargetDsn);
        await connection.OpenAsync();
        return await BackfillReportQuery.ReadAsync(connection, name, new SecretScrubber(), TimeProvider.System, CancellationToken.None);
    }
}
