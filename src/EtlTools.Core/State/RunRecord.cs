namespace EtlTools.Core.State;

/// <summary>One run of one pipeline: a row of <c>etl.run</c>.</summary>
public sealed record RunRecord
{
    /// <summary>Identity of the run; also on its log lines, batches and quarantined rows.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>What was done: <c>sync</c>, <c>retry</c>, <c>backfill</c>.</summary>
    public required string Operation { get; init; }

    /// <summary><c>incremental</c> or <c>full</c>; of a backfill the method: <c>auto</c>, <c>stream</c> or <c>unload</c>.</summary>
    public required string Mode { get; init; }

    /// <summary><c>snowflake_to_postgres</c> or <c>postgres_to_snowflake</c>.</summary>
    public required string Direction { get; init; }

    /// <summary>Whether nothing was written.</summary>
    public bool DryRun { get; init; }

    /// <summary>A word of <see cref="RunStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Milliseconds from start to end; null while it runs.</summary>
    public long? DurationMs { get; init; }

    /// <summary>First cursor value read, inclusive; null means from the beginning.</summary>
    public string? WindowLow { get; init; }

    /// <summary>Last cursor value read, inclusive.</summary>
    public string? WindowHigh { get; init; }

    /// <summary>Where the rows went.</summary>
    public RowCounts Counts { get; init; }

    /// <summary>Target rows deleted because the source no longer has them (full mode).</summary>
    public long Deleted { get; init; }

    /// <summary>Source rows without a cursor value.</summary>
    public long NullCursors { get; init; }

    /// <summary>Bytes sent to the target as COPY text.</summary>
    public long Bytes { get; init; }

    /// <summary>Rows quarantined, plus 1 when the run failed.</summary>
    public long ErrorCount { get; init; }

    /// <summary>Stable code of the failure; null when there was none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The failure in words; null when there was none.</summary>
    public string? Error { get; init; }

    /// <summary>How far it had come at <see cref="HeartbeatAt"/>; null for a run that was over within two seconds. Only on runs read from the database.</summary>
    public RunProgress? Progress { get; init; }

    /// <summary>Last sign of life, UTC; null for a run that was over within two seconds.</summary>
    public DateTimeOffset? HeartbeatAt { get; init; }

    /// <summary>Host and process; null on runs that were not read from the database.</summary>
    public string? Process { get; init; }

    /// <summary>Rows read a second over the whole run; null while it runs.</summary>
    public double? RowsPerSecond => DurationMs is > 0 and var ms ? Counts.Read * 1000.0 / ms : null;
}

/// <summary>How far a run has come that is still going.</summary>
/// <param name="Rows">Rows read and written.</param>
/// <param name="Expected">Rows it expects to read; null while unknown.</param>
/// <param name="Refused">Rows put into quarantine.</param>
public readonly record struct RunProgress(long Rows, long? Expected, long Refused);

/// <summary>What a run does, as stored in <c>etl.run.operation</c>.</summary>
public static class RunOperation
{
    /// <summary>A sync.</summary>
    public const string Sync = "sync";

    /// <summary>Quarantined rows tried again.</summary>
    public const string Retry = "retry";

    /// <summary>One process's part in a backfill.</summary>
    public const string Backfill = "backfill";
}

/// <summary>How a run stands, as stored in <c>etl.run.status</c>.</summary>
public static class RunStatus
{
    /// <summary>Still going.</summary>
    public const string Running = "running";

    /// <summary>Everything read is in the target.</summary>
    public const string Done = "done";

    /// <summary>There was nothing to read.</summary>
    public const string Idle = "idle";

    /// <summary>Done, but some rows are in quarantine.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>Stopped by an error; the watermark is at the last good batch.</summary>
    public const string Failed = "failed";

    /// <summary>Stopped on request at a batch boundary.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Did nothing because another run holds the lease.</summary>
    public const string Held = "held";

    /// <summary>Its process ended without saying how; found by the next run.</summary>
    public const string Abandoned = "abandoned";
}
