namespace EtlTools.Core.Report.Html;

/// <summary>The frame of all charts: an SVG that grows with the page, with a name and a description for who cannot see it.</summary>
internal sealed class Chart(Markup page, string id, double height)
{
    /// <summary>Width of the drawing in its own units; the page scales it.</summary>
    public const double Width = 960;

    /// <summary>Draws.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What is to be seen in it, in words.</param>
    /// <param name="content">Draws inside.</param>
    public void Draw(string title, string description, Action content) => page.Element("div", () => page.Element(
        "svg",
        () =>
        {
            page.Element("title", title, ("id", id + "-title")).Element("desc", description, ("id", id + "-desc"));
            content();
        },
        ("viewBox", FormattableString.Invariant($"0 0 {Width} {height:0.##}")), ("role", "img"), ("aria-labelledby", $"{id}-title {id}-desc"), ("class", "chart")), ("class", "scroll")).Line();

    /// <summary>A rectangle that says what it is when pointed at.</summary>
    public void Bar(double x, double y, double width, double height, string style, string tip) => page.Element(
        "rect", () => page.Element("title", tip),
        ("x", x), ("y", y), ("width", Math.Max(width, 0.5)), ("height", Math.Max(height, 0.5)), ("class", style));

    /// <summary>A text; <paramref name="anchor"/> is start, middle or end.</summary>
    public void Label(double x, double y, string text, string anchor = "start", string style = "label") =>
        page.Element("text", text, ("x", x), ("y", y), ("text-anchor", anchor), ("class", style));

    /// <summary>A line of the grid.</summary>
    public void Line(double x1, double y1, double x2, double y2) => page.Empty("line", ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("class", "grid"));

    /// <summary>Times along the lower edge, with a line up from each.</summary>
    public void TimeAxis(DateTimeOffset from, DateTimeOffset to, double left, double right, double top, double bottom)
    {
        foreach (var (at, label) in Axis.Times(from, to))
        {
            var x = left + ((right - left) * ((at - from) / (to - from)));
            Line(x, top, x, bottom);
            Label(x, bottom + 16, label, "middle");
        }
    }

    /// <summary>At most so many characters.</summary>
    public static string Shorten(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");
}
