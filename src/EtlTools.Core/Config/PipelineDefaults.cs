namespace EtlTools.Core.Config;

/// <summary>What the top of the YAML file says for all tables.</summary>
internal sealed record PipelineDefaults(
    SyncDirection Direction,
    int BatchSize,
    ErrorLimit MaxErrors,
    CursorDistance Lookback,
    TimeSpan Settle,
    bool SqlAllowed);
