using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Telemetry;

/// <summary>
/// Every message the product logs, with an event id that does not change between versions: 10xx run, 11xx batch, 12xx quarantine,
/// 13xx lease, 14xx what a check before or in a run found, 20xx outside systems, 30xx migrations. The placeholders become the
/// properties of the JSON line, in snake case. No message holds a row's data beyond its key, or a secret.
/// </summary>
internal static partial class LogMessages
{
    [LoggerMessage(1000, LogLevel.Information, "Run {RunId} of {Pipeline} started: {Operation}, {Mode}, dry run {DryRun}")]
    public static partial void RunStarted(this ILogger logger, Guid runId, string pipeline, string operation, string mode, bool dryRun);

    [LoggerMessage(1001, LogLevel.Information, "Run {RunId} of {Pipeline} finished: {Status}, {RecordsProcessed} processed ({RecordsRead} read, {Inserted} inserted, {Updated} updated, {Unchanged} unchanged, {Superseded} superseded, {Quarantined} quarantined, {Dropped} dropped, {Deleted} deleted), {Bytes} bytes, {DurationMs} ms, {RowsPerSecond} rows/s, {ErrorCount} errors")]
    public static partial void RunFinished(
        this ILogger logger, Guid runId, string pipeline, string status, long recordsProcessed, long recordsRead, long inserted, long updated,
        long unchanged, long superseded, long quarantined, long dropped, long deleted, long bytes, long durationMs, double rowsPerSecond, long errorCount);

    [LoggerMessage(1002, LogLevel.Error, "Run {RunId} of {Pipeline} failed with {Code} after {DurationMs} ms: {Error}")]
    public static partial void RunFailed(this ILogger logger, Exception? exception, Guid runId, string pipeline, string code, long durationMs, string error);

    [LoggerMessage(1003, LogLevel.Information, "{Pipeline}: nothing new since {Watermark}")]
    public static partial void RunIdle(this ILogger logger, string pipeline, string? watermark);

    [LoggerMessage(1004, LogLevel.Warning, "Run {RunId} of {Pipeline} was stopped on request after batch {Batch}; the watermark is true to it")]
    public static partial void RunStopped(this ILogger logger, Guid runId, string pipeline, int batch);

    [LoggerMessage(1005, LogLevel.Information, "{Pipeline}: window from {WindowLow} to {WindowHigh}")]
    public static partial void WindowOpened(this ILogger logger, string pipeline, string? windowLow, string? windowHigh);

    [LoggerMessage(1100, LogLevel.Debug, "{Pipeline}: batch {Batch} committed: {RecordsRead} read, {Inserted} inserted, {Updated} updated, {Unchanged} unchanged, {Superseded} superseded, {Quarantined} quarantined, watermark {Watermark}, {DurationMs} ms")]
    public static partial void BatchCommitted(
        this ILogger logger, string pipeline, int batch, long recordsRead, long inserted, long updated, long unchanged, long superseded,
        long quarantined, string? watermark, long durationMs);

    [LoggerMessage(1101, LogLevel.Warning, "{Pipeline}: the connection was lost while batch {Batch} was being committed; looking up whether it is in")]
    public static partial void CommitUnknown(this ILogger logger, Exception exception, string pipeline, int batch);

    [LoggerMessage(1102, LogLevel.Information, "{Pipeline}: batch {Batch} was committed before the connection was lost: {Committed}")]
    public static partial void CommitResolved(this ILogger logger, string pipeline, int batch, bool committed);

    [LoggerMessage(1103, LogLevel.Information, "{Pipeline}: batch {Batch} has refused rows ({SqlState}); dividing it to find them")]
    public static partial void BatchDivided(this ILogger logger, string pipeline, int batch, string? sqlState);

    [LoggerMessage(1200, LogLevel.Warning, "{Pipeline}: row {Key} quarantined, column {Column}, SQLSTATE {SqlState}; etl.quarantine has the reason and the row")]
    public static partial void RowQuarantined(this ILogger logger, string pipeline, string? key, string? column, string? sqlState);

    [LoggerMessage(1201, LogLevel.Error, "{Pipeline}: {Quarantined} of {RecordsRead} rows refused, more than {Limit}")]
    public static partial void TooManyErrors(this ILogger logger, string pipeline, long quarantined, long recordsRead, string limit);

    [LoggerMessage(1202, LogLevel.Information, "{Pipeline}: {Resolved} quarantined rows loaded, {Remaining} remain")]
    public static partial void QuarantineRetried(this ILogger logger, string pipeline, long resolved, long remaining);

    [LoggerMessage(1300, LogLevel.Debug, "{Pipeline}: lease taken with fence {Fence}")]
    public static partial void LeaseTaken(this ILogger logger, string pipeline, long fence);

