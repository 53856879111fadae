using EtlTools.Cmdlets.Errors;
using EtlTools.Core.Check;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cmdlets;

/// <summary>One thing that was checked.</summary>
public sealed record EtlFinding
{
    /// <summary><c>Ok</c>, <c>Warning</c> or <c>Error</c>.</summary>
    public string Severity { get; private init; } = "";

    /// <summary>What was looked at: a system, a table.</summary>
    public string Subject { get; private init; } = "";

    /// <summary>What was found.</summary>
    public string Message { get; private init; } = "";

    /// <summary>What to do; null when there is nothing to do.</summary>
    public string? Remedy { get; private init; }

    /// <summary>All of it in a line.</summary>
    public override string ToString() => $"{Severity}: {Subject}: {Message}";

    internal static EtlFinding From(CheckFinding finding, SecretScrubber scrubber) => new()
    {
        Severity = finding.Severity.ToString(), Subject = finding.Subject, Message = scrubber.Scrub(CmdletWords.In(finding.Message)),
        Remedy = finding.Remedy is { } remedy ? scrubber.Scrub(CmdletWords.In(remedy)) : null,
    };
}
