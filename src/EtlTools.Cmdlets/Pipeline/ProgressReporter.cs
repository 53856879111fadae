using System.Globalization;
using System.Management.Automation;
using EtlTools.Core.Sync;

namespace EtlTools.Cmdlets.Pipeline;

/// <summary>
/// Shows where runs stand, at most five times a second since Write-Progress is slow, and not at all where output is redirected:
/// nobody sees a bar in a log file.
/// </summary>
internal sealed class ProgressReporter(PipelineWriter output, bool isVisible, TimeProvider time) : IProgress<SyncProgress>
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _activities = [];
    private long _lastShown = long.MinValue;

    /// <summary>Whether anybody watches.</summary>
    /// <param name="hostName">Name of the PowerShell host; others than the console draw progress themselves.</param>
    public static bool IsWatched(string hostName) => hostName != "ConsoleHost" || !(Console.IsOutputRedirected || Console.IsErrorRedirected);

    /// <inheritdoc/>
    public void Report(SyncProgress value)
    {
        if (!isVisible) return;
        lock (_lock)
        {
            var isEnd = value.Phase == SyncPhase.Ended;
            if (!isEnd && !IsDue()) return;
            if (!_activities.TryGetValue(value.Pipeline, out var id))
            {
                // A run that ends before its first bar needs none.
                if (isEnd) return;
                _activities[value.Pipeline] = id = _activities.Count + 1;
            }

            output.WriteProgress(Record(id, value));
        }
    }

    private bool IsDue()
    {
        var now = time.GetTimestamp();
        if (_lastShown != long.MinValue && time.GetElapsedTime(_lastShown, now) < s_interval) return false;
        _lastShown = now;
        return true;
    }

    private static ProgressRecord Record(int id, SyncProgress value)
    {
        var record = new ProgressRecord(id, $"Syncing {value.Pipeline}", Status(value));
        if (value.Phase == SyncPhase.Ended) record.RecordType = ProgressRecordType.Completed;
        if (value.Expected == 0) return record;
        record.PercentComplete = (int)Math.Min(100, value.Counts.Read * 100 / value.Expected);
        if (value is { Phase: SyncPhase.Moving, Counts.Read: > 0 })
            record.SecondsRemaining = (int)(value.Elapsed.TotalSeconds * Math.Max(0, value.Expected - value.Counts.Read) / value.Counts.Read);
        return record;
    }

    private static string Status(SyncProgress value)
    {
        if (value.Phase == SyncPhase.Preparing) return "comparing tables";
        if (value.Phase == SyncPhase.Applying) return "applying";
        var rate = value.Elapsed > TimeSpan.Zero ? value.Counts.Read / value.Elapsed.TotalSeconds : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{value.Counts.Read:N0} of {value.Expected:N0} rows, {rate:N0} rows/s");
    }
}
