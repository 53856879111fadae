namespace EtlTools.Core.Config;

/// <summary>What the YAML file says, parsed and validated: the tables to move, in the order in which they are moved.</summary>
/// <param name="Path">The file it came from, for messages.</param>
/// <param name="SyncInterval">Pause between two ticks of a repeating sync.</param>
/// <param name="Pipelines">At least one; names are unique.</param>
public sealed record EtlConfiguration(string Path, TimeSpan SyncInterval, IReadOnlyList<PipelineDefinition> Pipelines);

/// <summary>One table's route from source to target.</summary>
public sealed record PipelineDefinition
{
    /// <summary>Unique name: what the user types and what state is stored under. Defaults to the target as written.</summary>
    public required string Name { get; init; }

    /// <summary>Which way rows travel.</summary>
    public required SyncDirection Direction { get; init; }

    /// <summary>Group of pipelines that belong together; null when not grouped.</summary>
    public string? Domain { get; init; }

    /// <summary>Source table as written, in the source's identifier rules: <c>MEDICAL.PUBLIC.ORDERS</c>, <c>public."Orders"</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Target table as written, in the target's identifier rules.</summary>
    public required string Target { get; init; }

    /// <summary>Key columns as named in the target, in order; at least one.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>Column whose value grows with every change, as named in the source; null means the pipeline can only run in <see cref="SyncMode.Full"/>.</summary>
    public string? WatermarkColumn { get; init; }

    /// <summary>Columns to move; null means all the source has.</summary>
    public IReadOnlyList<ColumnMapping>? Columns { get; init; }

    /// <summary>Source columns that are not moved.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Rows a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How many rows may be refused before the run fails.</summary>
    public required ErrorLimit MaxErrors { get; init; }

    /// <summary>How far behind the watermark a window begins: a duration for time cursors, a number for numeric ones.</summary>
    public required CursorDistance Lookback { get; init; }

    /// <summary>Rows whose time cursor is younger than this wait for the next run.</summary>
    public required TimeSpan Settle { get; init; }

    /// <summary>IANA zone in which a TIMESTAMP_NTZ or DATE cursor is written at the source; it decides what "now" is.</summary>
    public string CursorTimeZone { get; init; } = "UTC";

    /// <summary>What to do with source columns the target does not have.</summary>
    public NewColumnPolicy OnNewColumn { get; init; } = NewColumnPolicy.Fail;

    /// <summary>What to do with a row whose parent row is missing in the target.</summary>
    public MissingParentPolicy OnMissingParent { get; init; } = MissingParentPolicy.Quarantine;

    /// <summary>What to do with text PostgreSQL cannot store: NUL and lone surrogates.</summary>
    public InvalidTextPolicy InvalidText { get; init; } = InvalidTextPolicy.Quarantine;

    /// <summary>What to do with a fraction of a second finer than the target keeps (PostgreSQL keeps microseconds).</summary>
    public FineTimePolicy FineTime { get; init; } = FineTimePolicy.Quarantine;

    /// <summary>Whether rows without a cursor value are read too, each run, besides being counted.</summary>
    public bool SweepNullCursors { get; init; }

    /// <summary>How many rows the target should have, for comparisons; null when it is not known beforehand.</summary>
    public long? ExpectedRows { get; init; }

    /// <summary>How rows are written; without a <see cref="WatermarkColumn"/> always <see cref="WriteMode.Full"/>. Only for <see cref="SyncDirection.PostgresToSnowflake"/>.</summary>
    public WriteMode WriteMode { get; init; } = WriteMode.Full;

    /// <summary>Target column, as named there, that is set for rows the source no longer has; null means that they are left alone. Only with <see cref="WriteMode.Merge"/>.</summary>
    public string? SoftDeleteColumn { get; init; }

    /// <summary>The files by which rows travel. Only for <see cref="SyncDirection.PostgresToSnowflake"/>.</summary>
    public StageFiles Files { get; init; } = StageFiles.Default;

    /// <summary>What happens to columns on the way, each column once. Only for <see cref="SyncDirection.PostgresToSnowflake"/>.</summary>
    public IReadOnlyList<ColumnTransform> Transforms { get; init; } = [];
}

/// <summary>A column's name at the source and at the target.</summary>
public sealed record ColumnMapping(string Source, string Target);

/// <summary>A distance on the cursor's axis: a duration for time cursors, a number for numeric ones; null where it was not given.</summary>
public sealed record CursorDistance(TimeSpan? Duration, decimal? Number)
{
    /// <summary>No distance at all.</summary>
    public static CursorDistance None { get; } = new(null, null);
}

/// <summary>Which way rows travel.</summary>
public enum SyncDirection
{
    /// <summary><c>postgres_to_snowflake</c>, the default of the YAML file.</summary>
    PostgresToSnowflake,

    /// <summary><c>snowflake_to_postgres</c>.</summary>
    SnowflakeToPostgres,
}

/// <summary>How much of the source a run reads.</summary>
public enum SyncMode
{
    /// <summary>Rows changed since the watermark.</summary>
    Incremental,

    /// <summary>All rows; rows the source no longer has are deleted from the target.</summary>
    Full,
}

/// <summary>What to do with source columns the target does not have.</summary>
public enum NewColumnPolicy
{
    /// <summary>Fail before reading, with the ALTER TABLE that would add it.</summary>
    Fail,

    /// <summary>Add the column to the target.</summary>
    Add,

    /// <summary>Leave the column out.</summary>
    Ignore,
}

/// <summary>What to do with a row whose parent row is missing in the target.</summary>
public enum MissingParentPolicy
{
    /// <summary>Fail the run.</summary>
    Fail,

    /// <summary>Put the row aside with its reason.</summary>
    Quarantine,

    /// <summary>Create the parent with its key only; its other columns must allow NULL or have a default.</summary>
    Stub,
}

/// <summary>What to do with text that PostgreSQL cannot store: NUL characters and lone surrogates.</summary>
public enum InvalidTextPolicy
{
    /// <summary>Fail the run.</summary>
    Fail,

    /// <summary>Remove the characters.</summary>
    Strip,

    /// <summary>Put U+FFFD in their place.</summary>
    Replace,

    /// <summary>Put the row aside with its reason.</summary>
    Quarantine,
}

/// <summary>What to do with a fraction of a second finer than the target keeps.</summary>
public enum FineTimePolicy
{
    /// <summary>Fail the run.</summary>
    Fail,

    /// <summary>Cut the digits off (never round up into the next second).</summary>
    Truncate,

    /// <summary>Put the row aside with its reason.</summary>
    Quarantine,
}
