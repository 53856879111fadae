using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Npgsql;

namespace EtlTools.Core.Config;

/// <summary>
/// Makes the connection string of a PostgreSQL database complete and safe: certificate verified unless the server is this
/// machine, nothing in it that would put row data or passwords into exceptions and logs.
/// </summary>
internal static class PostgresConnection
{
    public static Words<SslMode> SslModes { get; } = new(
        ("disable", SslMode.Disable),
        ("allow", SslMode.Allow),
        ("prefer", SslMode.Prefer),
        ("require", SslMode.Require),
        ("verify-ca", SslMode.VerifyCA),
        ("verify-full", SslMode.VerifyFull));

    // Npgsql shows its keywords only as the display names of the builder's properties.
    private static readonly string[] s_keywords =
        [.. typeof(NpgsqlConnectionStringBuilder).GetProperties().Select(p => p.GetCustomAttribute<DisplayNameAttribute>()?.DisplayName).OfType<string>()];

    /// <summary>Reads Npgsql keywords or a <c>postgres://</c> URL; null and a problem that names <paramref name="setting"/> when it is neither. The problem never quotes a value.</summary>
    public static NpgsqlConnectionStringBuilder? Parse(string text, string setting, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isUrl = text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);
        var found = isUrl ? PostgresUrl.Parse(text, setting, problems) : ParseKeywords(text, setting, problems);
        if (found is null)
            return null;
        if (string.IsNullOrEmpty(found.Host))
            problems.Add($"{setting}: it names no host.");
        if (string.IsNullOrEmpty(found.Database))
            problems.Add($"{setting}: it names no database.");
        return found;
    }

    /// <summary>Adds what the product needs and switches off what it must not have.</summary>
    public static string Complete(NpgsqlConnectionStringBuilder builder)
    {
        if (!builder.ShouldSerialize("SSL Mode"))
            builder.SslMode = IsThisMachine(builder.Host) ? SslMode.Prefer : SslMode.VerifyFull;
        builder.IncludeErrorDetail = false;
        builder.LogParameters = false;
        builder.PersistSecurityInfo = false;
        if (!builder.ShouldSerialize("Application Name"))
            builder.ApplicationName = "etl-tools";
        if (!builder.ShouldSerialize("Keepalive"))
            builder.KeepAlive = 30;
        if (!builder.ShouldSerialize("Tcp Keepalive"))
            builder.TcpKeepAlive = true;
        return builder.ConnectionString;
    }

    /// <summary>Sets one keyword by its text; false when Npgsql does not know it or does not take the value.</summary>
    public static bool TrySet(NpgsqlConnectionStringBuilder builder, string keyword, string value)
    {
        try
        {
            builder[keyword] = SslModeKeyword(keyword) && SslModes.TryParse(value, out var mode) ? mode : value;
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static NpgsqlConnectionStringBuilder? ParseKeywords(string text, string setting, ICollection<string> problems)
    {
        var pairs = new System.Data.Common.DbConnectionStringBuilder();
        try
        {
            pairs.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            problems.Add($"{setting}: not a connection string of the form Host=…;Database=…;Username=… and not a postgres:// URL.");
            return null;
        }

        var builder = new NpgsqlConnectionStringBuilder();
        var before = problems.Count;
        foreach (string keyword in pairs.Keys)
        {
            if (TrySet(builder, keyword, Convert.ToString(pairs[keyword], CultureInfo.InvariantCulture) ?? ""))
                continue;
            problems.Add(builder.ContainsKey(keyword)
                ? $"{setting}: the value of '{keyword}' is not one it takes."
                : $"{setting}: there is no keyword '{keyword}'.{NearestName.Hint(keyword, s_keywords)}");
        }

        return problems.Count == before ? builder : null;
    }

    private static bool SslModeKeyword(string keyword) =>
        keyword.Replace(" ", "", StringComparison.Ordinal).Equals("sslmode", StringComparison.OrdinalIgnoreCase);

    private static bool IsThisMachine(string? hosts) =>
        hosts is not null && hosts.Split(',').All(h => IsThisMachineOne(h.Trim()));

    private static bool IsThisMachineOne(string host) =>
        host.StartsWith('/') || host.StartsWith('@')
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host is "127.0.0.1" or "::1" or "[::1]"
        || host.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)
        || host.StartsWith("127.0.0.1:", StringComparison.Ordinal)
        || host.StartsWith("[::1]:", StringComparison.Ordinal);
}
