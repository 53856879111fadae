using static EtlTools.Core.Config.SettingsCatalog;

namespace EtlTools.Core.Config;

/// <summary>Reads the <c>ALERT_*</c> settings.</summary>
internal static class AlertSettingsReader
{
    public static AlertSettings Read(SettingsReader reader)
    {
        var normal = new AlertSettings();
        return new AlertSettings
        {
            WebhookUrl = reader.TryGet(AlertWebhookUrl, out var url) ? url : null,
            WebhookFormat = reader.Get(AlertWebhookFormat, normal.WebhookFormat),
            Command = reader.TryGet(AlertCommand, out var command) ? command : null,
            CommandFolder = reader.InFolder("") is { Length: > 0 } folder ? folder : null,
            EventLog = reader.Get(AlertEventLog, normal.EventLog),
            ErrorShare = reader.Get(AlertErrorShare, normal.ErrorShare),
            Stall = TimeSpan.FromSeconds(reader.Get(AlertStall, (int)normal.Stall.TotalSeconds)),
            Repeat = TimeSpan.FromSeconds(reader.Get(AlertRepeat, (int)normal.Repeat.TotalSeconds)),
        };
    }

    /// <summary>What is odd about them.</summary>
    public static IEnumerable<string> Warnings(AlertSettings settings)
    {
        if (settings.WebhookUrl is { IsLoopback: false } url && url.Scheme == Uri.UriSchemeHttp)
            yield return $"{AlertWebhookUrl.Name}: alerts travel to {url.Host} unencrypted (http).";
        if (settings.EventLog && !OperatingSystem.IsWindows())
            yield return $"{AlertEventLog.Name}: this system has no Windows Event Log; no alert will reach it.";
    }
}
