using EtlTools.Core.Config;

namespace EtlTools.Core.Sync;

/// <summary>What the user says for this run, which wins over the YAML file; null leaves what it says.</summary>
public sealed record SyncOverrides(int? BatchSize = null, ErrorLimit? MaxErrors = null, CursorDistance? Lookback = null, TimeSpan? Settle = null)
{
    /// <summary>The pipeline as it is to be run.</summary>
    public PipelineDefinition Apply(PipelineDefinition pipeline) => pipeline with
    {
        BatchSize = BatchSize ?? pipeline.BatchSize,
        MaxErrors = MaxErrors ?? pipeline.MaxErrors,
        Lookback = Lookback ?? pipeline.Lookback,
        Settle = Settle ?? pipeline.Settle,
    };
}
