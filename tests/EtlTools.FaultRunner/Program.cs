using System.Runtime.InteropServices;
using System.Text.Json;
using EtlTools.Core;
using EtlTools.Core.Backfill;
using EtlTools.Core.State;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Sync;
using EtlTools.FaultRunner;
using EtlTools.LocalWarehouse;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

// Exit codes: 0 done, 1 failed or held, 3 done with quarantined rows, 130 stopped on request.
var job = JsonSerializer.Deserialize<FaultJob>(await File.ReadAllTextAsync(args[0]), FaultJob.Json)!;
if (job.Pipeline is null)
{
    await using var database = NpgsqlDataSource.Create(job.Settings.Postgres!.ConnectionString);
    var applied = await new PostgresMigrator(database, NullLogger.Instance).ApplyAsync();
    Console.WriteLine(JsonSerializer.Serialize(new FaultAnswer("migrated", applied.Count, 0, 0, 0, 0, 0, null, null), FaultJob.Json));
    return 0;
}

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
    File.WriteAllText(args[0] + ".interrupted", "");
});
await using var services = new EtlServices(job.Settings, LocalWarehouseFactory.Instance, NullLoggerFactory.Instance, TimeProvider.System);
var run = job.Backfill is { } backfill
    ? (await new BackfillRunner(services).RunAsync(job.Pipeline, backfill, null, stop.Token)).Run!
    : (await new TableSync(services).RunAsync(job.Pipeline, job.Options, null, stop.Token)).Run;
var counts = run.Counts;
Console.WriteLine(JsonSerializer.Serialize(
    new FaultAnswer(
        run.Status, counts.Read, counts.Inserted, counts.Updated, counts.Unchanged, counts.Superseded, counts.Quarantined,
        run.Error, run.ErrorCode),
    FaultJob.Json));
return run.Status switch
{
    RunStatus.Done or RunStatus.Idle => 0,
    RunStatus.Quarantined => 3,
    RunStatus.Cancelled => 130,
    _ => 1,
};
