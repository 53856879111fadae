using EtlTools.Core.Config;
using EtlTools.Core.Resilience;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using Polly;

namespace EtlTools.Core.Backfill;

/// <summary>What the workers of one process share.</summary>
/// <param name="Services">The outside world.</param>
/// <param name="Pipeline">What is moved, with the plan's batch size.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Tables">How the tables fit together.</param>
/// <param name="Run">The process's run.</param>
/// <param name="Planner">Access to the source.</param>
internal sealed record BackfillContext(
    EtlServices Services, PipelineDefinition Pipeline, BackfillPlan Plan, BackfillTables Tables, RunIdentity Run, TablePlanner Planner)
{
    private const string Stage = "pg_temp.etl_stage";
    private readonly Lock _lock = new();
    private readonly Dictionary<int, BackfillPartition> _held = [];
    private RowCounts _counts;
    private long _bytes;
    private int _sequence;
    private TaskCompletionSource _letGo = Signal();

    /// <summary>Statements of a load.</summary>
    public LoadPlan Load { get; } = LoadPlan.ForBackfill(Tables.Plan, Stage, Tables.Age, Pipeline.OnMissingParent);

    /// <summary>How many rows of the whole plan may be refused.</summary>
    public ErrorBudget Budget { get; } = new(Pipeline.MaxErrors, Plan.Estimate.Rows);

    /// <summary>Retries of work on PostgreSQL.</summary>
    public ResiliencePipeline Retry => Services.Resilience.For(ResiliencePipelines.Postgres);

    /// <summary>Partitions that workers of this process hold.</summary>
    public IReadOnlyCollection<BackfillPartition> Held
    {
        get
        {
            lock (_lock) return [.. _held.Values];
        }
    }

    /// <summary>Ends when the next partition is let go by a worker of this process: one that found none free looks again then.</summary>
    public Task NextLetGo
    {
        get
        {
            lock (_lock) return _letGo.Task;
        }
    }

    /// <summary>Told what this process has done so far after each batch, one call at a time; null when nobody asks.</summary>
    public Action<RowCounts, long>? Progressed { get; init; }

    /// <summary>What this process has done so far.</summary>
    public (RowCounts Counts, long Bytes) Done
    {
        get
        {
            lock (_lock) return (_counts, _bytes);
        }
    }

    /// <summary>The number of the next batch of the process's run.</summary>
    public int NextSequence() => Interlocked.Increment(ref _sequence);

    /// <summary>Adds a committed batch to what the process has done.</summary>
    public void Account(RowCounts counts, long bytes)
    {
        lock (_lock)
        {
            (_counts, _bytes) = (_counts + counts, _bytes + bytes);
            Progressed?.Invoke(_counts, _bytes);
        }
    }

    /// <summary>Says that a worker holds a partition.</summary>
    public void Hold(BackfillPartition partition)
    {
        lock (_lock) _held[partition.Number] = partition;
    }

    /// <summary>Says that it holds it no longer.</summary>
    public void LetGo(BackfillPartition partition)
    {
        lock (_lock)
        {
            if (_held.TryGetValue(partition.Number, out var held) && held.Fence == partition.Fence) _held.Remove(partition.Number);
            _letGo.SetResult();
            _letGo = Signal();
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
