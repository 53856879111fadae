using EtlTools.Sandbox.Demo;

namespace EtlTools.Cmdlets;

/// <summary>One step of the demo and what came of it. Counts are rows of all tables together; null for steps that move none.</summary>
public sealed record EtlDemoStep
{
    /// <summary>What was done.</summary>
    public string Step { get; private init; } = "";

    /// <summary>Rows read.</summary>
    public long? Read { get; private init; }

    /// <summary>New in the target.</summary>
    public long? Inserted { get; private init; }

    /// <summary>Changed in the target.</summary>
    public long? Updated { get; private init; }

    /// <summary>In the target already.</summary>
    public long? Unchanged { get; private init; }

    /// <summary>Put aside.</summary>
    public long? Quarantined { get; private init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; private init; }

    /// <summary>Whether the figures are those expected.</summary>
    public bool IsAsExpected => Problems.Length == 0;

    /// <summary>Where they are not.</summary>
    public string[] Problems { get; private init; } = [];

    internal static EtlDemoStep From(DemoStep step) => new()
    {
        Step = step.Name, Read = step.Counts?.Read, Inserted = step.Counts?.Inserted, Updated = step.Counts?.Updated, Unchanged = step.Counts?.Unchanged,
        Quarantined = step.Counts?.Quarantined, Duration = step.Duration, Problems = [.. step.Problems],
    };
}
