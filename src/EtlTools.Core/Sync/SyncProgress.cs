using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>Where a run stands, reported after each batch and at each phase.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="Expected">Rows the run will read; 0 while unknown.</param>
/// <param name="Counts">Rows so far.</param>
/// <param name="Elapsed">Since the run began.</param>
public sealed record SyncProgress(string Pipeline, SyncPhase Phase, long Expected, RowCounts Counts, TimeSpan Elapsed);

/// <summary>What a run is doing.</summary>
public enum SyncPhase
{
    /// <summary>Comparing the tables and finding the window.</summary>
    Preparing,

    /// <summary>Reading and writing.</summary>
    Moving,

    /// <summary>Bringing staged rows into the target (full mode).</summary>
    Applying,

    /// <summary>Ended, one way or another.</summary>
    Ended,
}
