using EtlTools.Core.Sync;
using Spectre.Console;

namespace EtlTools.Cli.Rendering;

/// <summary>Takes reports from any thread and turns each pipeline into a bar.</summary>
internal sealed class ProgressStates : IProgress<SyncProgress>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ProgressTask> _tasks = [];
    private readonly Dictionary<int, SyncProgress> _states = [];
    private ProgressContext? _context;

    /// <summary>Where the bars are.</summary>
    public void Show(ProgressContext context) => _context = context;

    /// <summary>The last report of a bar; null before the first.</summary>
    public SyncProgress? Of(int task)
    {
        lock (_lock) return _states.GetValueOrDefault(task);
    }

    public void Report(SyncProgress value)
    {
        lock (_lock)
        {
            // A pipeline that begins anew gets a new bar.
            if (!_tasks.TryGetValue(value.Pipeline, out var task) || (task.IsFinished && value.Phase == SyncPhase.Preparing))
                _tasks[value.Pipeline] = task = _context!.AddTask(Describe(value));
            _states[task.Id] = value;
            task.Description = Describe(value);
            task.IsIndeterminate = value.Expected == 0 || value.Phase == SyncPhase.Applying;
            task.MaxValue = Math.Max(1, value.Expected);
            task.Value = Math.Min(value.Counts.Read, task.MaxValue);
            if (value.Phase == SyncPhase.Ended) task.StopTask();
        }
    }

    private static string Describe(SyncProgress value) => Markup.Escape(value.Pipeline) + value.Phase switch
    {
        SyncPhase.Preparing => " · comparing tables",
        SyncPhase.Applying => " · applying",
        _ => "",
    };
}
