using System.Globalization;
using System.Management.Automation;
using EtlTools.Core.Backfill;
using EtlTools.Core.State;

namespace EtlTools.Cmdlets.Pipeline;

/// <summary>
/// Shows where a backfill stands: a bar for the whole and below it bars for partitions at work, as many as can be shown with five updates
/// a second, since Write-Progress is slow. It is told once a second.
/// </summary>
internal sealed class BackfillProgress(PipelineWriter output, bool isVisible) : IProgress<BackfillSnapshot>
{
    private const int Whole = 1, MostPartitions = 4;
    private readonly Lock _lock = new();
    private readonly HashSet<int> _shown = [];

    /// <inheritdoc/>
    public void Report(BackfillSnapshot value)
    {
        if (!isVisible) return;
        lock (_lock)
        {
            _shown.Add(Whole);
            output.WriteProgress(Record(Whole, $"Backfill {value.Plan.Name}", Status(value), value.Counts.Read, value.Expected, value.Left));
            // Bars that end come first, so that they make room.
            foreach (var partition in value.Partitions.Where(IsChanged).OrderBy(partition => partition.Status == PartitionStatus.Running).ThenByDescending(IsShown).Take(MostPartitions))
            {
                var id = Whole + partition.Number;
                var isAtWork = partition.Status == PartitionStatus.Running;
                if (isAtWork) _shown.Add(id);
                else _shown.Remove(id);
                var record = Record(
                    id, string.Create(CultureInfo.InvariantCulture, $"Partition {partition.Number}"), string.Create(CultureInfo.InvariantCulture, $"{partition.Counts.Read:N0} rows"),
                    partition.Counts.Read, BackfillSnapshot.ExpectedOf(partition), null);
                record.ParentActivityId = Whole;
                if (!isAtWork) record.RecordType = ProgressRecordType.Completed;
                output.WriteProgress(record);
            }
        }
    }

    /// <summary>Takes the bars away.</summary>
    public void End()
    {
        lock (_lock)
        {
            foreach (var id in _shown) output.WriteProgress(new ProgressRecord(id, "Backfill", "ended") { RecordType = ProgressRecordType.Completed });
            _shown.Clear();
        }
    }

    private bool IsShown(BackfillPartition partition) => _shown.Contains(Whole + partition.Number);

    private bool IsChanged(BackfillPartition partition) => partition.Status == PartitionStatus.Running || IsShown(partition);

    private static string Status(BackfillSnapshot value) => string.Create(
        CultureInfo.InvariantCulture,
        $"{value.Counts.Read:N0} of {value.Expected:N0} rows, {value.Count(PartitionStatus.Done)} of {value.Partitions.Count} partitions, {value.RowsPerSecond:N0} rows/s");

    private static ProgressRecord Record(int id, string activity, string status, long done, long expected, TimeSpan? left)
    {
        var record = new ProgressRecord(id, activity, status);
        if (expected > 0) record.PercentComplete = (int)Math.Min(100, done * 100 / expected);
        if (left is { } time) record.SecondsRemaining = (int)Math.Min(int.MaxValue, time.TotalSeconds);
        return record;
    }
}
