using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Cli.Rendering;

/// <summary>What several runs mean together.</summary>
internal static class SyncOutcome
{
    /// <summary>The exit code: a stop counts most, then a failure, then wrong settings, then quarantine.</summary>
    /// <param name="results">The runs.</param>
    /// <param name="expected">How many there should be; fewer means a stop before the others began.</param>
    public static ExitCode Of(IReadOnlyList<SyncResult> results, int expected)
    {
        var codes = results.Select(Of).ToHashSet();
        if (results.Count < expected) codes.Add(ExitCode.Stopped);
        foreach (var code in (ExitCode[])[ExitCode.Stopped, ExitCode.Failed, ExitCode.Usage, ExitCode.Quarantined])
            if (codes.Contains(code)) return code;
        return ExitCode.Done;
    }

    private static ExitCode Of(SyncResult result) => result.Run.Status switch
    {
        RunStatus.Cancelled => ExitCode.Stopped,
        RunStatus.Held => ExitCode.Done,
        RunStatus.Done or RunStatus.Idle or RunStatus.Quarantined when result.Error is not null => ExitCode.Failed,
        RunStatus.Quarantined => ExitCode.Quarantined,
        RunStatus.Done or RunStatus.Idle => ExitCode.Done,
        _ => result.Error is { } error && Failure.Of(error).Kind == FailureKind.Usage ? ExitCode.Usage : ExitCode.Failed,
    };
}
