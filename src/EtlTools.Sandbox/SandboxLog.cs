using Microsoft.Extensions.Logging;

namespace EtlTools.Sandbox;

internal static partial class SandboxLog
{
    [LoggerMessage(9000, LogLevel.Information, "Sandbox started: {Description}")]
    public static partial void Started(ILogger logger, string description);

    [LoggerMessage(9001, LogLevel.Information, "Sandbox removed: {Description}")]
    public static partial void Removed(ILogger logger, string description);

    [LoggerMessage(9002, LogLevel.Information, "Sandbox kept running: {Description}. Stop it with: {StopCommand}")]
    public static partial void Kept(ILogger logger, string description, string stopCommand);

    [LoggerMessage(9003, LogLevel.Information, "Removed {What}, left by process {OwnerPid}, which no longer runs")]
    public static partial void StaleRemoved(ILogger logger, string what, int ownerPid);

    [LoggerMessage(9004, LogLevel.Warning, "Could not remove {What}: {Reason}")]
    public static partial void RemoveFailed(ILogger logger, string what, string reason);
}
