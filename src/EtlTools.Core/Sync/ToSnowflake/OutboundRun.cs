using EtlTools.Core.Config;
using EtlTools.Core.Files;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>What the parts of one run to Snowflake share.</summary>
/// <param name="Services">The outside world.</param>
/// <param name="Pipeline">What is moved.</param>
/// <param name="RunId">The run.</param>
/// <param name="Session">The Snowflake session.</param>
/// <param name="Plan">How the tables fit together.</param>
/// <param name="Lease">The right to write; null for a dry run.</param>
internal sealed record OutboundRun(
    EtlServices Services, PipelineDefinition Pipeline, Guid RunId, SnowflakeSession Session, OutboundPlan Plan, PipelineLease? Lease)
{
    private const long DefaultFileSize = 64 << 20;

    // Through the driver, with an endpoint on the same machine, both ways take the same time at about a thousand rows of ten columns; what a
    // request costs on a network speaks for the one statement, since a file takes three more.
    private const int DefaultRowsInStatement = 1000;

    // Above 65,280 values the driver would make files of its own of them.
    private const int MostValuesInStatement = 50_000;

    /// <summary>How rows are staged of which some may be refused.</summary>
    public StagingSql Texts { get; } = StagingSql.Texts(Plan, Pipeline.Files.Format, StagingTables.Of(Plan.Target.Name, Pipeline.Name, Lease is null ? RunId : null));

    /// <summary>How rows are staged of which none is refused, as mostly; null where that cannot be told. The tables are the same.</summary>
    public StagingSql? Typed { get; } = StagingSql.Typed(Plan, Pipeline.Files.Format, StagingTables.Of(Plan.Target.Name, Pipeline.Name, Lease is null ? RunId : null));

    /// <summary>Where the position of the target is kept.</summary>
    public Ledger Ledger { get; } = new(Plan.Target.Name, Pipeline.Name);

    /// <summary>How files come to the stage.</summary>
    public StageAreas Areas { get; } = new(Services, Session);

    /// <summary>Whether rows are read again that were put aside: they are merged whatever the mode, and their attempts counted.</summary>
    public bool IsRetry { get; init; }

    /// <summary>Whether nothing may be left behind.</summary>
    public bool IsDryRun => Lease is null;

    /// <summary>What the files are like by which rows travel.</summary>
    public RowFileFormat Format { get; } = new(Pipeline.Files.Format, [.. Plan.Columns.Select(column => column.Target.Name)], Pipeline.Files.Size ?? DefaultFileSize);

    /// <summary>So many rows still go in a statement rather than in files.</summary>
    public int MostRowsInStatement { get; } =
        Math.Min(Pipeline.Files.MinRows is { } least ? least - 1 : DefaultRowsInStatement, MostValuesInStatement / Math.Max(1, Plan.Columns.Count));

    /// <summary>The COPY that reads a range.</summary>
    public string Copy(string? range) => PostgresExportSql.Copy(Plan.Source.Name, Plan.Columns.Select(column => column.Projection), range);

    /// <summary>Where a batch's files go.</summary>
    public SnowflakeStage StageOf(string batch) => new($"{Pipeline.Files.Stage ?? "@~"}/etl_tools/{StableName.Of(Pipeline.Name)}/{batch}");

    /// <summary>Drops the staging tables, if that can be done.</summary>
    public async Task TryDropTablesAsync()
    {
#pragma warning disable CA1031 // The next run replaces the staging tables; how this one ended is more important.
        try
        {
            foreach (var drop in Texts.Drop)
                await Session.RunAsync((connection, token) => SnowflakeStatement.ExecuteAsync(connection, drop, token), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }
}
