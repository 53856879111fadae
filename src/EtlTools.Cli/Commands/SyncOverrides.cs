using EtlTools.Core.Config;

namespace EtlTools.Cli.Commands;

/// <summary>Options of the command line that win over the YAML file; null leaves what it says.</summary>
internal sealed record SyncOverrides(int? BatchSize = null, ErrorLimit? MaxErrors = null, CursorDistance? Lookback = null, TimeSpan? Settle = null)
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
