using EtlTools.Core.Errors;

namespace EtlTools.Cli;

/// <summary>What the process tells its caller. <c>etl --help</c> prints the same list.</summary>
internal enum ExitCode
{
    /// <summary>Done, also when there was nothing to do or another run is doing it.</summary>
    Done = 0,

    /// <summary>Something failed; what was committed before it counts.</summary>
    Failed = 1,

    /// <summary>The command line, a setting or the YAML file is wrong; nothing was begun.</summary>
    Usage = 2,

    /// <summary>Done, but rows are in quarantine.</summary>
    Quarantined = 3,

    /// <summary>Stopped by Ctrl-C or SIGTERM at a batch boundary.</summary>
    Stopped = 130,
}

/// <summary>Exit codes of what the core reports.</summary>
internal static class ExitCodes
{
    /// <summary>How the process ends if this is all that happened.</summary>
    public static ExitCode Of(Failure failure) => failure.Kind switch
    {
        FailureKind.Usage => ExitCode.Usage,
        FailureKind.Stopped => ExitCode.Stopped,
        _ => ExitCode.Failed,
    };
}
