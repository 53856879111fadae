namespace EtlTools.Core.Alerts;

/// <summary>How hard is tried to deliver an alert.</summary>
internal sealed record AlertPace
{
    /// <summary>How often a failed delivery is tried again.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The first pause; it doubles each time, with jitter.</summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause, also when the receiver asks for more.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the end of the process waits for alerts on their way.</summary>
    public TimeSpan FlushTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Alerts that wait for one target; more are dropped, and the log says so.</summary>
    public int QueueLength { get; init; } = 64;
}
