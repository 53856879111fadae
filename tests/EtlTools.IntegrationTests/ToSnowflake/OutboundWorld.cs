using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>Pipelines from the PostgreSQL database of a <see cref="SyncWorld"/> to its warehouse: public.t to SRC.PUBLIC.T, unless changed.</summary>
internal static class OutboundWorld
{
    public const string Source = "CREATE TABLE t (id bigint PRIMARY KEY, name text, updated_at timestamptz)";
    public const string Target = "CREATE TABLE T (ID NUMBER(38,0) NOT NULL, NAME VARCHAR, UPDATED_AT TIMESTAMP_TZ(6))";

    public static readonly StageFiles ByFiles = StageFiles.Default with { MinRows = 0 };

    public static async Task<SyncWorld> CreateAsync(SyncServer server, string source = Source, string target = Target)
    {
        var world = await SyncWorld.CreateAsync(server);
        await world.TargetAsync(source);
        await world.SourceAsync(target);
        return world;
    }

    public static PipelineDefinition Pipeline(Func<PipelineDefinition, PipelineDefinition>? change = null)
    {
        var pipeline = new PipelineDefinition
        {
            Name = "t",
            Direction = SyncDirection.PostgresToSnowflake,
            Source = "public.t",
            Target = "SRC.PUBLIC.T",
            Key = ["id"],
            WatermarkColumn = "updated_at",
            WriteMode = WriteMode.Merge,
            // By files, however few the rows of a test are.
            Files = ByFiles,
            BatchSize = 1000,
            MaxErrors = new ErrorLimit(100, null),
            Lookback = CursorDistance.None,
            Settle = TimeSpan.Zero,
        };
        return change?.Invoke(pipeline) ?? pipeline;
    }

    /// <summary>Adds rows with these ids, an hour old and a second apart.</summary>
    public static Task FillAsync(this SyncWorld world, int from, int to) => world.TargetAsync(
        $"INSERT INTO t SELECT i, 'row ' || i, date_trunc('hour', now()) - interval '1 hour' + i * interval '1 second' FROM generate_series({from}, {to}) i");

    public static Task<SyncResult> SyncOutAsync(this SyncWorld world, string status, RowCounts counts, PipelineDefinition? pipeline = null, SyncOptions? options = null) =>
        world.SyncExpectingAsync(status, counts, pipeline ?? Pipeline(), options);
}
