namespace EtlTools.Core.State;

/// <summary>A backfill as it was planned and how it stands: one row of <c>etl.backfill</c>.</summary>
public sealed record BackfillPlan
{
    /// <summary>Identity of the plan; also on its partitions, batches and runs.</summary>
    public required Guid Id { get; init; }

    /// <summary>What the user calls it. Of one name at most one plan is unfinished.</summary>
    public required string Name { get; init; }

    /// <summary>The pipeline whose rows it moves.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Source table as the YAML file writes it.</summary>
    public required string Source { get; init; }

    /// <summary>Target table, likewise.</summary>
    public required string Target { get; init; }

    /// <summary>Source column by which rows have an age; null when the pipeline has none.</summary>
    public string? CursorColumn { get; init; }

    /// <summary>A word of <see cref="BackfillMethod"/>: how rows travel, decided when the plan was made.</summary>
    public required string Method { get; init; }

    /// <summary>What the user asked for when the plan was made.</summary>
    public required BackfillParameters Parameters { get; init; }

    /// <summary>First cursor value, inclusive, as the source's text; null from the beginning.</summary>
    public string? Low { get; init; }

    /// <summary>Last cursor value, inclusive; null when the pipeline has no cursor or the source was empty.</summary>
    public string? High { get; init; }

    /// <summary>Rows a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How many partitions it has.</summary>
    public required int PartitionCount { get; init; }

    /// <summary>Whether the target held no row when the plan was made.</summary>
    public bool TargetWasEmpty { get; init; }

    /// <summary>Indexes that were dropped from the empty target and are built again at the end.</summary>
    public IReadOnlyList<PutOffIndex> PutOffIndexes { get; init; } = [];

    /// <summary>What it was expected to be.</summary>
    public required BackfillEstimate Estimate { get; init; }

    /// <summary>Source rows without a cursor value; with a range they are in no partition.</summary>
    public long NullCursors { get; init; }

    /// <summary>A word of <see cref="BackfillStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether somebody asked all workers to stop.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Stable code of the failure that ended it last; null when there is none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>That failure in words.</summary>
    public string? Error { get; init; }

    /// <summary>When the plan was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Host and process that made it.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>When the first worker began; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the last partition was done, the plan was replaced, or work ended last; null while it goes on.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Whether nothing is left to do: a new start makes a new plan.</summary>
    public bool IsFinished => Status is BackfillStatus.Done or BackfillStatus.Quarantined or BackfillStatus.Replaced;
}

/// <summary>What a user asked of a backfill; null where nothing was said.</summary>
/// <param name="From">First cursor value, as typed.</param>
/// <param name="To">Last cursor value, as typed.</param>
/// <param name="Partitions">How many partitions; null leaves it to the planner.</param>
/// <param name="BatchSize">Rows a batch; null takes the pipeline's.</param>
/// <param name="Method">A word of <see cref="BackfillMethod"/>; null picks by size.</param>
/// <param name="Key">Key columns the pipeline had.</param>
/// <param name="Columns">Target columns that travelled.</param>
public sealed record BackfillParameters(
    string? From, string? To, int? Partitions, int? BatchSize, string? Method, IReadOnlyList<string> Key, IReadOnlyList<string> Columns);

/// <summary>What a backfill was expected to be when it was planned.</summary>
/// <param name="Rows">Rows, counted at the source.</param>
/// <param name="Bytes">Bytes of them as text, from a sample.</param>
/// <param name="Files">Files to be unloaded; 0 for the method stream.</param>
/// <param name="Duration">From the rate of earlier runs of the pipeline; null when there was none.</param>
public sealed record BackfillEstimate(long Rows, long Bytes, int Files, TimeSpan? Duration);

/// <summary>An index that is built after the load.</summary>
/// <param name="Name">Its name with its schema, quoted.</param>
/// <param name="Definition">The statement that makes it.</param>
public sealed record PutOffIndex(string Name, string Definition);

/// <summary>How rows of a backfill travel.</summary>
public static class BackfillMethod
{
    /// <summary>Read by query, encoded row by row, staged and upserted.</summary>
    public const string Stream = "stream";

    /// <summary>Unloaded to compressed files on a stage, which go into PostgreSQL as they are.</summary>
    public const string Unload = "unload";
}

/// <summary>How a backfill stands, as stored in <c>etl.backfill.status</c>.</summary>
public static class BackfillStatus
{
    /// <summary>Workers are at it, or were when they were last heard of.</summary>
    public const string Running = "running";

    /// <summary>Stopped on request of the person at its terminal; goes on when started again.</summary>
    public const string Stopped = "stopped";

    /// <summary>Ended with an error or with parked partitions; goes on when started again.</summary>
    public const string Failed = "failed";

    /// <summary>All workers were asked to stop; goes on when started again.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Everything read is in the target.</summary>
    public const string Done = "done";

    /// <summary>Done, but some rows are in quarantine.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>Given up for a new plan of the same name.</summary>
    public const string Replaced = "replaced";
}
