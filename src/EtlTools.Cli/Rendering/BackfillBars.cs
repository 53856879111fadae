using EtlTools.Core.Backfill;
using EtlTools.Core.State;
using Spectre.Console;

namespace EtlTools.Cli.Rendering;

/// <summary>Takes snapshots from any thread and turns them into bars: the whole, and each partition that is being worked on.</summary>
internal sealed class BackfillBars : IProgress<BackfillSnapshot>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ProgressTask> _tasks = [];
    private readonly Dictionary<int, IReadOnlyList<string>> _figures = [];
    private ProgressContext? _context;

    /// <summary>Where the bars are.</summary>
    public void Show(ProgressContext context) => _context = context;

    /// <summary>The figures beside a bar, the most important first.</summary>
    public IReadOnlyList<string> FiguresOf(int task)
    {
        lock (_lock) return _figures.GetValueOrDefault(task, []);
    }

    public void Report(BackfillSnapshot value)
    {
        lock (_lock)
        {
            Set(0, Format.Shorten(value.Plan.Name, BackfillFigures.DescriptionCells), value.Counts.Read, value.Expected, Whole(value), isEnd: value.Plan.IsFinished);
            foreach (var partition in value.Partitions)
            {
                var isAtWork = partition.Status == PartitionStatus.Running;
                if (!isAtWork && !_tasks.ContainsKey(partition.Number)) continue;
                Set(
                    partition.Number, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"partition {partition.Number}"), partition.Counts.Read,
                    BackfillSnapshot.ExpectedOf(partition), isAtWork ? Part(partition) : [], !isAtWork);
            }
        }
    }

    private static List<string> Whole(BackfillSnapshot value)
    {
        var parts = new List<string> { $"{Format.Count(value.Counts.Read)} of {Format.Count(value.Expected)} rows" };
        if (value.Building is [var index, ..]) parts.Add($"building {index}");
        else if (value.Left is { } left) parts.Add($"{Format.Duration(left)} left");
        if (value.Counts.Quarantined > 0) parts.Add($"{Format.Count(value.Counts.Quarantined)} quarantined");
        if (value.Count(PartitionStatus.Parked) is > 0 and var parked) parts.Add($"{Format.Count(parked)} parked");
        if (value.Failing is > 0 and var failing) parts.Add($"{Format.Count(failing)} failing");
        if (value.RowsPerSecond >= 1) parts.Add($"{Format.Count((long)value.RowsPerSecond)} rows/s");
        parts.Add($"{Format.Count(value.Count(PartitionStatus.Done))}/{Format.Count(value.Partitions.Count)} partitions");
        return parts;
    }

    private static List<string> Part(BackfillPartition partition)
    {
        var parts = new List<string> { $"{Format.Count(partition.Counts.Read)} rows" };
        if (partition.Counts.Quarantined > 0) parts.Add($"{Format.Count(partition.Counts.Quarantined)} quarantined");
        if (partition.Failures > 0) parts.Add($"failed {Format.Count(partition.Failures)} times");
        if (partition.Worker is { } worker) parts.Add(worker);
        return parts;
    }

    private void Set(int number, string description, long value, long most, IReadOnlyList<string> figures, bool isEnd)
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
