using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Sandbox.Demo;

/// <summary>What a run of one table must give.</summary>
/// <param name="Pipeline">The table.</param>
/// <param name="Status">How it ends.</param>
/// <param name="Inserted">New rows.</param>
/// <param name="Updated">Changed rows.</param>
/// <param name="Unchanged">Rows read again for nothing, because of the lookback.</param>
internal sealed record DemoExpectation(string Pipeline, string Status, long Inserted, long Updated, long Unchanged)
{
    /// <summary>A run that finds nothing to do.</summary>
    public static DemoExpectation Idle(string pipeline) => new(pipeline, RunStatus.Idle, 0, 0, 0);

    /// <summary>Where the runs differ from what they must give; empty when they do not.</summary>
    public static IReadOnlyList<string> Compare(IReadOnlyList<DemoExpectation> expected, IReadOnlyList<SyncResult> results)
    {
        var problems = new List<string>();
        foreach (var expectation in expected)
        {
            if (results.FirstOrDefault(result => result.Run.Pipeline == expectation.Pipeline) is not { } result)
                problems.Add($"{expectation.Pipeline} was not run");
            else
                problems.AddRange(expectation.Differences(result));
        }

        return problems;
    }

    private IEnumerable<string> Differences(SyncResult result)
    {
        var counts = result.Run.Counts;
        (string Name, object Expected, object Actual)[] figures =
        [
            ("status", Status, result.Run.Status),
            ("read", Inserted + Updated + Unchanged, counts.Read),
            ("inserted", Inserted, counts.Inserted),
            ("updated", Updated, counts.Updated),
            ("unchanged", Unchanged, counts.Unchanged),
            ("superseded", 0L, counts.Superseded),
            ("quarantined", 0L, counts.Quarantined),
        ];
        foreach (var (name, expected, actual) in figures)
            if (!expected.Equals(actual)) yield return FormattableString.Invariant($"{Pipeline}: {name} is {actual}, expected {expected}");
        if (result.Error is { } error) yield return $"{Pipeline}: {error.Message}";
    }
}
