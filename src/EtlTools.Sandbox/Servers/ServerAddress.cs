using System.Globalization;
using Npgsql;

namespace EtlTools.Sandbox.Servers;

/// <summary>Reads a server's address as people have it: an Npgsql connection string, or a <c>postgres://</c> URI.</summary>
internal static class ServerAddress
{
    /// <exception cref="SandboxException">It is neither; the message does not repeat it, since it may hold a password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string dsn)
    {
        try
        {
            return dsn.StartsWith("postgres://", StringComparison.Ordinal) || dsn.StartsWith("postgresql://", StringComparison.Ordinal)
                ? FromUri(new Uri(dsn))
                : new NpgsqlConnectionStringBuilder(dsn);
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw new SandboxException(
                "ETL_SANDBOX_POSTGRES is neither a connection string nor a postgres:// URI.",
                "Write it as Host=…;Port=5432;Username=…;Password=…;Database=postgres or as postgres://user:password@host:5432/postgres.");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var user = uri.UserInfo.Split(':', 2);
        var parts = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : "postgres",
        };
        if (user[0].Length > 0)
            parts.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            parts.Password = Uri.UnescapeDataString(user[1]);

        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var nameAndValue = pair.Split('=', 2);
            if (nameAndValue.Length != 2)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Parameter {nameAndValue[0]} has no value."));

            // libpq's names differ from Npgsql's for some; sslmode is the one in common use.
            parts[nameAndValue[0] == "sslmode" ? "SSL Mode" : nameAndValue[0]] =
                Uri.UnescapeDataString(nameAndValue[1]).Replace("-", "", StringComparison.Ordinal);
        }

        return parts;
    }
}
