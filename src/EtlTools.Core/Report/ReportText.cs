using System.Globalization;
using System.Text;
using EtlTools.Core.State;
using static EtlTools.Core.Report.ReportNumbers;

namespace EtlTools.Core.Report;

/// <summary>A report for a terminal or a mail: plain text, no colour, lines ending in LF.</summary>
public static class ReportText
{
    private const int SlowestShown = 10;
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>The text.</summary>
    public static string Render(BackfillReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        Line(text, $"Backfill {report.Name}: {report.Status}");
        if (report.Error is { } error) Line(text, $"  {report.ErrorCode}: {error}");
        Line(text);
        foreach (var (name, value) in ReportFacts.Of(report)) Line(text, $"  {name,-12} {value}");
        Line(text);
        Line(text, "Rows");
        foreach (var (name, count) in ReportFacts.Counts(report)) Line(text, string.Create(CultureInfo.InvariantCulture, $"  {name,-12} {count,14:N0}"));
        Line(text, $"  {ReportFacts.Sum(report)}");
        WriteThroughput(text, report);
        WritePartitions(text, report);
        if (report.Errors.Count > 0)
        {
            Table(
                text, "Refused rows by kind", ["kind", "SQLSTATE", "column", "#rows", "#open"],
                report.Errors.Select(e => (string[])[e.Meaning, e.SqlState ?? "", e.Column ?? "", Count(e.Rows), Count(e.Open)]));
        }

        if (report.Workers.Count > 0)
        {
            Table(
                text, "Processes", ["host", "#pid", "began", "last seen", "status", "#rows"],
                report.Workers.Select(w => (string[])[w.Host, w.Pid.ToString(CultureInfo.InvariantCulture), Time(w.StartedAt), Time(w.SeenAt), w.Status, Count(w.Rows)]));
        }

        Line(text);
        Line(text, $"Made {Time(report.MadeAt)} by etl-tools {report.ToolVersion}; plan {report.Id}.");
        return text.ToString();
    }

    private static void WriteThroughput(StringBuilder text, BackfillReport report)
    {
        if (report.Throughput.Count < 2) return;
        var most = report.Throughput.Max(slice => slice.RowsPerSecond);
        Line(text);
        Line(text, $"Throughput, {Duration(report.Throughput[0].DurationMs)} a bar, at most {Count(most)} rows/s");
        Line(text, "  " + string.Concat(report.Throughput.Select(slice => slice.Rows <= 0 ? ' ' : Bars[(int)Math.Min(Bars.Length - 1, slice.RowsPerSecond / most * Bars.Length)])));
    }

    private static void WritePartitions(StringBuilder text, BackfillReport report)
    {
        string[] headings = ["#number", "range", "status", "#rows", "#time", "#rows/s", "#claimed"];
        var slowest = ReportFacts.Slowest(report).Take(SlowestShown).ToList();
        if (slowest.Count > 0) Table(text, "Slowest partitions", headings, slowest.Select(Row));
        var troubled = report.Partitions.Where(partition => partition.ErrorCode is not null || partition.Status == PartitionStatus.Parked).ToList();
        if (troubled.Count == 0) return;
        Table(text, "Partitions with errors", headings, troubled.Select(Row));
        foreach (var partition in troubled) Line(text, $"  {partition.Number}: {partition.ErrorCode}: {partition.Error?.ReplaceLineEndings(" ")}");
    }

    private static string[] Row(ReportPartition partition) =>
    [
        partition.Number.ToString(CultureInfo.InvariantCulture), partition.Range, partition.Status, Count(partition.Counts.Read), Duration(partition.DurationMs),
        partition.RowsPerSecond is { } rate ? Count(rate) : "", partition.Attempts.ToString(CultureInfo.InvariantCulture),
    ];

    // Columns whose heading begins with # are aligned to the right.
    private static void Table(StringBuilder text, string title, string[] headings, IEnumerable<string[]> rows)
    {
        var all = rows.Select(row => row.Select(cell => cell.ReplaceLineEndings(" ")).ToArray()).Prepend([.. headings.Select(heading => heading.TrimStart('#'))]).ToList();
        var widths = headings.Select((_, i) => all.Max(row => row[i].Length)).ToArray();
        Line(text);
        Line(text, title);
        foreach (var row in all)
            Line(text, "  " + string.Join("  ", row.Select((cell, i) => headings[i].StartsWith('#') ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
    }

    private static void Line(StringBuilder text, string line = "") => text.Append(line).Append('\n');
}
