using System.Globalization;
using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Config;

/// <summary>Readers of setting values, shared by the environment and the YAML file. All of them are independent of the culture.</summary>
internal static class SettingParsers
{
    public static SettingParser<string> Text { get; } = new(
        (string text, out string value) =>
        {
            value = text;
            return !text.Contains('\0', StringComparison.Ordinal);
        },
        "text");

    public static SettingParser<TimeSpan> Duration { get; } = new(DurationText.TryParse, DurationText.Expected);

    public static SettingParser<ErrorLimit> ErrorLimit { get; } = new(TryParseErrorLimit, "a count such as 100 or a share such as 1%");

    public static SettingParser<bool> Boolean { get; } = new(TryParseBoolean, "true or false");

    public static SettingParser<double> Share { get; } = new(TryParseShare, "a share such as 5%");

    public static SettingParser<Uri> WebUrl { get; } = new(TryParseWebUrl, "an http or https URL without a user name");

    public static SettingParser<CommandText> Command { get; } = new(CommandText.TryParse, CommandText.Expected);

    public static Words<WebhookFormat> WebhookFormats { get; } = new(
        ("generic", WebhookFormat.Generic),
        ("slack", WebhookFormat.Slack),
        ("teams", WebhookFormat.Teams));

    public static Words<SnowflakeAuthenticator> Authenticators { get; } = new(
        ("snowflake", SnowflakeAuthenticator.Password),
        ("externalbrowser", SnowflakeAuthenticator.ExternalBrowser),
        ("oauth", SnowflakeAuthenticator.OAuth),
        ("snowflake_jwt", SnowflakeAuthenticator.KeyPair),
        ("programmatic_access_token", SnowflakeAuthenticator.ProgrammaticAccessToken));

    public static Words<CertificateRevocation> Revocations { get; } = new(
        ("enabled", CertificateRevocation.Enabled),
        ("advisory", CertificateRevocation.Advisory),
        ("disabled", CertificateRevocation.Disabled));

    public static Words<LogLevel> LogLevels { get; } = new(
        ("trace", LogLevel.Trace),
        ("debug", LogLevel.Debug),
        ("information", LogLevel.Information),
        ("warning", LogLevel.Warning),
        ("error", LogLevel.Error),
        ("critical", LogLevel.Critical),
        ("none", LogLevel.None));

    public static SettingParser<int> Integer(int lowest, int highest) => new(
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= lowest && value <= highest,
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {lowest} to {highest}"));

    public static SettingParser<T> Word<T>(Words<T> words)
        where T : struct, Enum => new(words.TryParse, words.Expected);

    /// <summary>A count (<c>100</c>) or a share (<c>1%</c>, <c>0.5%</c>) of at most 100 %.</summary>
    private static bool TryParseErrorLimit(string text, out ErrorLimit value)
    {
        value = new ErrorLimit(0, null);
        if (text.EndsWith('%'))
        {
            if (!decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) || percent > 100)
                return false;
            value = new ErrorLimit(null, (double)(percent / 100));
            return true;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return false;
        value = new ErrorLimit(count, null);
        return true;
    }

    private static bool TryParseShare(string text, out double value)
    {
        var isShare = TryParseErrorLimit(text, out var limit) && limit.Share is not null;
        value = limit.Share ?? 0;
        return isShare;
    }

    private static bool TryParseWebUrl(string text, out Uri value)
    {
        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            && url.Host.Length > 0 && url.UserInfo.Length == 0;
        value = url!;
        return isUrl;
    }

    private static bool TryParseBoolean(string text, out bool value)
    {
        value = text.ToUpperInvariant() is "TRUE" or "YES" or "ON" or "1";
        return value || text.ToUpperInvariant() is "FALSE" or "NO" or "OFF" or "0";
    }
}
