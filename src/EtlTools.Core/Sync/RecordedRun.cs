using EtlTools.Core.Alerts;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;

namespace EtlTools.Core.Sync;

/// <summary>
/// Runs an attempt and records it in <c>etl.run</c>, the log and the metrics. Failures end up in the result, with what was committed
/// before them.
/// </summary>
internal sealed class RecordedRun(EtlServices services)
{
    /// <summary>Runs.</summary>
    /// <param name="pipeline">What is moved.</param>
    /// <param name="kind">How it is recorded.</param>
    /// <param name="progress">Told after each batch; may be null.</param>
    /// <param name="begin">Makes the attempt for a run id.</param>
    /// <param name="stop">Ends the run at the next batch boundary.</param>
    public async Task<SyncResult> RunAsync(
        PipelineDefinition pipeline, RunKind kind, IProgress<SyncProgress>? progress,
        Func<Guid, RowPump, IRunAttempt> begin, CancellationToken stop)
    {
        var run = NewRecord(pipeline, kind);
        var started = services.Time.GetTimestamp();
        using var scope = services.Logger.BeginRun(run.RunId, pipeline.Name);
        services.Logger.RunStarted(run.RunId, pipeline.Name, run.Operation, run.Mode, run.DryRun);
        using var watch = kind.IsDryRun ? null : services.Alerts.Watch(
            kind.Operation, pipeline.Name, run.RunId, isWatchedAtOnce: kind.Operation != RunOperation.Backfill);
        var shown = Watched(progress, watch);
        // A backfill gives signs of life of its own, with its partitions.
        var pulse = kind.Operation == RunOperation.Backfill ? null : new RunPulse(services, run.RunId, shown);
        var pump = new RowPump(pipeline.Name, pulse ?? shown, services.Logger, services.Time, services.Settings.Postgres?.LeaseTimeout ?? TimeSpan.MaxValue);
        pump.Report(SyncPhase.Preparing, 0);
        var attempt = begin(run.RunId, pump);
        Exception? error = null;
        var status = RunStatus.Failed;
        try
        {
            await SaveAsync(run, stop).ConfigureAwait(false);
            FaultPoint.Reach("run-recorded");
            status = await attempt.RunAsync(stop).ConfigureAwait(false);
        }
        catch (Exception stopped) when (stop.IsCancellationRequested && SnowflakeErrors.IsCancellation(stopped))
        {
            status = RunStatus.Cancelled;
        }
        catch (LeaseHeldException held)
        {
            (status, error) = (RunStatus.Held, held);
        }
#pragma warning disable CA1031 // A run that fails must not take the others of the command with it; the result carries the error.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            error = failure;
        }

