using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>
/// Syncs over and over until it is stopped. A table that fails is tried less and less often, up to once an hour, while the others keep
/// their pace; a tick that lasts longer than the interval is followed by the next at once, never by two.
/// </summary>
/// <param name="services">The outside world.</param>
/// <param name="interval">From the beginning of one tick to that of the next.</param>
public sealed class RepeatingSync(EtlServices services, TimeSpan interval)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Dictionary<string, (int Failures, DateTimeOffset Due)> _failing = new(StringComparer.Ordinal);

    /// <summary>Runs until <paramref name="stop"/>; the batch at hand is finished first.</summary>
    /// <param name="pipelines">What to move.</param>
    /// <param name="options">How.</param>
    /// <param name="tick">Told after each tick what came of it.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(IReadOnlyList<PipelineDefinition> pipelines, SyncOptions options, Action<SyncTick> tick, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(tick);
        for (var number = 1L; !stop.IsCancellationRequested; number++)
        {
            var begun = services.Time.GetUtcNow();
            var due = pipelines.Where(pipeline => !_failing.TryGetValue(pipeline.Name, out var failing) || failing.Due <= begun).ToList();
            var (results, error) = await OnceAsync(due, options, stop).ConfigureAwait(false);
            foreach (var pipeline in due) Note(pipeline, begun, error is not null || results.Any(result => result.Run.Pipeline == pipeline.Name && result.Run.Status == RunStatus.Failed));
            var next = begun + interval;
            tick(new SyncTick(number, begun, next, results, [.. pipelines.Except(due).Select(pipeline => pipeline.Name)], error));
            var pause = next - services.Time.GetUtcNow();
            if (pause <= TimeSpan.Zero) continue;
            await Task.Delay(pause, services.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(IReadOnlyList<SyncResult> Results, Exception? Error)> OnceAsync(IReadOnlyList<PipelineDefinition> due, SyncOptions options, CancellationToken stop)
    {
        try
        {
            return (await new SyncRunner(services).RunAsync(due, options, null, stop).ConfigureAwait(false), null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ([], null);
        }
#pragma warning disable CA1031 // A database that is away for a while must not end an unattended sync; the tick says so.
        catch (Exception failure) when (failure is not ConfigurationException)
#pragma warning restore CA1031
        {
            return ([], failure);
        }
    }

    private void Note(PipelineDefinition pipeline, DateTimeOffset begun, bool hasFailed)
    {
        if (!hasFailed)
        {
            _failing.Remove(pipeline.Name);
            return;
        }

        var failures = _failing.TryGetValue(pipeline.Name, out var before) ? before.Failures + 1 : 1;
        // The first failure changes nothing: the next tick tries again. A little less than whole ticks, since clocks tremble.
        var pause = interval * Math.Pow(2, Math.Min(failures - 1, 16));
        var longest = interval > LongestPause ? interval : LongestPause;
        _failing[pipeline.Name] = (failures, begun + ((pause < longest ? pause : longest) * 0.9));
    }
}

/// <summary>One round of a repeating sync.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Begun">When it began.</param>
/// <param name="Next">When the next begins, unless this one lasted longer.</param>
/// <param name="Results">What came of each table that was run.</param>
/// <param name="Waiting">Tables that were left out because they failed before and wait.</param>
/// <param name="Error">Why no table could be run at all; null otherwise.</param>
public sealed record SyncTick(
    long Number, DateTimeOffset Begun, DateTimeOffset Next, IReadOnlyList<SyncResult> Results, IReadOnlyList<string> Waiting, Exception? Error);
