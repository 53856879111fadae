namespace EtlTools.Core.State;

/// <summary>One part of a backfill: a row of <c>etl.partition</c>.</summary>
public sealed record BackfillPartition
{
    /// <summary>Its number in the plan, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>A word of <see cref="PartitionKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Cursor value it begins at, as the source's text; null from the beginning.</summary>
    public string? Low { get; init; }

    /// <summary>Whether rows with exactly <see cref="Low"/> belong to it.</summary>
    public bool IsLowInclusive { get; init; }

    /// <summary>Last cursor value, inclusive; null without end.</summary>
    public string? High { get; init; }

    /// <summary>Which share of the keys, from 0; null where keys do not matter.</summary>
    public int? Bucket { get; init; }

    /// <summary>How many shares there are; null likewise.</summary>
    public int? Buckets { get; init; }

    /// <summary>Rows it was expected to have.</summary>
    public long EstimateRows { get; init; }

    /// <summary>A word of <see cref="PartitionStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Grows with every claim.</summary>
    public long Fence { get; init; }

    /// <summary>The run that claimed it last; null before the first.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Host, process and number of the worker that claimed it last.</summary>
    public string? Worker { get; init; }

    /// <summary>How often it was claimed.</summary>
    public int Attempts { get; init; }

    /// <summary>Failed attempts since the last batch that was committed.</summary>
    public int Failures { get; init; }

    /// <summary>Not claimed before this time, after a failure.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When it was first claimed, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was done, UTC.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Last sign of life of its worker, UTC.</summary>
    public DateTimeOffset? HeartbeatAt { get; init; }

    /// <summary>Cursor (or first key column) text of the last row committed; null before the first batch.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Its unloaded files; null while nothing is unloaded.</summary>
    public UnloadedFiles? Files { get; init; }

    /// <summary>Files that are loaded completely.</summary>
    public int FilesDone { get; init; }

    /// <summary>Rows loaded of the file behind them.</summary>
    public long FileRows { get; init; }

    /// <summary>Batches committed.</summary>
    public int Batches { get; init; }

    /// <summary>Where its rows went.</summary>
    public RowCounts Counts { get; init; }

    /// <summary>Bytes sent to PostgreSQL.</summary>
    public long Bytes { get; init; }

    /// <summary>Stable code of the last failure; null when there is none, or a later attempt got further.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>That failure in words.</summary>
    public string? Error { get; init; }
}

/// <summary>Files unloaded for a partition.</summary>
/// <param name="Location">Stage and path they lie at.</param>
/// <param name="Rows">Rows in all of them.</param>
/// <param name="ReadBefore">Rows the partition had read before these were unloaded.</param>
/// <param name="Files">In the order in which they are loaded.</param>
public sealed record UnloadedFiles(string Location, long Rows, long ReadBefore, IReadOnlyList<UnloadedFile> Files);

/// <summary>A file on the stage.</summary>
/// <param name="Name">Its name below the location.</param>
/// <param name="Bytes">Its size, compressed.</param>
public sealed record UnloadedFile(string Name, long Bytes);

/// <summary>A batch of a backfill, for throughput over time.</summary>
/// <param name="At">When it was committed, UTC.</param>
/// <param name="Partition">Number of its partition.</param>
/// <param name="RunId">The run that wrote it.</param>
/// <param name="Rows">Rows read for it.</param>
/// <param name="Bytes">Bytes sent to PostgreSQL.</param>
/// <param name="Quarantined">Rows put aside.</param>
public sealed record BackfillSample(DateTimeOffset At, int Partition, Guid RunId, long Rows, long Bytes, long Quarantined);

/// <summary>What a partition holds.</summary>
public static class PartitionKind
{
    /// <summary>Rows of a range of the cursor.</summary>
    public const string Range = "range";

    /// <summary>A share of the keys.</summary>
    public const string Hash = "hash";

    /// <summary>Rows without a cursor value.</summary>
    public const string Null = "null";
}

/// <summary>How a partition stands, as stored in <c>etl.partition.status</c>.</summary>
public static class PartitionStatus
{
    /// <summary>Free to be claimed.</summary>
    public const string Waiting = "waiting";

    /// <summary>Claimed; whether its worker is alive, its heartbeat tells.</summary>
    public const string Running = "running";

    /// <summary>Read to its end.</summary>
    public const string Done = "done";

    /// <summary>Failed too often; waits for <c>etl backfill retry</c>.</summary>
    public const string Parked = "parked";
}
