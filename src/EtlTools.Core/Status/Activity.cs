using EtlTools.Core.Backfill;
using EtlTools.Core.State;

namespace EtlTools.Core.Status;

/// <summary>A sync, a retry or a backfill that is going on, or has ended since it was first seen; whichever processes do it.</summary>
public sealed record Activity
{
    /// <summary>The run's id, or the plan's.</summary>
    public required Guid Id { get; init; }

    /// <summary>The table's name, or the backfill's.</summary>
    public required string Name { get; init; }

    /// <summary>A word of <see cref="RunOperation"/>.</summary>
    public required string Operation { get; init; }

    /// <summary><c>incremental</c> or <c>full</c>; of a backfill its method.</summary>
    public required string Mode { get; init; }

    /// <summary>Whether it writes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>A word of <see cref="RunStatus"/> or <see cref="BackfillStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether it says that it is going on.</summary>
    public bool IsRunning => Status == RunStatus.Running;

    /// <summary>Whether a process has given a sign of life lately; what is running without one has lost its processes.</summary>
    public required bool IsAlive { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Rows read and written so far.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows expected in all; null while unknown.</summary>
    public long? Expected { get; init; }

    /// <summary>Rows a second: of a backfill over the last half minute, of others since they began. 0 when nothing moves.</summary>
    public required double RowsPerSecond { get; init; }

    /// <summary>How long it will take at that rate; null when that cannot be said.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>Rows put into quarantine so far.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Partitions that are done, and all; null for anything but a backfill.</summary>
    public (int Done, int All)? Partitions { get; init; }

    /// <summary>Indexes that a backfill has left to build, once its rows are loaded; empty otherwise.</summary>
    public IReadOnlyList<string> Building { get; init; } = [];

    /// <summary>Who does it: host and process, several for a backfill.</summary>
    public required IReadOnlyList<string> Processes { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; init; }

    internal static Activity Of(BackfillSnapshot snapshot)
    {
        var plan = snapshot.Plan;
        return new Activity
        {
            Id = plan.Id, Name = plan.Name, Operation = RunOperation.Backfill, Mode = plan.Method, Status = plan.Status, IsAlive = snapshot.IsAlive,
            StartedAt = plan.StartedAt ?? plan.CreatedAt, EndedAt = plan.FinishedAt, Rows = snapshot.Counts.Read, Expected = snapshot.Expected,
            RowsPerSecond = snapshot.RowsPerSecond, Left = snapshot.Left, Quarantined = snapshot.Counts.Quarantined,
            Partitions = (snapshot.Count(PartitionStatus.Done), snapshot.Partitions.Count),
            Building = snapshot.Building, Processes = snapshot.Processes, Error = plan.Error,
        };
    }

    internal static Activity Of(RunRecord run, DateTimeOffset now)
    {
        var isRunning = run.Status == RunStatus.Running;
        var progress = isRunning ? run.Progress ?? default : new RunProgress(run.Counts.Read, null, run.Counts.Quarantined);
        var seconds = isRunning ? ((run.HeartbeatAt ?? now) - run.StartedAt).TotalSeconds : (run.DurationMs ?? 0) / 1000.0;
        var rate = progress.Rows > 0 && seconds > 0 ? progress.Rows / seconds : 0;
        return new Activity
        {
            Id = run.RunId, Name = run.Pipeline, Operation = run.Operation, Mode = run.Mode, DryRun = run.DryRun, Status = run.Status,
            IsAlive = isRunning && (run.HeartbeatAt ?? run.StartedAt) > now - LongestSilence, StartedAt = run.StartedAt, EndedAt = run.EndedAt, Rows = progress.Rows,
            Expected = progress.Expected, RowsPerSecond = rate,
            Left = isRunning && rate > 0 && progress.Expected is { } expected ? TimeSpan.FromSeconds(Math.Max(0, expected - progress.Rows) / rate) : null,
            Quarantined = progress.Refused, Processes = run.Process is { } process ? [process] : [], Error = run.Error,
        };
    }

    /// <summary>After so long without a sign of life a run counts as dead.</summary>
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(20);
}
