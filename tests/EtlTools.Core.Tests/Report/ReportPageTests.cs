using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using EtlTools.Core.Report;
using EtlTools.Core.State;
using Xunit;

namespace EtlTools.Core.Tests.Report;

/// <summary>The page, read as XML: whatever is written must parse, mean the same, and hold no more than it should.</summary>
public sealed class ReportPageTests
{
    private static readonly string[] s_elements =
    [
        "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "p", "span", "ul", "li", "section", "strong", "pre", "details", "summary", "div",
        "table", "thead", "tbody", "tr", "th", "td", "footer", "i", "svg", "desc", "rect", "line", "text",
    ];

    public static TheoryData<string> All => ["eventful", "hostile", "not begun", "one", "thousand"];

    [Theory]
    [MemberData(nameof(All))]
    public void It_is_well_formed_fetches_nothing_and_runs_nothing(string name)
    {
        var html = Report(name).Render(ReportFormat.Html);
        var page = Parse(html);

        Assert.Empty(page.Descendants().Select(element => element.Name.LocalName).Distinct().Except(s_elements));
        Assert.DoesNotContain(
            page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Name.LocalName is "src" or "href" or "style");
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(page.Descendants("meta"), meta => (string?)meta.Attribute("content") == "default-src 'none'; style-src 'unsafe-inline'");
        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_chart_has_a_name_and_a_description_for_who_cannot_see_it(string name)
    {
        var page = Parse(Report(name).Render(ReportFormat.Html));
        Assert.All(page.Descendants("svg"), chart =>
        {
            Assert.Equal("img", (string?)chart.Attribute("role"));
            var named = ((string)chart.Attribute("aria-labelledby")!).Split(' ').Select(id => page.Descendants().Single(element => (string?)element.Attribute("id") == id)).ToList();
            Assert.Equal(["title", "desc"], named.Select(element => element.Name.LocalName));
            Assert.All(named, element => Assert.NotEmpty(element.Value));
        });
    }

    [Fact]
    public void What_tables_errors_and_people_are_called_stays_text()
    {
        var page = Parse(ReportSample.HostileReport.Render(ReportFormat.Html));
        const string shown = "</pre></title></style></svg>\"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;\uFFFD\uFFFDevil\uFFFD";
        Assert.Equal(shown, page.Descendants("section").First().Element("pre")!.Value);
        Assert.StartsWith("Backfill " + shown, page.Descendants("h1").Single().Value, StringComparison.Ordinal);
        Assert.Contains(page.Descendants("rect"), bar => bar.Value.Contains(shown, StringComparison.Ordinal));
        // A browser reads an element with one attribute whose value is a text, not more of them.
        Assert.Contains(page.Descendants("rect"), bar => (string?)bar.Attribute("class") == "part " + shown);
    }

    [Fact]
    public void The_charts_show_the_figures()
    {
        var report = ReportSample.Eventful;
        var page = Parse(report.Render(ReportFormat.Html));
        XElement Chart(string id) => page.Descendants("svg").Single(chart => ((string)chart.Attribute("aria-labelledby")!).StartsWith(id, StringComparison.Ordinal));

        var rates = Chart("throughput").Elements("rect").ToList();
        Assert.Equal(report.Throughput.Count(slice => slice.Rows > 0), rates.Count);
        var tallest = rates.MaxBy(bar => Number(bar, "height"))!;
        Assert.StartsWith(ReportNumbers.Time(report.Throughput.MaxBy(slice => slice.RowsPerSecond)!.From), tallest.Value, StringComparison.Ordinal);

        var parts = Chart("partitions").Elements("rect").ToList();
        Assert.Equal(report.Partitions.Count, parts.Count);
        Assert.Equal(report.Partitions.Select(part => "part " + part.Status), parts.Select(bar => (string?)bar.Attribute("class")));
        // As long as its time, and where it was: bars one after the other are so in the drawing.
        var scale = Number(parts[0], "width") / report.Partitions[0].DurationMs!.Value;
        Assert.All(parts.Zip(report.Partitions), pair => Assert.Equal(pair.Second.DurationMs!.Value * scale, Number(pair.First, "width"), 0.1));
        Assert.Equal((report.Partitions[3].StartedAt - report.Partitions[0].StartedAt)!.Value.TotalMilliseconds * scale, Number(parts[3], "x") - Number(parts[0], "x"), 0.1);

        Assert.Equal(
            report.Partitions.OrderByDescending(part => part.DurationMs).Take(15).Select(part => $"{part.Number}: "),
            Chart("slowest").Elements("rect").Select(bar => bar.Value[..(bar.Value.IndexOf(':', StringComparison.Ordinal) + 2)]));
        Assert.Equal(["sys_eq_id: text that is not of the column's type: 520 rows", "noti_category_id: no parent row for a foreign key: 51 rows", "refused before it reached the database: 9 rows"],
            Chart("errors").Elements("rect").Select(bar => bar.Value));
        Assert.All(page.Descendants("rect"), bar => Assert.InRange(Number(bar, "x") + Number(bar, "width"), 0, 960.5));
    }

    [Fact]
    public void Figures_that_do_not_add_up_are_said()
    {
        var report = ReportSample.Eventful with { Counts = ReportSample.Eventful.Counts with { Inserted = 1 } };
        Assert.Contains(Parse(report.Render(ReportFormat.Html)).Descendants("p"), p => (string?)p.Attribute("class") == "bad" && p.Value.StartsWith("These figures do not add up", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    [InlineData("zh-CN")]
    public void It_is_the_same_in_every_culture(string culture)
    {
        var expected = Enum.GetValues<ReportFormat>().Select(format => ReportSample.Eventful.Render(format)).ToList();
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            Assert.Equal(expected, Enum.GetValues<ReportFormat>().Select(format => ReportSample.Eventful.Render(format)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    internal static BackfillReport Report(string name) => name switch
    {
        "eventful" => ReportSample.Eventful,
        "hostile" => ReportSample.HostileReport,
        "not begun" => ReportSample.NotBegun,
        "one" => ReportSample.Make(1) with { Errors = [], Error = null, ErrorCode = null, Status = BackfillStatus.Done },
        _ => ReportSample.Make(1000),
    };

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    private static double Number(XElement element, string name) => double.Parse((string)element.Attribute(name)!, CultureInfo.InvariantCulture);
}
