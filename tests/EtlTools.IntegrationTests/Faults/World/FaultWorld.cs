using System.Data.Common;
using EtlTools.Core.Config;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.LocalWarehouse;
using Npgsql;

namespace EtlTools.IntegrationTests.Faults.World;

/// <summary>A <see cref="SyncWorld"/> whose connections a test may end: what the test itself needs is opened anew each time.</summary>
public sealed class FaultWorld : IAsyncDisposable
{
    private int _tables;

    private FaultWorld(SyncWorld world) => World = world;

    public SyncWorld World { get; }

    public string SourceDsn => World.WarehouseDsn;

    public static async Task<FaultWorld> CreateAsync(SyncServer server, Func<EtlSettings, EtlSettings>? change = null) => new(
        await SyncWorld.CreateAsync(server, settings =>
        {
            settings = settings with
            {
                Postgres = settings.Postgres! with { CommandTimeout = TimeSpan.FromSeconds(30) },
                Resilience = new ResilienceSettings
                {
                    Attempts = 12, BaseDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(200), BreakerFailures = 0,
                },
            };
            return change?.Invoke(settings) ?? settings;
        }));

    /// <summary>A pair of tables with a pipeline between them.</summary>
    public async Task<FaultTable> NewTableAsync(int rows, Func<PipelineDefinition, PipelineDefinition>? change = null)
    {
        var table = new FaultTable(this, $"t{Interlocked.Increment(ref _tables)}", change);
        await table.CreateAsync(rows);
        return table;
    }

    /// <summary>Runs statements at the source.</summary>
    public async Task SourceAsync(params string[] statements)
    {
        await using var connection = await OpenSourceAsync();
        foreach (var sql in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Rows of a query at the source, fields joined by "|".</summary>
    public async Task<List<string>> SourceRowsAsync(string sql)
    {
        await using var connection = await OpenSourceAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "~" : reader.GetString(i))));
        return rows;
    }

    /// <summary>Runs a script at the target.</summary>
    public async Task TargetAsync(string sql)
    {
        await using var connection = await OpenTargetAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Rows of a query at the target, fields joined by "|", NULL as "~".</summary>
    public async Task<List<string>> TargetRowsAsync(string sql)
    {
        await using var connection = await OpenTargetAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i =>
                reader.IsDBNull(i) ? "~" : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    /// <summary>The one value of a query at the target, as text; "~" for NULL, "" for no row.</summary>
    public async Task<string> TargetTextAsync(string sql) => (await TargetRowsAsync(sql)).FirstOrDefault("");

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private async Task<DbConnection> OpenSourceAsync()
    {
        var parts = new DbConnectionStringBuilder
        {
            ["account"] = "local", ["postgres"] = Unpooled(SourceDsn), ["user"] = "tester", ["db"] = "SRC", ["schema"] = "PUBLIC",
        };
        var connection = LocalWarehouseFactory.Instance.CreateConnection()!;
        connection.ConnectionString = parts.ConnectionString;
        await connection.OpenAsync();
        return connection;
    }

    private async Task<NpgsqlConnection> OpenTargetAsync()
    {
        var connection = new NpgsqlConnection(Unpooled(World.TargetDsn));
        await connection.OpenAsync();
        return connection;
    }

    // A pooled session of the test's own that was ended among others would fail the test instead of the core.
    private static string Unpooled(string dsn) => new NpgsqlConnectionStringBuilder(dsn) { Pooling = false }.ConnectionString;
}
