using static EtlTools.Core.Report.ReportNumbers;

namespace EtlTools.Core.Report.Html;

/// <summary>Rows a second over time, as bars without gaps, and the mean as a line.</summary>
internal static class ThroughputChart
{
    private const double Height = 274, Left = 64, Right = Chart.Width - 12, Top = 28, Bottom = Height - 30;

    public static void Draw(Markup page, BackfillReport report)
    {
        var slices = report.Throughput;
        var (from, to) = (slices[0].From, slices[^1].From.AddMilliseconds(slices[^1].DurationMs));
        var best = slices.MaxBy(slice => slice.RowsPerSecond)!;
        var steps = Axis.Numbers(Math.Max(best.RowsPerSecond, report.RowsPerSecond ?? 0));
        var chart = new Chart(page, "throughput", Height);
        double X(DateTimeOffset at) => Left + ((Right - Left) * ((at - from) / (to - from)));
        double Y(double rate) => Bottom - ((Bottom - Top) * rate / steps[^1]);
        chart.Draw(
            "Throughput over time",
            $"Rows a second from {Time(from)} to {Time(to)}: {Rate(report.RowsPerSecond)} on average while at work, at most {Rate(best.RowsPerSecond)} around {Time(best.From)}.",
            () =>
            {
                chart.Label(Left - 8, 14, "rows/s", "end");
                foreach (var step in steps)
                {
                    chart.Line(Left, Y(step), Right, Y(step));
                    chart.Label(Left - 8, Y(step) + 4, Short(step), "end");
                }

                chart.TimeAxis(from, to, Left, Right, Top, Bottom);
                foreach (var slice in slices.Where(slice => slice.Rows > 0))
                {
                    var (x, end) = (X(slice.From), X(slice.From.AddMilliseconds(slice.DurationMs)));
                    chart.Bar(x, Y(slice.RowsPerSecond), end - x - 0.6, Bottom - Y(slice.RowsPerSecond), "rate", $"{Time(slice.From)}: {Rate(slice.RowsPerSecond)}");
                }

                if (report.RowsPerSecond is { } mean)
                {
                    page.Empty("line", ("x1", Left), ("y1", Y(mean)), ("x2", Right), ("y2", Y(mean)), ("class", "mean"));
                    chart.Label(Right, 14, $"- - -  mean while at work: {Rate(mean)}", "end", "label strong");
                }
            });
    }
}
