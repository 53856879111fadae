using EtlTools.Cmdlets.Errors;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cmdlets;

/// <summary>One run of one table. Counts are rows; times are UTC.</summary>
public sealed record EtlRun
{
    /// <summary>Identity of the run; also on its log lines.</summary>
    public Guid RunId { get; private init; }

    /// <summary>The table's name.</summary>
    public string Table { get; private init; } = "";

    /// <summary><c>sync</c>, <c>retry</c> or <c>backfill</c>.</summary>
    public string Operation { get; private init; } = "";

    /// <summary><c>incremental</c> or <c>full</c>; of a backfill the method that was asked for.</summary>
    public string Mode { get; private init; } = "";

    /// <summary>Whether nothing was written: a run with <c>-WhatIf</c>.</summary>
    public bool DryRun { get; private init; }

    /// <summary><c>done</c>, <c>idle</c>, <c>quarantined</c>, <c>failed</c>, <c>cancelled</c>, <c>held</c>, <c>running</c> or <c>abandoned</c>.</summary>
    public string Status { get; private init; } = "";

    /// <summary>When it began.</summary>
    public DateTime StartedAt { get; private init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTime? EndedAt { get; private init; }

    /// <summary>How long it took; null while it runs.</summary>
    public TimeSpan? Duration { get; private init; }

    /// <summary>First watermark value read, inclusive; null means from the beginning.</summary>
    public string? WindowLow { get; private init; }

    /// <summary>Last watermark value read, inclusive.</summary>
    public string? WindowHigh { get; private init; }

    /// <summary>Rows read and written so far, while it runs; null before the first two seconds, and afterwards.</summary>
    public long? RowsSoFar { get; private init; }

    /// <summary>Rows it expects to read, while it runs; null while unknown.</summary>
    public long? RowsExpected { get; private init; }

    /// <summary>Last sign of life; null for a run that was over within two seconds.</summary>
    public DateTime? HeartbeatAt { get; private init; }

    /// <summary>Rows the source sent: the sum of the six figures that follow.</summary>
    public long Read { get; private init; }

    /// <summary>New in the target.</summary>
    public long Inserted { get; private init; }

    /// <summary>Changed in the target.</summary>
    public long Updated { get; private init; }

    /// <summary>In the target already.</summary>
    public long Unchanged { get; private init; }

    /// <summary>Older versions of rows that came more than once.</summary>
    public long Superseded { get; private init; }

    /// <summary>Left out by the transform.</summary>
    public long Dropped { get; private init; }

    /// <summary>Put aside with their reason; <c>Get-EtlError</c> shows them.</summary>
    public long Quarantined { get; private init; }

    /// <summary>Target rows deleted because the source no longer has them (full mode).</summary>
    public long Deleted { get; private init; }

    /// <summary>Source rows without a watermark value.</summary>
    public long NullCursors { get; private init; }

    /// <summary>Bytes sent to the target.</summary>
    public long Bytes { get; private init; }

    /// <summary>Rows read a second.</summary>
    public double? RowsPerSecond { get; private init; }

    /// <summary>Stable code of the failure; null when there was none.</summary>
    public string? ErrorCode { get; private init; }

    /// <summary>The failure in words.</summary>
    public string? Error { get; private init; }

    /// <summary>What a person should know; only on the objects of the command that did the run.</summary>
    public string[] Notes { get; private init; } = [];

    /// <summary>The run's statements: the read, DDL on the target, the upsert; only on the objects of the command that did the run.</summary>
    public string[] Sql { get; private init; } = [];

    /// <summary>Whether rows are in quarantine.</summary>
    public bool HasQuarantine => Quarantined > 0 || Status == RunStatus.Quarantined;

    /// <summary>The table and how it ended.</summary>
    public override string ToString() => $"{Table}: {Status}";

    internal static EtlRun From(RunRecord run, SecretScrubber scrubber) => new()
    {
        RunId = run.RunId, Table = run.Pipeline, Operation = run.Operation, Mode = run.Mode, DryRun = run.DryRun, Status = run.Status,
        StartedAt = run.StartedAt.UtcDateTime, EndedAt = run.EndedAt?.UtcDateTime,
        Duration = run.DurationMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null, WindowLow = run.WindowLow, WindowHigh = run.WindowHigh,
        RowsSoFar = run.Status == RunStatus.Running ? run.Progress?.Rows : null, RowsExpected = run.Status == RunStatus.Running ? run.Progress?.Expected : null,
        HeartbeatAt = run.HeartbeatAt?.UtcDateTime,
        Read = run.Counts.Read, Inserted = run.Counts.Inserted, Updated = run.Counts.Updated, Unchanged = run.Counts.Unchanged,
        Superseded = run.Counts.Superseded, Dropped = run.Counts.Dropped, Quarantined = run.Counts.Quarantined, Deleted = run.Deleted,
        NullCursors = run.NullCursors, Bytes = run.Bytes, RowsPerSecond = run.RowsPerSecond is { } rate ? Math.Round(rate, 1) : null,
        ErrorCode = run.ErrorCode, Error = run.Error is { } error ? scrubber.Scrub(CmdletWords.In(error)) : null,
    };

    internal static EtlRun From(SyncResult result, SecretScrubber scrubber) =>
        From(result.Run, scrubber) with { Notes = [.. result.Notes.Select(note => scrubber.Scrub(CmdletWords.In(note)))], Sql = [.. result.Sql] };
}
