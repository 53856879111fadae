using EtlTools.Core.Alerts;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cmdlets;

/// <summary>Whether a target of alerts took a test.</summary>
public sealed record EtlAlertDelivery
{
    /// <summary>Which target; of a webhook only the host.</summary>
    public string Target { get; private init; } = "";

    /// <summary>Whether it took it.</summary>
    public bool IsDelivered => Problem is null;

    /// <summary>Why not, and what to do; null when it did.</summary>
    public string? Problem { get; private init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; private init; }

    /// <summary>All of it in a line.</summary>
    public override string ToString() => IsDelivered ? $"{Target}: delivered" : $"{Target}: {Problem}";

    internal static EtlAlertDelivery From(AlertTrial trial, SecretScrubber scrubber) => new()
    {
        Target = trial.Target, Problem = scrubber.Scrub(trial.Problem), Duration = trial.Duration,
    };
}
