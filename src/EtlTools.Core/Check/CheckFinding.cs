namespace EtlTools.Core.Check;

/// <summary>One thing that was checked.</summary>
/// <param name="Subject">What was looked at: a system, a table, a pipeline.</param>
/// <param name="Severity">Whether it is as it must be.</param>
/// <param name="Message">What was found.</param>
/// <param name="Remedy">What to do; null when there is nothing to do.</param>
public sealed record CheckFinding(string Subject, CheckSeverity Severity, string Message, string? Remedy);

/// <summary>How a finding is to be taken.</summary>
public enum CheckSeverity
{
    /// <summary>As it must be.</summary>
    Ok,

    /// <summary>Works, but a person should know.</summary>
    Warning,

    /// <summary>A run would fail.</summary>
    Error,
}
