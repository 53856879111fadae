using EtlTools.Cmdlets.Errors;
using EtlTools.Core.Backfill;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cmdlets;

/// <summary>A backfill: its plan, and how far all processes together have come. Counts are rows; times are UTC.</summary>
public sealed record EtlBackfill
{
    /// <summary>Identity of the plan.</summary>
    public Guid BackfillId { get; private init; }

    /// <summary>What it is called; the table's name unless it was given another.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The table's name.</summary>
    public string Table { get; private init; } = "";

    /// <summary>Source table.</summary>
    public string Source { get; private init; } = "";

    /// <summary>Target table.</summary>
    public string Target { get; private init; } = "";

    /// <summary><c>stream</c> or <c>unload</c>.</summary>
    public string Method { get; private init; } = "";

    /// <summary><c>running</c>, <c>stopped</c>, <c>failed</c>, <c>cancelled</c>, <c>done</c>, <c>quarantined</c> or <c>replaced</c>; <c>planned</c> with <c>-WhatIf</c>.</summary>
    public string Status { get; private init; } = "";

    /// <summary>Whether a worker has given a sign of life lately.</summary>
    public bool IsAlive { get; private init; }

    /// <summary>First watermark value, inclusive; null from the beginning.</summary>
    public string? Low { get; private init; }

    /// <summary>Last watermark value, inclusive; null for a table without a watermark column.</summary>
    public string? High { get; private init; }

    /// <summary>Rows it was planned for.</summary>
    public long EstimatedRows { get; private init; }

    /// <summary>Bytes of them as text.</summary>
    public long EstimatedBytes { get; private init; }

    /// <summary>Files to be unloaded; 0 for the method stream.</summary>
    public int EstimatedFiles { get; private init; }

    /// <summary>From the rate of earlier runs; null when there was none.</summary>
    public TimeSpan? EstimatedDuration { get; private init; }

    /// <summary>Rows expected in all: what is done counts as it was, the rest as it was planned.</summary>
    public long Expected { get; private init; }

    /// <summary>Rows the source sent: the sum of the figures that follow, but for rows read twice around an interruption.</summary>
    public long Read { get; private init; }

    /// <summary>New in the target.</summary>
    public long Inserted { get; private init; }

    /// <summary>Changed in the target.</summary>
    public long Updated { get; private init; }

    /// <summary>In the target already.</summary>
    public long Unchanged { get; private init; }

    /// <summary>Rows of which the target had a newer version.</summary>
    public long Superseded { get; private init; }

    /// <summary>Put aside with their reason; <c>Get-EtlError</c> shows them.</summary>
    public long Quarantined { get; private init; }

    /// <summary>Left out by the transform.</summary>
    public long Dropped { get; private init; }

    /// <summary>Rows a second over the last half minute.</summary>
    public double RowsPerSecond { get; private init; }

    /// <summary>At that rate; null when that cannot be said.</summary>
    public TimeSpan? Remaining { get; private init; }

    /// <summary>Partitions that are done.</summary>
    public int PartitionsDone { get; private init; }

    /// <summary>Partitions that are being worked on.</summary>
    public int PartitionsRunning { get; private init; }

    /// <summary>Partitions that failed too often.</summary>
    public int PartitionsParked { get; private init; }

    /// <summary>The partitions.</summary>
    public EtlBackfillPartition[] Partitions { get; private init; } = [];

    /// <summary>When the plan was made.</summary>
    public DateTime CreatedAt { get; private init; }

    /// <summary>When work began; null before.</summary>
    public DateTime? StartedAt { get; private init; }

    /// <summary>When work ended last; null while it goes on.</summary>
    public DateTime? FinishedAt { get; private init; }

    /// <summary>Stable code of the failure; null when there was none.</summary>
    public string? ErrorCode { get; private init; }

    /// <summary>The failure in words.</summary>
    public string? Error { get; private init; }

    /// <summary>The report's files, the page first; only on the object of the command that did the work.</summary>
    public string[] ReportFiles { get; internal init; } = [];

    /// <summary>The name and how it stands.</summary>
    public override string ToString() => $"{Name}: {Status}";

    internal static EtlBackfill From(BackfillSnapshot snapshot, SecretScrubber scrubber)
    {
        var (plan, counts) = (snapshot.Plan, snapshot.Counts);
        return new EtlBackfill
        {
            BackfillId = plan.Id, Name = plan.Name, Table = plan.Pipeline, Source = plan.Source, Target = plan.Target, Method = plan.Method, Status = plan.Status,
            IsAlive = snapshot.IsAlive, Low = plan.Low, High = plan.High, EstimatedRows = plan.Estimate.Rows, EstimatedBytes = plan.Estimate.Bytes,
            EstimatedFiles = plan.Estimate.Files, EstimatedDuration = plan.Estimate.Duration, Expected = snapshot.Expected, Read = counts.Read, Inserted = counts.Inserted, Updated = counts.Updated,
            Unchanged = counts.Unchanged, Superseded = counts.Superseded, Quarantined = counts.Quarantined, Dropped = counts.Dropped, RowsPerSecond = Math.Round(snapshot.RowsPerSecond, 1),
            Remaining = snapshot.Left, PartitionsDone = snapshot.Count(PartitionStatus.Done), PartitionsRunning = snapshot.Count(PartitionStatus.Running), PartitionsParked = snapshot.Count(PartitionStatus.Parked),
            Partitions = [.. snapshot.Partitions.Select(partition => EtlBackfillPartition.From(partition, scrubber))], CreatedAt = plan.CreatedAt.UtcDateTime,
            StartedAt = plan.StartedAt?.UtcDateTime, FinishedAt = plan.FinishedAt?.UtcDateTime, ErrorCode = plan.ErrorCode,
            Error = plan.Error is { } error ? scrubber.Scrub(CmdletWords.In(error)) : null,
        };
    }

    internal static EtlBackfill From(BackfillResult planned, SecretScrubber scrubber, DateTimeOffset now) =>
        From(new BackfillSnapshot(planned.Plan!, planned.Partitions, 0, now, []), scrubber) with { Status = "planned" };
}
