using Npgsql;

namespace EtlTools.Core.Config;

/// <summary>Reads <c>postgres://user:password@host:port/database?keyword=value</c>, percent-encoding included.</summary>
internal static class PostgresUrl
{
    // What libpq calls differently from Npgsql.
    private static readonly Dictionary<string, string> s_keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["host"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["options"] = "Options",
        ["channel_binding"] = "Channel Binding",
    };

    /// <summary>Null and a problem when the URL cannot be read; the problem never quotes the user, the password or a value.</summary>
    public static NpgsqlConnectionStringBuilder? Parse(string text, string setting, ICollection<string> problems)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Fragment.Length > 0)
        {
            problems.Add($"{setting}: not a URL of the form postgres://user:password@host:port/database; write special characters in the password as %XX.");
            return null;
        }

        var builder = new NpgsqlConnectionStringBuilder();
        if (url.Host.Length > 0)
            builder.Host = Uri.UnescapeDataString(url.Host).Trim('[', ']');
        if (url.Port > 0)
            builder.Port = url.Port;
        if (url.AbsolutePath.Length > 1)
            builder.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length == 2)
            builder.Password = Uri.UnescapeDataString(user[1]);

        var before = problems.Count;
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var name = Uri.UnescapeDataString(parts[0]);
            var value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
            if (!PostgresConnection.TrySet(builder, s_keywords.GetValueOrDefault(name, name), value))
                problems.Add($"{setting}: '{name}' in the URL is not a keyword of PostgreSQL connections, or its value is not one it takes.");
        }

        return problems.Count == before ? builder : null;
    }
}
