using EtlTools.Core.Backfill;
using EtlTools.Core.State;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtlTools.Cli.Rendering;

/// <summary>Takes snapshots from any thread and turns them into bars: the whole, and each partition that is being worked on.</summary>
internal sealed class BackfillBars : IProgress<BackfillSnapshot>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ProgressTask> _tasks = [];
    private readonly Dictionary<int, string> _figures = [];
    private ProgressContext? _context;

    /// <summary>Where the bars are.</summary>
    public void Show(ProgressContext context) => _context = context;

    /// <summary>The figures beside a bar.</summary>
    public string FiguresOf(int task)
    {
        lock (_lock) return _figures.GetValueOrDefault(task, "");
    }

    public void Report(BackfillSnapshot value)
    {
        lock (_lock)
        {
            Set(0, $"{value.Plan.Name}, {value.Plan.Method}", value.Counts.Read, value.Expected, Whole(value), isEnd: value.Plan.IsFinished);
            foreach (var partition in value.Partitions)
            {
                var isAtWork = partition.Status == PartitionStatus.Running;
                if (!isAtWork && !_tasks.ContainsKey(partition.Number)) continue;
                var figures = $"{Format.Count(partition.Counts.Read)} rows" + (partition.Worker is { } worker && isAtWork ? $" · {worker}" : "");
                Set(partition.Number, $"  partition {partition.Number}", partition.Counts.Read, BackfillSnapshot.ExpectedOf(partition), figures, !isAtWork);
            }
        }
    }

    private static string Whole(BackfillSnapshot value)
    {
        var text = $"{Format.Count(value.Counts.Read)} of {Format.Count(value.Expected)} rows · {value.Count(PartitionStatus.Done)}/{value.Partitions.Count} partitions";
        if (value.RowsPerSecond >= 1) text += $" · {Format.Count((long)value.RowsPerSecond)} rows/s";
        if (value.Left is { } left) text += $" · {Format.Duration(left)} left";
        if (value.Counts.Quarantined > 0) text += $" · {Format.Count(value.Counts.Quarantined)} quarantined";
        return value.Count(PartitionStatus.Parked) is > 0 and var parked ? $"{text} · {parked} parked" : text;
    }

    private void Set(int number, string description, long value, long most, string figures, bool isEnd)
    {
        if (!_tasks.TryGetValue(number, out var task)) _tasks[number] = task = _context!.AddTask(Markup.Escape(description));
        task.MaxValue = Math.Max(1, most);
        task.Value = Math.Min(value, task.MaxValue);
        _figures[task.Id] = figures;
        if (!isEnd) return;
        // Full bars are hidden; a partition that is taken up again gets a new one.
        task.Value = task.MaxValue;
        task.StopTask();
        if (number > 0) _tasks.Remove(number);
    }
}

/// <summary>The column of figures beside a bar.</summary>
internal sealed class BackfillFigures(BackfillBars bars) : ProgressColumn
{
    /// <inheritdoc/>
    protected override bool NoWrap => true;

    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(bars.FiguresOf(task.Id));
}
