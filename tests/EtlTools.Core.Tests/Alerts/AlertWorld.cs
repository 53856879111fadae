using EtlTools.Core.Alerts;
using EtlTools.Core.Config;
using EtlTools.Core.Telemetry;
using EtlTools.Core.Tests.Telemetry;

namespace EtlTools.Core.Tests.Alerts;

/// <summary>A dispatcher with what tests ask of it: short pauses, and a log that can be looked at.</summary>
internal static class AlertWorld
{
    public static AlertPace Quick { get; } = new()
    {
        BaseDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromSeconds(3), AttemptTimeout = TimeSpan.FromSeconds(30), FlushTime = TimeSpan.FromSeconds(30),
    };

    public static AlertDispatcher Dispatcher(AlertSettings settings, ListLogger log, TimeProvider? time = null, AlertPace? pace = null)
    {
        var all = new EtlSettings { Alerts = settings, EnvironmentName = "production" };
        return new AlertDispatcher(all, SecretScrubber.For(all), time ?? TimeProvider.System, log, pace ?? Quick);
    }

    /// <summary>An alert with everything in it.</summary>
    public static Alert Full { get; } = new()
    {
        Reason = AlertReason.RunFailed, Operation = "sync", Name = "notification_text", RunId = new Guid("11111111-2222-3333-4444-555555555555"),
        Title = "EtlTools: sync of notification_text failed.", Message = "Snowflake cannot be reached. <!channel> [click](http://evil.example) & more",
        Remedy = "Wait, then run it again.", Code = "ETL-CONNECTION", Read = 123_456, Refused = 7,
        At = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), Host = "etl-1", EnvironmentName = "production",
    };
}
