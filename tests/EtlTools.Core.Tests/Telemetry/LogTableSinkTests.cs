using System.Diagnostics;
using EtlTools.Core.Config;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Telemetry;
using EtlTools.Core.Tests.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace EtlTools.Core.Tests.Telemetry;

[Collection(StateDatabaseGroup.Name)]
public sealed class LogTableSinkTests(StateDatabase databases) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etl-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Warnings_and_run_ends_reach_the_table_and_other_messages_do_not()
    {
        await using var database = await databases.NewAsync();
        await new PostgresMigrator(database, NullLogger.Instance).ApplyAsync();
        var run = Guid.NewGuid();
        Log(database, logger =>
        {
            using (logger.BeginRun(run, "orders"))
            {
                logger.RunStarted(run, "orders", "sync", "full", false);
                logger.WindowOpened("orders", "a", "b");
                logger.RowQuarantined("orders", "k\0", "Password=hunter22", "22021");
            }
        });

        Assert.Equal(
            [
                $"{run}|orders|information|1000|Run {run} of orders started: sync, full, dry run False",
                $"{run}|orders|warning|1200|orders: row k\ufffd quarantined, column Password=***, SQLSTATE 22021; etl.quarantine has the reason and the row",
            ],
            await database.ListAsync("SELECT run_id, pipeline, level, event_id, message FROM etl.log ORDER BY id"));
    }

    [Fact]
    public async Task A_missing_table_or_server_neither_fails_nor_holds_up()
    {
        await using var empty = await databases.NewAsync();
        await using var away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=u;Password=pppp;Database=d;Timeout=1");
        foreach (var database in new[] { empty, away })
        {
            var clock = Stopwatch.StartNew();
            Log(database, logger =>
            {
                for (var i = 0; i < 5000; i++)
                    logger.RowQuarantined("p", "k", "bad", null);
            });
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), clock.Elapsed.ToString());
        }
    }

    private void Log(NpgsqlDataSource database, Action<ILogger> write)
    {
        using var factory = EtlLogging.Create(new TelemetrySettings { LogDirectory = _folder }, TimeProvider.System, new SecretScrubber(), null, database);
        write(factory.CreateLogger("EtlTools.Test"));
    }
}
