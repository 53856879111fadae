using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtlTools.Cli.Rendering;

/// <summary>The column of figures beside a bar: as many as the terminal has room for, so that no line wraps.</summary>
internal sealed class BackfillFigures(BackfillBars bars) : ProgressColumn
{
    /// <summary>Cells of a bar.</summary>
    public const int BarCells = 12;

    /// <summary>Cells of a description at most.</summary>
    public const int DescriptionCells = 20;

    /// <summary>What else a line has: the percentage, and blanks between the columns.</summary>
    private const int OtherCells = 9;

    /// <inheritdoc/>
    protected override bool NoWrap => true;

    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(Fit(bars.FiguresOf(task.Id), options.ConsoleSize.Width - DescriptionCells - BarCells - OtherCells));

    /// <summary>The first figures that fit into so many cells; at least one, cut when it must be.</summary>
    internal static string Fit(IReadOnlyList<string> figures, int cells)
    {
        if (figures.Count == 0) return "";
        var text = Format.Shorten(figures[0], Math.Max(cells, 10));
        foreach (var figure in figures.Skip(1))
            if (text.Length + 3 + figure.Length <= cells) text += " · " + figure;
        return text;
    }
}
