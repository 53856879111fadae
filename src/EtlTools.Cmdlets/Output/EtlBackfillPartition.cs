using EtlTools.Cmdlets.Errors;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cmdlets;

/// <summary>One part of a backfill. Counts are rows; times are UTC.</summary>
public sealed record EtlBackfillPartition
{
    /// <summary>Its number, from 1.</summary>
    public int Number { get; private init; }

    /// <summary><c>range</c>, <c>hash</c> or <c>null</c>: rows of a range, a share of the keys, or rows without a watermark value.</summary>
    public string Kind { get; private init; } = "";

    /// <summary>Where it begins; null from the beginning.</summary>
    public string? Low { get; private init; }

    /// <summary>Last value, inclusive.</summary>
    public string? High { get; private init; }

    /// <summary><c>waiting</c>, <c>running</c>, <c>done</c> or <c>parked</c>.</summary>
    public string Status { get; private init; } = "";

    /// <summary>Who claimed it last.</summary>
    public string? Worker { get; private init; }

    /// <summary>How often it was claimed.</summary>
    public int Attempts { get; private init; }

    /// <summary>Rows it was planned for.</summary>
    public long EstimatedRows { get; private init; }

    /// <summary>Rows read.</summary>
    public long Read { get; private init; }

    /// <summary>Rows put aside.</summary>
    public long Quarantined { get; private init; }

    /// <summary>When it was first claimed.</summary>
    public DateTime? StartedAt { get; private init; }

    /// <summary>When it was done.</summary>
    public DateTime? FinishedAt { get; private init; }

    /// <summary>Its worker's last sign of life.</summary>
    public DateTime? HeartbeatAt { get; private init; }

    /// <summary>Why the last attempt failed; null once a later one got further.</summary>
    public string? Error { get; private init; }

    /// <summary>Its number and how it stands.</summary>
    public override string ToString() => FormattableString.Invariant($"{Number}: {Status}");

    internal static EtlBackfillPartition From(BackfillPartition partition, SecretScrubber scrubber) => new()
    {
        Number = partition.Number, Kind = partition.Kind, Low = partition.Low, High = partition.High, Status = partition.Status, Worker = partition.Worker,
        Attempts = partition.Attempts, EstimatedRows = partition.EstimateRows, Read = partition.Counts.Read, Quarantined = partition.Counts.Quarantined,
        StartedAt = partition.StartedAt?.UtcDateTime, FinishedAt = partition.FinishedAt?.UtcDateTime, HeartbeatAt = partition.HeartbeatAt?.UtcDateTime,
        Error = partition.Error is { } error ? scrubber.Scrub(CmdletWords.In(error)) : null,
    };
}
