using Microsoft.Extensions.Logging;

namespace EtlTools.Cli;

/// <summary>Log lines of the command line itself. They go to the file; standard error has the same in words already.</summary>
internal static partial class CommandLog
{
    [LoggerMessage(EventId = 9001, Level = LogLevel.Information, Message = "The command failed")]
    public static partial void CommandFailed(ILogger logger, Exception exception);
}
