using EtlTools.Core.State;
using static EtlTools.Core.Report.ReportNumbers;

namespace EtlTools.Core.Report.Html;

/// <summary>Partitions as a Gantt chart: one bar each, from the first claim to the end, in the colour of its status.</summary>
internal static class PartitionChart
{
    private const double Left = 64, Right = Chart.Width - 12, Top = 6, MostHeight = 700, Foot = 26;
    private static readonly int[] s_numbered = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

    public static void Draw(Markup page, BackfillReport report)
    {
        var begun = report.Partitions.Where(partition => partition is { StartedAt: not null, SeenAt: not null }).ToList();
        // The same time as above it, in the chart of the throughput.
        var (from, to) = (begun.Select(p => p.StartedAt!.Value).Append(report.StartedAt ?? DateTimeOffset.MaxValue).Min(), begun.Select(p => p.SeenAt!.Value).Append(report.SeenAt ?? DateTimeOffset.MinValue).Max());
        if (to <= from) to = from.AddSeconds(1);
        // Hundreds of partitions are thin lines, of which only some are numbered.
        var row = Math.Min(MostHeight / begun.Count, 18);
        var every = s_numbered.FirstOrDefault(step => step * row >= 13, begun.Count);
        var bottom = Top + (row * begun.Count);
        var chart = new Chart(page, "partitions", bottom + Foot);
        double X(DateTimeOffset at) => Left + ((Right - Left) * ((at - from) / (to - from)));
        chart.Draw(
            "Partitions over time",
            $"{begun.Count} of {report.Partitions.Count} partitions were begun, from {Time(from)} to {Time(to)}: "
            + $"{report.PartitionsOf(PartitionStatus.Done)} are done, {report.PartitionsOf(PartitionStatus.Running)} running, {report.PartitionsOf(PartitionStatus.Parked)} parked.",
            () =>
            {
                chart.TimeAxis(from, to, Left, Right, Top, bottom);
                for (var i = 0; i < begun.Count; i++)
                {
                    var (partition, y) = (begun[i], Top + (i * row));
                    var (x, end) = (X(partition.StartedAt!.Value), X(partition.SeenAt!.Value));
                    if (every == 1 || partition.Number % every == 0) chart.Label(Left - 8, y + (row / 2) + 4, Count(partition.Number), "end");
                    chart.Bar(x, y + (row * 0.12), end - x, row * 0.76, "part " + partition.Status, Tip(partition));
                    if (partition.Attempts < 2 || row < 11) continue;
                    var (at, anchor, style) = end < Right - 30 ? (end + 4, "start", "label") : (end - 4, "end", "label inside");
                    chart.Label(at, y + (row / 2) + 4, $"×{partition.Attempts}", anchor, style);
                }
            });
    }

    private static string Tip(ReportPartition partition) =>
        $"{partition.Number}: {partition.Range}\n{partition.Status}, {Count(partition.Counts.Read)} rows in {Duration(partition.DurationMs)}"
        + (partition.RowsPerSecond is { } rate ? $" ({Rate(rate)})" : "") + (partition.Attempts > 1 ? $", claimed {Times(partition.Attempts)}" : "");
}