        if (pulse is not null) await pulse.DisposeAsync().ConfigureAwait(false);
        run = Finish(run, status, attempt, pump, error, services.Time.GetElapsedTime(started));
        FaultPoint.Reach("before-final-record");
        var saveError = await TrySaveAsync(run).ConfigureAwait(false);
        Log(run, error ?? saveError);
        pump.Report(SyncPhase.Ended, pump.Counts.Read);
        if (status == RunStatus.Failed && error is not null) watch?.Failed(error);
        return new SyncResult(run, attempt.Notes, error ?? saveError) { Sql = attempt.Sql };
    }

    private static IProgress<SyncProgress>? Watched(IProgress<SyncProgress>? progress, RunWatch? watch) => watch is null ? progress : new WatchedProgress(progress, watch);

    private RunRecord NewRecord(PipelineDefinition pipeline, RunKind kind) => new()
    {
        RunId = Guid.CreateVersion7(services.Time.GetUtcNow()),
        Pipeline = pipeline.Name,
        Operation = kind.Operation,
        Mode = kind.Mode,
        Direction = pipeline.Direction == SyncDirection.SnowflakeToPostgres ? "snowflake_to_postgres" : "postgres_to_snowflake",
        DryRun = kind.IsDryRun,
        Status = RunStatus.Running,
        StartedAt = services.Time.GetUtcNow(),
    };

    private RunRecord Finish(RunRecord run, string status, IRunAttempt attempt, RowPump pump, Exception? error, TimeSpan duration)
    {
        var hasFailed = status == RunStatus.Failed;
        return run with
        {
            Status = status,
            EndedAt = services.Time.GetUtcNow(),
            DurationMs = (long)duration.TotalMilliseconds,
            WindowLow = attempt.Window?.Low,
            WindowHigh = attempt.Window?.High,
            NullCursors = attempt.Window?.NullCursors ?? 0,
            Counts = pump.Counts,
            Deleted = attempt.Deleted,
            Bytes = pump.Bytes,
            ErrorCount = pump.Counts.Quarantined + (hasFailed ? 1 : 0),
            ErrorCode = error is null ? null : (error as EtlException)?.Code ?? error.GetType().Name,
            Error = error?.Message,
        };
    }

    private Task SaveAsync(RunRecord run, CancellationToken cancellationToken) =>
        services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(async token =>
        {
            await using var connection = await services.Postgres.OpenAsync(token).ConfigureAwait(false);
            await RunStore.SaveAsync(connection, run, token).ConfigureAwait(false);
        }, cancellationToken).AsTask();

    private async Task<Exception?> TrySaveAsync(RunRecord run)
    {
        try
        {
            await SaveAsync(run, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // The rows are in; a run record that cannot be written is reported beside them.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return failure;
        }
    }

    private void Log(RunRecord run, Exception? error)
    {
        var counts = run.Counts;
        var duration = TimeSpan.FromMilliseconds(run.DurationMs ?? 0);
        EtlMetrics.Run(run.Pipeline, run.Status, duration);
        EtlMetrics.Rows(run.Pipeline, "inserted", counts.Inserted);
        EtlMetrics.Rows(run.Pipeline, "updated", counts.Updated);
        EtlMetrics.Rows(run.Pipeline, "unchanged", counts.Unchanged);
        EtlMetrics.Rows(run.Pipeline, "superseded", counts.Superseded);
        EtlMetrics.Rows(run.Pipeline, "quarantined", counts.Quarantined);
        EtlMetrics.Rows(run.Pipeline, "dropped", counts.Dropped);
        if (run.Status is RunStatus.Failed or RunStatus.Held && error is not null)
            services.Logger.RunFailed(error, run.RunId, run.Pipeline, run.ErrorCode!, run.DurationMs ?? 0, error.Message);
        services.Logger.RunFinished(
            run.RunId, run.Pipeline, run.Status, counts.Processed, counts.Read, counts.Inserted, counts.Updated,
            counts.Unchanged, counts.Superseded, counts.Quarantined, counts.Dropped, run.Deleted, run.Bytes, run.DurationMs ?? 0, run.RowsPerSecond ?? 0, run.ErrorCount);
    }

    /// <summary>Tells the alerts, too, that the run has got on.</summary>
    private sealed class WatchedProgress(IProgress<SyncProgress>? inner, RunWatch watch) : IProgress<SyncProgress>
    {
        public void Report(SyncProgress value)
        {
            // The beginning is no progress yet.
            if (value.Phase != SyncPhase.Preparing) watch.Progress(value.Counts.Read, value.Counts.Quarantined);
            inner?.Report(value);
        }
    }
}

/// <summary>How a run is recorded.</summary>
/// <param name="Operation">Word for <c>etl.run.operation</c>.</param>
/// <param name="Mode">Word for <c>etl.run.mode</c>.</param>
/// <param name="IsDryRun">Whether nothing is written.</param>
internal sealed record RunKind(string Operation, string Mode, bool IsDryRun)
{
    /// <summary>A sync or a retry.</summary>
    public static RunKind Of(string operation, SyncOptions options) =>
        new(operation, options.Mode == SyncMode.Full ? "full" : "incremental", options.DryRun);
}
