using System.Globalization;
using EtlTools.Core.State;
using static EtlTools.Core.Report.ReportNumbers;

namespace EtlTools.Core.Report.Html;

/// <summary>
/// A report as one page that opens from disk: charts as inline SVG, no script, nothing fetched, which its own security policy enforces.
/// Every chart has its figures as a table beside it.
/// </summary>
public static class ReportPage
{
    private const int SlowestShown = 15, ErrorsShown = 15;

    /// <summary>The page.</summary>
    public static string Render(BackfillReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new Markup();
        page.Verbatim("<!DOCTYPE html>\n").Element("html", () =>
        {
            Head(page, report);
            page.Element("body", () => page.Element("main", () => Content(page, report)));
        }, ("lang", "en"));
        return page.Line().ToString();
    }

    private static void Head(Markup page, BackfillReport report) => page.Line().Element("head", () => page
        .Empty("meta", ("charset", "utf-8"))
        .Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
        .Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", "default-src 'none'; style-src 'unsafe-inline'"))
        .Element("title", $"Backfill {report.Name}: {report.Status}")
        .Element("style", () => page.Verbatim(ReportStyle.Css))).Line();

    private static void Content(Markup page, BackfillReport report)
    {
        page.Element("header", () => page
            .Element("h1", () => page.Text($"Backfill {report.Name}").Element("span", report.Status, ("class", "status " + Style(report.Status))))
            .Element("p", $"{report.Source} → {report.Target}", ("class", "soft"))).Line();
        Cards(page, report);
        if (report.Error is { } error)
            Section(page, "Why it stopped", () => page.Element("strong", report.ErrorCode, ("class", "bad")).Element("pre", error), "error");
        if (report.Throughput.Count > 1) Section(page, "Throughput over time", () => Throughput(page, report));
        if (report.Partitions.Any(partition => partition.StartedAt is not null)) Section(page, "Partitions over time", () => Partitions(page, report));
        if (ReportFacts.Slowest(report).Any()) Section(page, "Slowest partitions", () => Slowest(page, report));
        Section(page, "Refused rows by kind", () => Errors(page, report));
        var troubled = report.Partitions.Where(partition => partition.ErrorCode is not null || partition.Status == PartitionStatus.Parked).ToList();
        if (troubled.Count > 0) Section(page, "Partitions with errors", () => Troubled(page, troubled), "error");
        Section(page, "Rows", () => Rows(page, report));
        Section(page, "About this backfill", () => About(page, report));
        page.Element("footer", $"Made {Time(report.MadeAt)} by etl-tools {report.ToolVersion}; plan {report.Id}. Times are UTC. This page holds counts, names and error texts, but no row.");
    }

    private static void Cards(Markup page, BackfillReport report)
    {
        var (done, all) = (report.PartitionsOf(PartitionStatus.Done), report.Partitions.Count);
        (string Name, string Value, string Style)[] cards =
        [
            ("Rows read", Count(report.Counts.Read), ""),
            ("of those expected", Percent(report.Counts.Read, report.EstimateRows) is { Length: > 0 } share ? share : "–", ""),
            ("At work", report.BusyMs is { } busy ? Duration(busy) : "–", ""),
            ("Rows a second", report.RowsPerSecond is { } rate ? Count(rate) : "–", ""),
            ("Partitions done", $"{Count(done)} of {Count(all)}", done == all ? "good" : report.PartitionsOf(PartitionStatus.Parked) > 0 ? "bad" : ""),
            ("Rows refused", Count(report.Counts.Quarantined), report.Counts.Quarantined > 0 ? "doubt" : "good"),
        ];
        page.Element("ul", () =>
        {
            foreach (var (name, value, style) in cards)
                page.Element("li", () => page.Element("span", name, ("class", "name")).Element("span", value, ("class", "value " + style)));
        }, ("class", "cards")).Line();
    }

    private static void Throughput(Markup page, BackfillReport report)
    {
        ThroughputChart.Draw(page, report);
        Details(page, "The figures", () => Table(
            page, ["From", "#Length", "#Rows", "#Rows a second"],
            report.Throughput.Select(slice => (string[])[Time(slice.From), Duration(slice.DurationMs), Count(slice.Rows), Count(slice.RowsPerSecond)])));
    }

    private static void Partitions(Markup page, BackfillReport report)
    {
        PartitionChart.Draw(page, report);
        page.Element("p", () =>
        {
            foreach (var status in new[] { PartitionStatus.Done, PartitionStatus.Running, PartitionStatus.Waiting, PartitionStatus.Parked })
                if (report.PartitionsOf(status) is > 0 and var count) page.Element("span", () => page.Element("i", "", ("class", status)).Text($"{status} ({Count(count)})"));
            page.Element("span", "×2: claimed twice, since a worker failed, died or was stopped");
        }, ("class", "legend"));
        Details(page, "The figures", () => Table(
            page, ["#Number", "Range", "Status", "Began", "#Took", "#Rows", "#Expected", "#Rows a second", "#Batches", "#Refused", "#Claimed", "Worker"],
            report.Partitions.Select(p => (string[])
            [
                Count(p.Number), p.Range, p.Status, Time(p.StartedAt), Duration(p.DurationMs), Count(p.Counts.Read), Count(p.EstimateRows),
                p.RowsPerSecond is { } rate ? Count(rate) : "", Count(p.Batches), Count(p.Counts.Quarantined), Count(p.Attempts), p.Worker ?? "",
            ])));
    }

