using EtlTools.Core.State;

namespace EtlTools.Core.Report;

/// <summary>
/// What became of a backfill, finished or not: the one model of all formats. It holds counts, names, times and error texts, but no row:
/// neither keys nor values of what was moved or refused. Times are UTC.
/// </summary>
public sealed record BackfillReport
{
    /// <summary>Name of the plan.</summary>
    public required string Name { get; init; }

    /// <summary>Identity of the plan; a name may have had several.</summary>
    public required Guid Id { get; init; }

    /// <summary>The pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Source table.</summary>
    public required string Source { get; init; }

    /// <summary>Target table.</summary>
    public required string Target { get; init; }

    /// <summary>A word of <see cref="BackfillMethod"/>.</summary>
    public required string Method { get; init; }

    /// <summary>Source column whose values divide the range; null when keys do.</summary>
    public string? CursorColumn { get; init; }

    /// <summary>First cursor value, inclusive; null from the beginning.</summary>
    public string? Low { get; init; }

    /// <summary>Last cursor value, inclusive.</summary>
    public string? High { get; init; }

    /// <summary>Rows a batch.</summary>
    public int BatchSize { get; init; }

    /// <summary>A word of <see cref="BackfillStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Stable code of the failure that ended it last; null when there is none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>That failure in words, without secrets.</summary>
    public string? Error { get; init; }

    /// <summary>When the plan was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Host and process that made it.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>When work began; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended last; null while it goes on.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The last that is known of it: the end, or the last sign of life; null before work began.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Milliseconds from the start to <see cref="SeenAt"/>, pauses included; null before work began.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Milliseconds of these in which at least one process was at work.</summary>
    public long? BusyMs { get; init; }

    /// <summary>Rows it was expected to have.</summary>
    public long EstimateRows { get; init; }

    /// <summary>Milliseconds it was expected to take; null when nothing was known.</summary>
    public long? EstimateMs { get; init; }

    /// <summary>Where the rows went.</summary>
    public RowCounts Counts { get; init; }

    /// <summary>Bytes sent to PostgreSQL.</summary>
    public long Bytes { get; init; }

    /// <summary>Batches committed.</summary>
    public int Batches { get; init; }

    /// <summary>Source rows without a cursor value, which are in no partition of a range.</summary>
    public long NullCursors { get; init; }

    /// <summary>Rows read a second while at work; null before.</summary>
    public double? RowsPerSecond => BusyMs is > 0 and var ms ? Counts.Read * 1000.0 / ms : null;

    /// <summary>The partitions, by number.</summary>
    public IReadOnlyList<ReportPartition> Partitions { get; init; } = [];

    /// <summary>Rows over time, without gaps from the start to <see cref="SeenAt"/>.</summary>
    public IReadOnlyList<ReportSlice> Throughput { get; init; } = [];

    /// <summary>Refused rows by kind, most frequent first.</summary>
    public IReadOnlyList<ReportError> Errors { get; init; } = [];

    /// <summary>The processes that took part, by start.</summary>
    public IReadOnlyList<ReportWorker> Workers { get; init; } = [];

    /// <summary>When this report was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Version of this program.</summary>
    public string ToolVersion { get; init; } = State.ToolVersion.Current;

    /// <summary>How many partitions stand so.</summary>
    /// <param name="status">A word of <see cref="PartitionStatus"/>.</param>
    public int PartitionsOf(string status) => Partitions.Count(partition => partition.Status == status);
}

/// <summary>One part of the range.</summary>
public sealed record ReportPartition
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>What it holds, in words: a range of the cursor, a share of the keys.</summary>
    public required string Range { get; init; }

    /// <summary>A word of <see cref="PartitionStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>When it was first claimed; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was done, or its last sign of life; null before it was claimed.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Milliseconds between them.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Rows it was expected to have.</summary>
    public long EstimateRows { get; init; }

    /// <summary>Where its rows went.</summary>
    public RowCounts Counts { get; init; }

    /// <summary>Bytes sent to PostgreSQL.</summary>
    public long Bytes { get; init; }

    /// <summary>Batches committed.</summary>
    public int Batches { get; init; }

    /// <summary>How often it was claimed: more than once means that a worker died, failed or was stopped.</summary>
    public int Attempts { get; init; }

    /// <summary>Host, process and number of the worker that claimed it last.</summary>
    public string? Worker { get; init; }

    /// <summary>Stable code of the last failure; null when there is none, or a later attempt got further.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>That failure in words, without secrets.</summary>
    public string? Error { get; init; }

    /// <summary>Rows read a second; null before it was claimed.</summary>
    public double? RowsPerSecond => DurationMs is > 0 and var ms ? Counts.Read * 1000.0 / ms : null;
}

/// <summary>Rows of a stretch of time.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="DurationMs">Its length in milliseconds.</param>
/// <param name="Rows">Rows read in it.</param>
public sealed record ReportSlice(DateTimeOffset From, long DurationMs, double Rows)
{
    /// <summary>Rows a second.</summary>
    public double RowsPerSecond => DurationMs > 0 ? Rows * 1000.0 / DurationMs : 0;
}

/// <summary>Refused rows of one kind.</summary>
/// <param name="SqlState">PostgreSQL's code; null when the row was refused before it got there.</param>
/// <param name="Column">The target column at fault; null when unknown.</param>
/// <param name="Meaning">The kind in words. Never a value: those are in the quarantine only.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Open">How many of them wait for a repair.</param>
public sealed record ReportError(string? SqlState, string? Column, string Meaning, long Rows, long Open);

/// <summary>A process that took part.</summary>
/// <param name="RunId">Its run in <c>etl.run</c>.</param>
/// <param name="Host">Its machine.</param>
/// <param name="Pid">Its process id there.</param>
/// <param name="Status">A word of <see cref="RunStatus"/>.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="SeenAt">When it ended, or its last sign of life.</param>
/// <param name="Rows">Rows it read that were committed.</param>
public sealed record ReportWorker(Guid RunId, string Host, int Pid, string Status, DateTimeOffset StartedAt, DateTimeOffset SeenAt, long Rows);
