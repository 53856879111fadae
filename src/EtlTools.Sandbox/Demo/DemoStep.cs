using EtlTools.Core.State;

namespace EtlTools.Sandbox.Demo;

/// <summary>One step of the demo and what came of it.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Counts">Rows, of all tables together; null for steps that move none.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Problems">Where the figures were not those expected; empty when all were.</param>
public sealed record DemoStep(string Name, RowCounts? Counts, TimeSpan Duration, IReadOnlyList<string> Problems)
{
    /// <summary>Whether the figures are those expected.</summary>
    public bool IsAsExpected => Problems.Count == 0;
}
