using EtlTools.Core.Config;

namespace EtlTools.Cmdlets;

/// <summary>How much of the source a run reads.</summary>
public enum EtlSyncMode
{
    /// <summary>Rows changed since the watermark.</summary>
    Incremental = SyncMode.Incremental,

    /// <summary>All rows; rows the source no longer has are deleted from the target.</summary>
    Full = SyncMode.Full,
}
