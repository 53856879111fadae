namespace EtlTools.Core.Sync;

/// <summary>
/// The user's own hand in a sync: sees each row's columns on the way from the source to the target and may change, drop or reject it.
/// The position moves with the rows that were read, so a dropped row comes again only when the source changes it.
/// </summary>
public interface IRowTransform
{
    /// <summary>How many rows are handed over together, at most.</summary>
    int ChunkSize { get; }

    /// <summary>
    /// Looks at rows, in the order in which they were read, one call at a time, on a worker thread. After a broken connection rows that
    /// were not written yet are read and handed over again.
    /// </summary>
    Task ApplyAsync(IReadOnlyList<TransformRow> rows, CancellationToken cancellationToken);
}
