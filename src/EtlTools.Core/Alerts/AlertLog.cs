using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Alerts;

/// <summary>Log lines about alerts, 15xx. What an alert says is logged whether or not there is somebody to tell.</summary>
internal static partial class AlertLog
{
    [LoggerMessage(1500, LogLevel.Warning, "{Title} {Text}")]
    public static partial void Raised(ILogger logger, string title, string text);

    [LoggerMessage(1501, LogLevel.Information, "Alert {Reason} of {Subject} delivered to {Target} in {DurationMs} ms")]
    public static partial void Delivered(ILogger logger, string reason, string subject, string target, long durationMs);

    [LoggerMessage(1502, LogLevel.Warning, "Alert {Reason} of {Subject} did not reach {Target}: {Error}")]
    public static partial void NotDelivered(ILogger logger, string reason, string subject, string target, string error);

    [LoggerMessage(1503, LogLevel.Debug, "Alert {Reason} of {Subject} is not sent again yet")]
    public static partial void NotRepeated(ILogger logger, string reason, string subject);

    [LoggerMessage(1504, LogLevel.Debug, "Alert {Reason} to {Target}: attempt {Attempt} failed, trying again in {DelayMs} ms: {Error}")]
    public static partial void Retrying(ILogger logger, string reason, string target, int attempt, long delayMs, string error);
}
