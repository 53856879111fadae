using EtlTools.Core.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtlTools.Cli.Rendering;

/// <summary>Writes a result for people. All text passes the scrubber here, so no report needs to think of secrets.</summary>
internal sealed class TextReport(IAnsiConsole console, SecretScrubber scrubber)
{
    public const string Good = "green", Doubtful = "yellow", Bad = "red", Plain = "default", Faint = "dim", Heading = "bold";

    private const int LongText = 20;

    /// <summary>One line.</summary>
    public void Line(string text = "", string style = Plain) => console.Write(new Text(scrubber.Scrub(text) + "\n", Style.Parse(style)));

    /// <summary>A text that is meant for a file or a program: nothing is wrapped or coloured.</summary>
    public void Exact(string text)
    {
        console.Profile.Out.Writer.Write(scrubber.Scrub(text));
        console.Profile.Out.Writer.Flush();
    }

    /// <summary>A finding and, indented below it, what to do about it.</summary>
    public void Finding(string text, string? remedy, string style)
    {
        Line(text, style);
        foreach (var line in (remedy ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)) Line("  → " + line.TrimEnd('\r'));
    }

    /// <summary>
    /// A table. Columns whose heading begins with <c>#</c> hold numbers and are aligned to the right. On a terminal too narrow for it each
    /// row becomes a line of headings and values.
    /// </summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<Cell>> rows)
    {
        var all = rows.ToList();
        if (LeastWidth(headings, all) > console.Profile.Width)
        {
            foreach (var row in all) Line(string.Join(", ", row.Select((cell, i) => Pair(headings[i], cell)).Where(pair => pair.Length > 0)));
            return;
        }

        var table = new Table { Border = TableBorder.Simple, ShowHeaders = true };
        foreach (var heading in headings)
        {
            var column = new TableColumn(new Text(heading.TrimStart('#'), Style.Parse(Heading))) { NoWrap = heading.StartsWith('#') };
            table.AddColumn(heading.StartsWith('#') ? column.RightAligned() : column);
        }

        foreach (var row in all)
            table.AddRow(row.Select(cell => (IRenderable)new Text(scrubber.Scrub(cell.Text), Style.Parse(cell.Style))));
        console.Write(table);
    }

    // Only long texts may be broken into several lines.
    private static int LeastWidth(IReadOnlyList<string> headings, List<IReadOnlyList<Cell>> rows) => headings.Select((heading, i) =>
        Math.Max(heading.Length, Math.Min(LongText, rows.Select(row => row[i].Text.Length).DefaultIfEmpty(0).Max())) + 3).Sum();

    private static string Pair(string heading, Cell cell) => (heading, cell.Text) switch
    {
        (_, "") => "",
        (['#', .. var number], var text) => $"{text} {number}",
        var (_, text) => text,
    };

    /// <summary>The colour of a run's status.</summary>
    public static Cell Status(string status) => new(status, status switch
    {
        "done" or "idle" => Good,
        "failed" or "abandoned" => Bad,
        _ => Doubtful,
    });
}

/// <summary>A cell of a table.</summary>
internal readonly record struct Cell(string Text, string Style = TextReport.Plain)
{
    public static implicit operator Cell(string? text) => new(text ?? "");

    public static implicit operator Cell(long count) => new(Format.Count(count));
}
