using EtlTools.Core.Sync;
using Spectre.Console;

namespace EtlTools.Cli.Rendering;

/// <summary>Shows bars on standard error while something runs, if that is a terminal; they vanish when it has ended.</summary>
internal sealed class ProgressDisplay(Terminal terminal, bool isVisible)
{
    /// <summary>At most five updates a second, however often the work reports.</summary>
    private static readonly TimeSpan RefreshRate = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs the work; it is told null when nobody watches.</summary>
    public async Task<T> RunAsync<T>(Func<IProgress<SyncProgress>?, Task<T>> work)
    {
        if (!isVisible) return await work(null).ConfigureAwait(false);
        var states = new ProgressStates();
        var display = terminal.Error.Progress().AutoClear(true).HideCompleted(false).Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new ProgressFigures(states));
        display.RefreshRate = RefreshRate;
        return await display.StartAsync(async context =>
        {
            states.Show(context);
            return await work(states).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }
}
