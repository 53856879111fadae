using System.Globalization;
using EtlTools.Core.State;
using static EtlTools.Core.Report.ReportNumbers;

namespace EtlTools.Core.Report;

/// <summary>What text and page say alike.</summary>
internal static class ReportFacts
{
    /// <summary>What it was and how long it took.</summary>
    public static IEnumerable<(string Name, string Value)> Of(BackfillReport report)
    {
        yield return ("Table", $"{report.Source} → {report.Target}" + (report.Pipeline == report.Name ? "" : $" ({report.Pipeline})"));
        yield return ("Range", Range(report));
        yield return ("Method", string.Create(CultureInfo.InvariantCulture, $"{report.Method}, {report.BatchSize:N0} rows a batch"));
        yield return ("Planned", $"{Time(report.CreatedAt)} by {report.CreatedBy}");
        yield return ("Began", report.StartedAt is null ? "not yet" : Time(report.StartedAt));
        if (report.StartedAt is not null) yield return (report.FinishedAt is null ? "Last seen" : "Ended", Time(report.SeenAt));
        if (report.DurationMs is not null) yield return ("Took", Took(report));
        yield return ("Expected", $"{Count(report.EstimateRows)} rows{(report.EstimateMs is { } ms ? $" in {Duration(ms)}" : "")}");
        if (report.RowsPerSecond is not null) yield return ("Rate", $"{Rate(report.RowsPerSecond)}, {Bytes(report.Bytes)} in {Count(report.Batches)} batches");
        yield return ("Partitions", Partitions(report));
        if (report.NullCursors > 0) yield return ("NULL cursors", $"{Count(report.NullCursors)} rows of the source have no cursor value");
    }

    /// <summary>Where the rows went; what is usually nothing is left out when it is.</summary>
    public static IEnumerable<(string Name, long Count)> Counts(BackfillReport report)
    {
        var counts = report.Counts;
        yield return ("read", counts.Read);
        yield return ("inserted", counts.Inserted);
        yield return ("updated", counts.Updated);
        yield return ("unchanged", counts.Unchanged);
        if (counts.Superseded > 0) yield return ("superseded", counts.Superseded);
        if (counts.Dropped > 0) yield return ("dropped", counts.Dropped);
        yield return ("quarantined", counts.Quarantined);
    }

    /// <summary>Whether every row read is accounted for.</summary>
    public static string Sum(BackfillReport report) => AddsUp(report)
        ? "Every row read is accounted for."
        : $"These figures do not add up: {Count(report.Counts.Read)} rows read, {Count(report.Counts.Accounted)} accounted for.";

    /// <inheritdoc cref="Sum"/>
    public static bool AddsUp(BackfillReport report) => report.Counts.Read == report.Counts.Accounted;

    /// <summary>Partitions by their time, the longest first; only those that were begun.</summary>
    public static IEnumerable<ReportPartition> Slowest(BackfillReport report) =>
        report.Partitions.Where(partition => partition.DurationMs > 0).OrderByDescending(partition => partition.DurationMs).ThenBy(partition => partition.Number);

    private static string Range(BackfillReport report) => report.CursorColumn is { } column
        ? $"{column} {(report.Low is { } low ? "from " + low : "from the beginning")} {(report.High is { } high ? "to " + high : "to the end")}"
        : "all keys";

    private static string Took(BackfillReport report) => report is { BusyMs: { } busy, DurationMs: { } whole } && whole - busy > Math.Max(1000, whole / 100)
        ? $"{Duration(report.DurationMs)}, of these {Duration(busy)} at work"
        : Duration(report.DurationMs);

    private static string Partitions(BackfillReport report)
    {
        var parts = new[] { PartitionStatus.Done, PartitionStatus.Running, PartitionStatus.Waiting, PartitionStatus.Parked }
            .Select(status => (Status: status, Count: report.PartitionsOf(status))).Where(part => part.Count > 0).Select(part => $"{Count(part.Count)} {part.Status}");
        return $"{Count(report.Partitions.Count)}: {string.Join(", ", parts)}";
    }
}
