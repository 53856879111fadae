using EtlTools.Core.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtlTools.Cli.Rendering;

/// <summary>Writes a result for people. All text passes the scrubber here, so no report needs to think of secrets.</summary>
internal sealed class TextReport(IAnsiConsole console, SecretScrubber scrubber)
{
    public const string Good = "green", Doubtful = "yellow", Bad = "red", Plain = "default", Faint = "dim", Heading = "bold";

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

    /// <summary>A table. Columns whose heading begins with <c>#</c> hold numbers and are aligned to the right.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<Cell>> rows)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = true };
        foreach (var heading in headings)
        {
            var column = new TableColumn(new Text(heading.TrimStart('#'), Style.Parse(Heading))) { NoWrap = heading.StartsWith('#') };
            table.AddColumn(heading.StartsWith('#') ? column.RightAligned() : column);
        }

        foreach (var row in rows)
            table.AddRow(row.Select(cell => (IRenderable)new Text(scrubber.Scrub(cell.Text), Style.Parse(cell.Style))));
        console.Write(table);
    }

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
