namespace EtlTools.Core.Report.Html;

/// <summary>Horizontal bars, the longest first: what is most of something.</summary>
internal static class RankChart
{
    private const double Left = 330, Right = Chart.Width - 180, Row = 24;
    private const int NameLength = 48;

    /// <summary>Draws the bars.</summary>
    /// <param name="page">Where.</param>
    /// <param name="id">Its id in the page.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="style">Class of the bars.</param>
    /// <param name="bars">Name, length and what stands behind it.</param>
    public static void Draw(Markup page, string id, string title, string style, IReadOnlyList<(string Name, double Size, string Value)> bars)
    {
        var most = Math.Max(bars.Max(bar => bar.Size), double.Epsilon);
        var chart = new Chart(page, id, (Row * bars.Count) + 4);
        chart.Draw(title, string.Join("; ", bars.Select(bar => $"{bar.Name}: {bar.Value}")) + ".", () =>
        {
            for (var i = 0; i < bars.Count; i++)
            {
                var ((name, size, value), y) = (bars[i], 2 + (i * Row));
                var width = (Right - Left) * size / most;
                chart.Label(Left - 10, y + 16, Chart.Shorten(name, NameLength), "end");
                chart.Bar(Left, y + 3, width, Row - 6, style, $"{name}: {value}");
                chart.Label(Left + Math.Max(width, 0.5) + 8, y + 16, value, style: "label strong");
            }
        });
    }
}
