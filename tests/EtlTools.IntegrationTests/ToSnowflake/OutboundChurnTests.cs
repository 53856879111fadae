using System.Diagnostics;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;
using Npgsql;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>A source that changes while it is read: nothing is lost, whenever it becomes visible. ETL_TEST_LONG=1 takes the times of the requirement.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundChurnTests(SyncServer server)
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("ETL_TEST_LONG") == "1";

    [Theory]
    [InlineData(WriteMode.Merge)]
    [InlineData(WriteMode.Append)]
    public async Task A_long_transaction_that_commits_late_loses_nothing(WriteMode mode)
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var pipeline = OutboundWorld.Pipeline(p => p with { WriteMode = mode, Files = StageFiles.Default });
        await using var source = NpgsqlDataSource.Create(world.TargetDsn);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand("INSERT INTO t SELECT i, 'late', now() FROM generate_series(1, 100) i", connection)) await insert.ExecuteNonQueryAsync();
        var open = Stopwatch.StartNew();
        var next = 101;
        for (; open.Elapsed < TimeSpan.FromSeconds(IsLong ? 10 : 3); next++)
        {
            await world.TargetAsync($"INSERT INTO t VALUES ({next}, 'early', now())");
            Assert.Null((await world.SyncAsync(pipeline)).Error);
        }

        await transaction.CommitAsync();
        await Task.Delay(300);

        Assert.Equal(RunStatus.Done, (await world.SyncAsync(pipeline)).Run.Status);
        Assert.Equal(await world.TargetRowsAsync("SELECT id, name FROM t ORDER BY id"), await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID"));
        Assert.Equal(["100"], await world.SourceRowsAsync("SELECT COUNT(*) FROM T WHERE NAME = 'late'"));
        Assert.Equal([$"{next - 1}"], await world.TargetRowsAsync("SELECT sum(inserted) FROM etl.batch"));
    }

    [Fact]
    public async Task Sixteen_writers_and_a_sync_every_second_end_up_equal()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var pipeline = OutboundWorld.Pipeline(p => p with { Files = StageFiles.Default });
        await world.TargetAsync("INSERT INTO t SELECT i, 'first', now() FROM generate_series(1, 200) i; CREATE SEQUENCE next START 201");
        await using var source = NpgsqlDataSource.Create(world.TargetDsn);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(IsLong ? 60 : 8));
        var writers = Enumerable.Range(0, 16).Select(number => Task.Run(() => WriteAsync(source, number, end.Token))).ToArray();
        var syncs = 0;
        while (!end.IsCancellationRequested)
        {
            var result = await world.SyncAsync(pipeline);
            Assert.True(result.Error is null, result.Error?.ToString());
            if (result.Run.Status == RunStatus.Done) syncs++;
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        var commits = (await Task.WhenAll(writers)).Sum();
        await Task.Delay(300);
        Assert.Null((await world.SyncAsync(pipeline)).Error);

        Assert.Equal(await world.TargetRowsAsync("SELECT id, name FROM t ORDER BY id"), await world.SourceRowsAsync("SELECT ID, NAME FROM T ORDER BY ID"));
        Assert.Equal(RunStatus.Idle, (await world.SyncAsync(pipeline)).Run.Status);
        Assert.True(syncs >= 2 && commits > 100, $"{syncs} syncs beside {commits} transactions tell nothing");
    }

    // Transactions of some length: the time a row carries is that of its transaction's beginning, as with triggers that use now().
    private static async Task<int> WriteAsync(NpgsqlDataSource source, int number, CancellationToken end)
    {
        var random = new Random(number);
        var commits = 0;
        for (; !end.IsCancellationRequested; commits++)
        {
            await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            await RunAsync(connection, $"INSERT INTO t SELECT nextval('next'), 'writer {number}', now() FROM generate_series(1, {random.Next(1, 4)})");
            await Task.Delay(random.Next(0, random.Next(10) == 0 ? 1500 : 60), CancellationToken.None);
            // In the order of their keys, so that no two writers wait for each other.
            await RunAsync(connection, $"UPDATE t SET name = 'writer {number}, transaction {commits}', updated_at = now() WHERE id IN (SELECT id FROM t WHERE id % 200 = {random.Next(200)} ORDER BY id FOR UPDATE)");
            if (random.Next(10) == 0) await transaction.RollbackAsync(CancellationToken.None);
            else await transaction.CommitAsync(CancellationToken.None);
        }

        return commits;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
