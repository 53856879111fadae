using EtlTools.Core.Backfill;
using Spectre.Console;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// Shows a backfill while it goes on: on a terminal a bar for the whole and one for each partition at work; elsewhere a line of JSON on
/// standard error every few seconds, for whatever reads the output of a job.
/// </summary>
internal sealed class BackfillDisplay(Terminal terminal, TextWriter lines, bool isTerminal, bool isQuiet)
{
    private static readonly TimeSpan RefreshRate = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs the work; it is told null when nobody watches.</summary>
    public async Task<T> RunAsync<T>(Func<IProgress<BackfillSnapshot>?, Task<T>> work)
    {
        if (isQuiet) return await work(null).ConfigureAwait(false);
        if (!isTerminal) return await work(new BackfillLines(lines)).ConfigureAwait(false);
        var bars = new BackfillBars();
        var display = terminal.Error.Progress().AutoClear(true).HideCompleted(true).Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BackfillFigures.BarCells }, new PercentageColumn(), new BackfillFigures(bars));
        display.RefreshRate = RefreshRate;
        return await display.StartAsync(async context =>
        {
            bars.Show(context);
            return await work(bars).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }
}
