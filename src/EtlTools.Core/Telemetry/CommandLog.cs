using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Telemetry;

/// <summary>Log lines of a command as a whole. They go to the file; the user has been told the same in words.</summary>
internal static partial class CommandLog
{
    [LoggerMessage(EventId = 9001, Level = LogLevel.Information, Message = "The command failed")]
    public static partial void CommandFailed(ILogger logger, Exception exception);
}
