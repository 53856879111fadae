using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Cli;

/// <summary>A history at the warehouse, its target, and command lines that move it.</summary>
internal sealed class CliWorld : IAsyncDisposable
{
    private readonly CliFolder _folder = new(
        """
        direction: snowflake_to_postgres
        tables:
          - { name: h, source: SRC.PUBLIC.H, target: public.h, pk: id, watermark_column: UPDATED_AT, batch_size: 100, settle: 0s, lookback: 0s }
        """);

    private CliWorld(SyncWorld world, History history) => (World, History) = (world, history);

    public SyncWorld World { get; }

    public History History { get; }

    public string Logs => Variables["ETL_LOG_DIR"];

    public Dictionary<string, string> Variables => new(_folder.Variables)
    {
        ["SNOWFLAKE_USER"] = "tester",
        ["SNOWFLAKE_LOCAL_POSTGRES"] = World.WarehouseDsn,
        ["SNOWFLAKE_LOCAL_STAGES"] = World.Settings.Snowflake!.LocalStages!,
        ["POSTGRES_CONNECTION_STRING"] = World.TargetDsn,
        ["ETL_WORK_DIR"] = World.Settings.WorkDirectory!,
        ["ETL_CONFIG"] = _folder.Configuration,
    };

    public static async Task<CliWorld> CreateAsync(SyncServer server, int rows)
    {
        var world = await SyncWorld.CreateAsync(server, connection: WarehouseConnection.InProcess);
        return new CliWorld(world, await History.CreateAsync(world, "h", rows));
    }

    public Task<CliRun> RunAsync(params string[] args) => CliRun.RunAsync(Variables, args);

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        _folder.Dispose();
    }
}
