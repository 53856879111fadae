namespace EtlTools.Core.State;

/// <summary>How far a pipeline has come: one row of <c>etl.watermark</c>.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Source">Source table the position belongs to.</param>
/// <param name="Target">Target table the position belongs to.</param>
/// <param name="CursorColumn">Source column the position is measured on; null for pipelines without one.</param>
/// <param name="Cursor">Cursor value up to which rows are in the target, as the source's text at full scale; null before the first batch.</param>
/// <param name="Key">Key of the last row committed inside an unfinished window, as JSON; null otherwise. For people: reading resumes at the cursor, inclusively.</param>
/// <param name="WindowHigh">High bound of the window begun last.</param>
/// <param name="WindowComplete">Whether that window was read to its end.</param>
/// <param name="TailRows">Source rows within the lookback of the cursor when the window ended; tells an idle source without reading its rows again.</param>
/// <param name="Fence">Grows with each lease; a write with an older one touches nothing.</param>
/// <param name="Holder">Who runs the pipeline now (host, process, run); null when nobody does.</param>
/// <param name="HolderSince">Since when.</param>
/// <param name="LastRunId">Run that took the lease last.</param>
/// <param name="LastStatus">How that run ended.</param>
/// <param name="LastError">Why it failed; null when it did not.</param>
/// <param name="RowsProcessed">Rows taken in all runs together.</param>
/// <param name="LastSuccess">When a run last ended well.</param>
public sealed record Watermark(
    string Pipeline,
    string Source,
    string Target,
    string? CursorColumn,
    string? Cursor,
    string? Key,
    string? WindowHigh,
    bool WindowComplete,
    long? TailRows,
    long Fence,
    string? Holder,
    DateTimeOffset? HolderSince,
    Guid? LastRunId,
    string? LastStatus,
    string? LastError,
    long RowsProcessed,
    DateTimeOffset? LastSuccess);