    private static void Slowest(Markup page, BackfillReport report) => RankChart.Draw(
        page, "slowest", "Slowest partitions", "rate",
        [.. ReportFacts.Slowest(report).Take(SlowestShown).Select(p => (
            $"{Count(p.Number)}: {p.Range.Replace("T00:00:00", "", StringComparison.Ordinal)}", (double)p.DurationMs!.Value, $"{Duration(p.DurationMs)}, {Rate(p.RowsPerSecond)}"))]);

    private static void Errors(Markup page, BackfillReport report)
    {
        if (report.Errors.Count == 0)
        {
            page.Element("p", report.Counts.Quarantined == 0 ? "No row was refused." : "The refused rows are no longer in the quarantine under this backfill.", ("class", "soft"));
            return;
        }

        RankChart.Draw(
            page, "errors", "Refused rows by kind", "refused",
            [.. report.Errors.Take(ErrorsShown).Select(e => ($"{(e.Column is null ? "" : e.Column + ": ")}{e.Meaning}", (double)e.Rows, $"{Count(e.Rows)} rows"))]);
        Details(page, "The figures", () => Table(
            page, ["Kind", "SQLSTATE", "Column", "#Rows", "#Open"], report.Errors.Select(e => (string[])[e.Meaning, e.SqlState ?? "", e.Column ?? "", Count(e.Rows), Count(e.Open)])));
        page.Element("p", $"The rows with their values and reasons: etl errors list {report.Pipeline}. After a repair: etl errors retry {report.Pipeline}.", ("class", "soft"));
    }

    private static void Troubled(Markup page, IReadOnlyList<ReportPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            page.Element("p", () => page
                .Element("strong", $"Partition {Count(partition.Number)}").Text($", {partition.Range}: {partition.Status}, claimed {Times(partition.Attempts)}. ")
                .Element("strong", partition.ErrorCode, ("class", "bad")).Element("pre", partition.Error));
        }
    }

    private static void Rows(Markup page, BackfillReport report)
    {
        Table(page, ["", "#Rows", "#Share"], ReportFacts.Counts(report).Select(c => (string[])[c.Name, Count(c.Count), c.Name == "read" ? "" : Percent(c.Count, report.Counts.Read)]));
        page.Element("p", ReportFacts.Sum(report), ("class", ReportFacts.AddsUp(report) ? "good" : "bad"));
    }

    private static void About(Markup page, BackfillReport report)
    {
        page.Element("table", () => page.Element("tbody", () =>
        {
            foreach (var (name, value) in ReportFacts.Of(report)) page.Element("tr", () => page.Element("th", name, ("scope", "row")).Element("td", value));
        }));
        if (report.Workers.Count == 0) return;
        Details(page, $"Processes that took part: {Count(report.Workers.Count)}", () => Table(
            page, ["Host", "#Process", "Began", "Last seen", "Status", "#Rows", "Run"],
            report.Workers.Select(w => (string[])[w.Host, w.Pid.ToString(CultureInfo.InvariantCulture), Time(w.StartedAt), Time(w.SeenAt), w.Status, Count(w.Rows), w.RunId.ToString()])));
    }

    private static void Section(Markup page, string title, Action content, string? style = null) => page.Element("section", () =>
    {
        page.Element("h2", title).Line();
        content();
    }, ("class", style)).Line();

    private static void Details(Markup page, string summary, Action content) => page.Element("details", () =>
    {
        page.Element("summary", summary);
        content();
    });

    // Columns whose heading begins with # hold numbers.
    private static void Table(Markup page, string[] headings, IEnumerable<string[]> rows) => page.Element("div", () => page.Element("table", () =>
    {
        page.Element("thead", () => page.Element("tr", () =>
        {
            foreach (var heading in headings) page.Element("th", heading.TrimStart('#'), ("scope", "col"), ("class", Number(heading)));
        })).Line();
        page.Element("tbody", () =>
        {
            foreach (var row in rows)
            {
                page.Element("tr", () =>
                {
                    for (var i = 0; i < row.Length; i++) page.Element("td", row[i], ("class", Number(headings[i])));
                }).Line();
            }
        });
    }), ("class", "scroll"), ("tabindex", "0"));

    private static string? Number(string heading) => heading.StartsWith('#') ? "number" : null;

    private static string Style(string status) => status switch
    {
        BackfillStatus.Done => "good",
        BackfillStatus.Failed => "bad",
        _ => "doubt",
    };
}
