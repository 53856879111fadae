using EtlTools.Core;
using EtlTools.Core.Check;
using EtlTools.Core.Compare;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Sandbox.Demo;

/// <summary>The steps done so far, and the operations that both acts show; each step's figures are compared with those it must give.</summary>
internal sealed class DemoSteps(IDemoStage stage, TimeProvider time)
{
    private readonly List<DemoStep> _done = [];

    /// <summary>What was done, in order.</summary>
    public IReadOnlyList<DemoStep> Done => _done;

    /// <summary>Announces a step.</summary>
    /// <returns>When it began, for <see cref="Add"/>.</returns>
    public long Begin(string what, DemoAction action, string? tables = null)
    {
        stage.Announce(what, action, tables);
        return time.GetTimestamp();
    }

    /// <summary>Adds a step that has ended.</summary>
    public void Add(string name, RowCounts? counts, long started, IReadOnlyList<string> problems) => _done.Add(new DemoStep(name, counts, time.GetElapsedTime(started), problems));

    /// <summary>Adds a problem to the step added last.</summary>
    public void Blame(string problem) => _done[^1] = _done[^1] with { Problems = [.. _done[^1].Problems, problem] };

    /// <inheritdoc cref="IDemoStage.WatchAsync"/>
    public Task<T> WatchAsync<T>(Func<IProgress<SyncProgress>?, Task<T>> work) => stage.WatchAsync(work);

    /// <summary>Checks a session's tables.</summary>
    /// <param name="session">The session.</param>
    /// <param name="name">The step's name.</param>
    /// <param name="what">What is announced.</param>
    /// <param name="tables">The YAML file's name; null for the usual one.</param>
    /// <param name="stop">Stops it.</param>
    public async Task CheckAsync(EtlSession session, string name, string what, string? tables, CancellationToken stop)
    {
        var started = Begin(what, DemoAction.Check, tables);
        var findings = await new SetupCheck(session).RunAsync(withTables: true, stop).ConfigureAwait(false);
        Add(name, null, started, [.. findings.Where(f => f.Severity == CheckSeverity.Error).Select(f => $"{f.Subject}: {f.Message}")]);
    }

    /// <summary>Syncs a session's tables, and compares the figures with those expected.</summary>
    public async Task<IReadOnlyList<SyncResult>> SyncAsync(
        EtlSession session, string name, SyncOptions options, IReadOnlyList<DemoExpectation> expected, string? tables, CancellationToken stop)
    {
        var started = Begin(char.ToUpperInvariant(name[0]) + name[1..], options.DryRun ? DemoAction.DryRun : DemoAction.Sync, tables);
        var results = await stage.WatchAsync(
            progress => new SyncRunner(session.Services).RunAsync(session.Configuration.Pipelines, options, progress, stop)).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        var total = results.Aggregate(default(RowCounts), (sum, result) => sum + result.Run.Counts);
        Add(name, total, started, DemoExpectation.Compare(expected, results));
        return results;
    }

    /// <summary>Counts both sides of a session's tables.</summary>
    public static async Task<IReadOnlyList<CompareEntry>> CountAsync(EtlSession session, CancellationToken stop)
    {
        var entries = new List<CompareEntry>();
        foreach (var pipeline in session.Configuration.Pipelines) entries.Add(await CompareEntry.OfAsync(session, pipeline, stop).ConfigureAwait(false));
        stop.ThrowIfCancellationRequested();
        return entries;
    }

    /// <summary>What is wrong with the counts.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<CompareEntry> entries) => entries.Where(e => !e.IsRight).Select(e => e.Failure?.Message
        ?? $"{e.Pipeline.Name}: {e.Counts!.SourceRows} rows at the source, {e.Counts.TargetRows} at the target{(e.Counts.ExpectedRows is { } expected ? $", {expected} expected" : "")}");
}
