using EtlTools.Core.Config;

namespace EtlTools.Core.Sync;

/// <summary>How one run differs from what is configured.</summary>
public sealed record SyncOptions
{
    /// <summary>How much is read.</summary>
    public SyncMode Mode { get; init; } = SyncMode.Incremental;

    /// <summary>Reads, transforms, stages and counts, but writes no table; the figures are those a real run would give.</summary>
    public bool DryRun { get; init; }

    /// <summary>Lets a full run of an empty source empty the target; otherwise such a run fails.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>Sees each row on its way; null leaves rows as they are, which is many times faster.</summary>
    public IRowTransform? Transform { get; init; }
}
