namespace EtlTools.Core.Telemetry;

/// <summary>
/// How serious a log line is. The values are those of <c>Microsoft.Extensions.Logging.LogLevel</c>, which the PowerShell front end must
/// not name: there, that library is the host's or another module's.
/// </summary>
public enum LogSeverity
{
    /// <summary>Every detail.</summary>
    Trace,

    /// <summary>For finding a fault.</summary>
    Debug,

    /// <summary>What happened.</summary>
    Information,

    /// <summary>Odd, but the work goes on.</summary>
    Warning,

    /// <summary>The work failed.</summary>
    Error,

    /// <summary>The program cannot go on.</summary>
    Critical,

    /// <summary>Nothing at all.</summary>
    None,
}