    [LoggerMessage(1301, LogLevel.Warning, "{Pipeline}: the lease is held by {Holder} since {Since}; nothing was done")]
    public static partial void LeaseHeld(this ILogger logger, string pipeline, string? holder, DateTimeOffset? since);

    [LoggerMessage(1302, LogLevel.Error, "{Pipeline}: the lease with fence {Fence} was lost; nothing more is written")]
    public static partial void LeaseLost(this ILogger logger, string pipeline, long fence);

    [LoggerMessage(1310, LogLevel.Debug, "Backfill {Name}: partition {Partition} claimed, attempt {Attempt}")]
    public static partial void PartitionClaimed(this ILogger logger, string name, int partition, int attempt);

    [LoggerMessage(1311, LogLevel.Information, "Backfill {Name}: partition {Partition} is done")]
    public static partial void PartitionDone(this ILogger logger, string name, int partition);

    [LoggerMessage(1312, LogLevel.Warning, "Backfill {Name}: partition {Partition} was taken over by another worker")]
    public static partial void PartitionLost(this ILogger logger, string name, int partition);

    [LoggerMessage(1313, LogLevel.Warning, "Backfill {Name}: partition {Partition} failed: {Error}")]
    public static partial void PartitionFailed(this ILogger logger, Exception exception, string name, int partition, string error);

    [LoggerMessage(1314, LogLevel.Information, "Backfill {Name}: {Partitions} partitions, {Rows} rows, method {Method}")]
    public static partial void BackfillPlanned(this ILogger logger, string name, int partitions, long rows, string method);

    [LoggerMessage(1315, LogLevel.Warning, "Backfill {Name}: no sign of life could be given: {Error}")]
    public static partial void HeartbeatFailed(this ILogger logger, string name, string error);

    [LoggerMessage(1316, LogLevel.Information, "Backfill {Name}: index {Index} {What}")]
    public static partial void IndexPutOff(this ILogger logger, string name, string index, string what);

    [LoggerMessage(1400, LogLevel.Warning, "{Pipeline}: {NullCursors} rows have no value in {Column} and are not read by incremental runs")]
    public static partial void NullCursors(this ILogger logger, string pipeline, long nullCursors, string column);

    [LoggerMessage(1401, LogLevel.Warning, "{Pipeline}: {FutureCursors} rows have a {Column} later than {Limit}; they wait until it is past")]
    public static partial void FutureCursors(this ILogger logger, string pipeline, long futureCursors, string column, string? limit);

    [LoggerMessage(1402, LogLevel.Warning, "{Pipeline}: source and target differ: {Finding}. {Remedy}")]
    public static partial void DriftFound(this ILogger logger, string pipeline, string finding, string remedy);

    [LoggerMessage(1403, LogLevel.Information, "{Pipeline}: column {Column} {Type} added to the target")]
    public static partial void ColumnAdded(this ILogger logger, string pipeline, string column, string type);

    [LoggerMessage(1404, LogLevel.Warning, "{Pipeline}: column {Column} of the source is left out, the target does not have it")]
    public static partial void ColumnIgnored(this ILogger logger, string pipeline, string column);

    [LoggerMessage(1405, LogLevel.Information, "{Pipeline}: {Note}")]
    public static partial void PlanNote(this ILogger logger, string pipeline, string note);

    [LoggerMessage(2000, LogLevel.Debug, "Connected to {System} in {DurationMs} ms")]
    public static partial void Connected(this ILogger logger, string system, long durationMs);

    [LoggerMessage(2001, LogLevel.Warning, "{System}: attempt {Attempt} failed ({Code}), trying again in {DelayMs} ms: {Error}")]
    public static partial void Retrying(this ILogger logger, string system, int attempt, string code, long delayMs, string error);

    [LoggerMessage(2002, LogLevel.Error, "{System}: {Failures} failures in a row; no calls for {PauseMs} ms")]
    public static partial void CircuitOpened(this ILogger logger, string system, int failures, long pauseMs);

    [LoggerMessage(2003, LogLevel.Information, "{System}: a call succeeded again; calls are let through")]
    public static partial void CircuitClosed(this ILogger logger, string system);

    [LoggerMessage(2004, LogLevel.Debug, "{System}: {Statement} took {DurationMs} ms, {Rows} rows, query id {QueryId}")]
    public static partial void StatementExecuted(this ILogger logger, string system, string statement, long durationMs, long rows, string? queryId);

    [LoggerMessage(3000, LogLevel.Information, "Migration {File} applied in {DurationMs} ms")]
    public static partial void MigrationApplied(this ILogger logger, string file, long durationMs);

    [LoggerMessage(3001, LogLevel.Warning, "Migration {File}: {Notice}")]
    public static partial void MigrationNotice(this ILogger logger, string file, string notice);

    [LoggerMessage(3002, LogLevel.Debug, "Database {Database}: no migrations pending in {Sets}")]
    public static partial void MigrationsCurrent(this ILogger logger, string? database, string sets);
}
