using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>How a run of one pipeline ended.</summary>
/// <param name="Run">The record as stored.</param>
/// <param name="Notes">Findings that did not stop the run: NULL cursors, future cursors, columns left out, DDL that was run or would be.</param>
/// <param name="Error">Why it failed; null unless the status is <see cref="RunStatus.Failed"/> or <see cref="RunStatus.Held"/>.</param>
public sealed record SyncResult(RunRecord Run, IReadOnlyList<string> Notes, Exception? Error)
{
    /// <summary>The statements the run consists of: the read at the source, DDL on the target, the upsert of a batch. A dry run's are those a real run would use.</summary>
    public IReadOnlyList<string> Sql { get; init; } = [];
}
