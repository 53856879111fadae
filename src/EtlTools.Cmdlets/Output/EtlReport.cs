using EtlTools.Cmdlets.Errors;
using EtlTools.Core.Report;

namespace EtlTools.Cmdlets;

/// <summary>What became of a backfill, finished or not. Counts are rows; times are UTC.</summary>
public sealed record EtlReport
{
    /// <summary>Name of the backfill.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Identity of its plan; a name may have had several.</summary>
    public Guid Id { get; private init; }

    /// <summary>The table's name.</summary>
    public string Table { get; private init; } = "";

    /// <summary>Source table.</summary>
    public string Source { get; private init; } = "";

    /// <summary>Target table.</summary>
    public string Target { get; private init; } = "";

    /// <summary><c>stream</c> or <c>unload</c>.</summary>
    public string Method { get; private init; } = "";

    /// <summary>First watermark value, inclusive; null means from the beginning.</summary>
    public string? Low { get; private init; }

    /// <summary>Last watermark value, inclusive.</summary>
    public string? High { get; private init; }

    /// <summary><c>running</c>, <c>stopped</c>, <c>failed</c>, <c>cancelled</c>, <c>done</c>, <c>quarantined</c> or <c>replaced</c>.</summary>
    public string Status { get; private init; } = "";

    /// <summary>When work began; null before.</summary>
    public DateTime? StartedAt { get; private init; }

    /// <summary>When it ended last; null while it goes on.</summary>
    public DateTime? FinishedAt { get; private init; }

    /// <summary>From the start to the end or the last sign of life, pauses included.</summary>
    public TimeSpan? Duration { get; private init; }

    /// <summary>The part of it in which at least one process was at work.</summary>
    public TimeSpan? Busy { get; private init; }

    /// <summary>Rows it was expected to have.</summary>
    public long Expected { get; private init; }

    /// <summary>Rows the source sent: the sum of the six figures that follow.</summary>
    public long Read { get; private init; }

    /// <summary>New in the target.</summary>
    public long Inserted { get; private init; }

    /// <summary>Changed in the target.</summary>
    public long Updated { get; private init; }

    /// <summary>In the target already.</summary>
    public long Unchanged { get; private init; }

    /// <summary>Rows of which there was a newer version.</summary>
    public long Superseded { get; private init; }

    /// <summary>Left out by the transform.</summary>
    public long Dropped { get; private init; }

    /// <summary>Put aside with their reason; <c>Get-EtlError</c> shows them.</summary>
    public long Quarantined { get; private init; }

    /// <summary>Bytes sent to the target.</summary>
    public long Bytes { get; private init; }

    /// <summary>Rows read a second while at work.</summary>
    public double? RowsPerSecond { get; private init; }

    /// <summary>Stable code of the failure that ended it last; null when there was none.</summary>
    public string? ErrorCode { get; private init; }

    /// <summary>That failure in words.</summary>
    public string? Error { get; private init; }

    /// <summary>The parts of its range.</summary>
    public EtlReportPartition[] Partitions { get; private init; } = [];

    /// <summary>Rows over time.</summary>
    public EtlReportSlice[] Throughput { get; private init; } = [];

    /// <summary>Refused rows by kind, most frequent first.</summary>
    public EtlReportError[] Errors { get; private init; } = [];

    /// <summary>The file that was written; null when none was.</summary>
    public string? Path { get; private init; }

    /// <summary>The backfill and how it stands.</summary>
    public override string ToString() => $"{Name}: {Status}";

    internal static EtlReport From(BackfillReport report, string? path) => new()
    {
        Name = report.Name, Id = report.Id, Table = report.Pipeline, Source = report.Source, Target = report.Target, Method = report.Method, Low = report.Low,
        High = report.High, Status = report.Status, StartedAt = report.StartedAt?.UtcDateTime, FinishedAt = report.FinishedAt?.UtcDateTime,
        Duration = Time(report.DurationMs), Busy = Time(report.BusyMs), Expected = report.EstimateRows, Read = report.Counts.Read, Inserted = report.Counts.Inserted,
        Updated = report.Counts.Updated, Unchanged = report.Counts.Unchanged, Superseded = report.Counts.Superseded, Dropped = report.Counts.Dropped,
        Quarantined = report.Counts.Quarantined, Bytes = report.Bytes, RowsPerSecond = Rate(report.RowsPerSecond), ErrorCode = report.ErrorCode, Error = Words(report.Error),
        Partitions = [.. report.Partitions.Select(part => new EtlReportPartition
        {
            Number = part.Number, Range = part.Range, Status = part.Status, StartedAt = part.StartedAt?.UtcDateTime, Duration = Time(part.DurationMs),
            Expected = part.EstimateRows, Read = part.Counts.Read, Quarantined = part.Counts.Quarantined, RowsPerSecond = Rate(part.RowsPerSecond),
            Attempts = part.Attempts, Worker = part.Worker, ErrorCode = part.ErrorCode, Error = Words(part.Error),
        })],
        Throughput = [.. report.Throughput.Select(slice => new EtlReportSlice
        {
            From = slice.From.UtcDateTime, Duration = TimeSpan.FromMilliseconds(slice.DurationMs), Rows = Math.Round(slice.Rows, 3), RowsPerSecond = Math.Round(slice.RowsPerSecond, 1),
        })],
        Errors = [.. report.Errors.Select(error => new EtlReportError { SqlState = error.SqlState, Column = error.Column, Meaning = error.Meaning, Rows = error.Rows, Open = error.Open })],
        Path = path,
    };

    private static TimeSpan? Time(long? milliseconds) => milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null;

    private static double? Rate(double? rate) => rate is { } value ? Math.Round(value, 1) : null;

    private static string? Words(string? text) => text is null ? null : CmdletWords.In(text);
}
