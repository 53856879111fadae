using EtlTools.Core.Config;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync.ToSnowflake;

namespace EtlTools.Core.Sync;

/// <summary>
/// Brings one pipeline's changes from its source to its target, whichever way it goes. Failures end up in the result, with what was committed before them;
/// the watermark is always true, so the next run goes on from there.
/// </summary>
public sealed class TableSync(EtlServices services)
{
    /// <summary>The Snowflake session that pipelines to Snowflake share; null gives each its own.</summary>
    internal SnowflakeSession? Session { get; init; }

    /// <summary>The session that dry runs share, each of which sees what those before would have written; null gives each its own.</summary>
    internal DryRunSession? DryRun { get; init; }

    /// <summary>Runs a pipeline once.</summary>
    /// <param name="pipeline">What to move.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told after each batch, on a worker thread; may be null.</param>
    /// <param name="stop">Ends the run at the next batch boundary.</param>
    public Task<SyncResult> RunAsync(
        PipelineDefinition pipeline, SyncOptions options, IProgress<SyncProgress>? progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(options);
        return new RecordedRun(services).RunAsync(
            pipeline, RunKind.Of(RunOperation.Sync, options), progress, (runId, pump) => Attempt(pipeline, options, runId, pump), stop);
    }

    private IRunAttempt Attempt(PipelineDefinition pipeline, SyncOptions options, Guid runId, RowPump pump) => pipeline.Direction == SyncDirection.SnowflakeToPostgres
        ? new SyncAttempt(services, pipeline, options, runId, pump, DryRun)
        : new OutboundAttempt(services, pipeline, options, runId, pump, Session);
}
