using System.Data.Common;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Sync;
using EtlTools.LocalWarehouse;
using EtlTools.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EtlTools.IntegrationTests.Sync.World;

/// <summary>A warehouse with an empty database SRC and a migrated PostgreSQL target, both of this test alone.</summary>
public sealed class SyncWorld : IAsyncDisposable
{
    private readonly DbConnection _warehouse;
    private readonly NpgsqlDataSource _target;
    private readonly WarehouseRoute _route;

    private SyncWorld(EtlSettings settings, WarehouseRoute route, DbConnection warehouse, NpgsqlDataSource target, ILoggerFactory loggers)
    {
        Settings = settings;
        _route = route;
        _warehouse = warehouse;
        _target = target;
        Services = new EtlServices(settings, LocalWarehouseFactory.Instance, loggers, TimeProvider.System);
        Services.Snowflake.Around = provider => new InterferingFactory(provider, Interference);
    }

    public EtlSettings Settings { get; }

    public EtlServices Services { get; }

    /// <summary>What happens to rows between the warehouse and the core.</summary>
    public SourceInterference Interference { get; } = new();

    public string TargetDsn => Settings.Postgres!.ConnectionString;

    /// <summary>The PostgreSQL database under the warehouse.</summary>
    public string WarehouseDsn => _route.Postgres;

    /// <summary>The endpoint between the core and the warehouse; null in process.</summary>
    public WarehouseEndpoint? Endpoint => _route.Endpoint;

    /// <param name="server">Where its databases are made.</param>
    /// <param name="change">Other settings.</param>
    /// <param name="loggers">Where the core logs.</param>
    /// <param name="connection">How the core reaches the warehouse; null for what the test run was asked for.</param>
    public static async Task<SyncWorld> CreateAsync(
        SyncServer server, Func<EtlSettings, EtlSettings>? change = null, ILoggerFactory? loggers = null, WarehouseConnection? connection = null)
    {
        var settings = new EtlSettings
        {
            Snowflake = new SnowflakeSettings
            {
                Account = "local", LocalStages = Directory.CreateTempSubdirectory("etl-stages-").FullName, LocalPostgres = await server.CreateDatabaseAsync("warehouse"), Database = "SRC", Schema = "PUBLIC", User = "tester",
            },
            Postgres = new PostgresSettings { ConnectionString = await server.CreateDatabaseAsync("target") },
            WorkDirectory = Directory.CreateTempSubdirectory("etl-work-").FullName,
            Resilience = new ResilienceSettings { BaseDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(500) },
        };
        settings = change?.Invoke(settings) ?? settings;
        var route = await WarehouseRoute.OpenAsync(settings.Snowflake!, connection ?? WarehouseRoute.Configured);
        settings = settings with { Snowflake = route.Settings };
        var warehouse = LocalWarehouseFactory.Instance.CreateConnection()!;
        var parts = new DbConnectionStringBuilder { ["account"] = "local", ["postgres"] = route.Postgres, ["user"] = "tester" };
        if (route.Stages is { } stages) parts["stages"] = stages;
        warehouse.ConnectionString = parts.ConnectionString;
        await warehouse.OpenAsync();
        var target = NpgsqlDataSource.Create(settings.Postgres!.ConnectionString);
        await new PostgresMigrator(target, NullLogger.Instance).ApplyAsync();
        var world = new SyncWorld(settings, route, warehouse, target, loggers ?? NullLoggerFactory.Instance);
        await world.SourceAsync("CREATE DATABASE SRC");
        await world.SourceAsync("USE SCHEMA SRC.PUBLIC");
        return world;
    }

    /// <summary>Runs statements at the source, one by one.</summary>
    public async Task SourceAsync(params string[] statements)
    {
        foreach (var sql in statements)
        {
            await using var command = _warehouse.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Rows of a query at the warehouse, fields as text joined by "|", NULL as "~".</summary>
    public async Task<List<string>> SourceRowsAsync(string sql)
    {
        await using var command = _warehouse.CreateCommand();
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
        await using var command = _target.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Rows of a query at the target, fields as text joined by "|", NULL as "~".</summary>
    public async Task<List<string>> TargetRowsAsync(string sql)
    {
        await using var connection = await _target.OpenConnectionAsync();
        await using (var setup = new NpgsqlCommand("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'", connection)) await setup.ExecuteNonQueryAsync();
        await using var wrapped = new NpgsqlCommand(
            $"SELECT (SELECT string_agg(coalesce(value, '~'), '|' ORDER BY n) FROM json_each_text(row_to_json(q)) WITH ORDINALITY AS f(key, value, n)) FROM ({sql}) q", connection);
        await using var reader = await wrapped.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>A single value of the target, as .NET gives it; null for NULL.</summary>
    public async Task<T?> TargetValueAsync<T>(string sql)
    {
        await using var command = _target.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>A pipeline from SRC.PUBLIC.T to public.t with key id and cursor UPDATED_AT, unless changed.</summary>
    public static PipelineDefinition Pipeline(Func<PipelineDefinition, PipelineDefinition>? change = null)
    {
        var pipeline = new PipelineDefinition
        {
            Name = "t",
            Direction = SyncDirection.SnowflakeToPostgres,
            Source = "SRC.PUBLIC.T",
            Target = "public.t",
            Key = ["id"],
            WatermarkColumn = "UPDATED_AT",
            BatchSize = 100,
            MaxErrors = new ErrorLimit(100, null),
            Lookback = CursorDistance.None,
            Settle = TimeSpan.Zero,
        };
        return change?.Invoke(pipeline) ?? pipeline;
    }

    /// <summary>Syncs once. Whatever the outcome, the figures add up.</summary>
    public async Task<SyncResult> SyncAsync(PipelineDefinition? pipeline = null, SyncOptions? options = null, CancellationToken stop = default)
    {
        var result = await new TableSync(Services).RunAsync(pipeline ?? Pipeline(), options ?? new SyncOptions(), null, stop);
        Assert.True(result.Run.Counts.Read == result.Run.Counts.Accounted, $"{result.Run.Counts} do not add up. {result.Error}");
        return result;
    }

    /// <summary>Syncs once and insists that it went well, with these figures.</summary>
    public async Task<SyncResult> SyncExpectingAsync(string status, RowCounts counts, PipelineDefinition? pipeline = null, SyncOptions? options = null)
    {
        var result = await SyncAsync(pipeline, options);
        Assert.True(result.Run.Status == status, $"expected {status}, got {result.Run.Status}: {result.Error}");
        Assert.Equal(counts, result.Run.Counts);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await _route.DisposeAsync();
        await _warehouse.DisposeAsync();
        await _target.DisposeAsync();
        // The warehouse's sessions would stay in their pool, one pool a database, until the server has no more to give.
        NpgsqlConnection.ClearAllPools();
        foreach (var folder in (string?[])[_route.Stages, Settings.WorkDirectory])
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
