namespace EtlTools.Core.Config;

/// <summary><c>SNOWFLAKE_HOST</c> taken apart: <c>[http://|https://]host[:port]</c>.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">Host name without port.</param>
/// <param name="Port">Port; the scheme's own when none is written.</param>
internal sealed record SnowflakeHostName(string Scheme, string Host, int Port)
{
    public static bool TryParse(string text, out SnowflakeHostName host)
    {
        ArgumentNullException.ThrowIfNull(text);
        host = new SnowflakeHostName("https", "", 443);
        var withScheme = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (!Uri.TryCreate(withScheme, UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
            || url.Host.Length == 0
            || url.UserInfo.Length > 0
            || url.PathAndQuery != "/"
            || url.Fragment.Length > 0)
            return false;
        host = new SnowflakeHostName(url.Scheme, url.Host, url.Port);
        return true;
    }
}
