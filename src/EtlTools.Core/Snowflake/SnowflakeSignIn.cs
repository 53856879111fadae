using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Snowflake;

/// <summary>Makes the connection string of Snowflake.Data, or of the local warehouse, from the settings.</summary>
public static class SnowflakeSignIn
{
    private const string Remedy = "Correct the SNOWFLAKE_ settings; config/.env.example says what each authenticator needs.";

    /// <summary>The connection string. It holds secrets: it is for the driver only and never shown.</summary>
    /// <param name="settings">How to sign in.</param>
    /// <param name="browser">Whether a browser can be opened here.</param>
    /// <exception cref="ConfigurationException">A setting is missing, does not belong, or cannot work on this machine.</exception>
    public static string ConnectionString(SnowflakeSettings settings, IBrowserProbe browser)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(browser);
        var problems = SnowflakeSignInRules.Problems(settings).ToList();
        if (problems.Count > 0)
            throw new ConfigurationException(problems, Remedy);
        if (!settings.IsLocal && settings.Authenticator == SnowflakeAuthenticator.ExternalBrowser && browser.WhyNoBrowser() is { } why)
        {
            throw new ConfigurationException(
                $"SNOWFLAKE_AUTHENTICATOR=externalbrowser cannot work here because {why}.",
                "For a service use snowflake_jwt (key pair), programmatic_access_token or oauth instead.");
        }

        var builder = new DbConnectionStringBuilder();
        if (settings.IsLocal)
        {
            Local(builder, settings);
            return builder.ConnectionString;
        }

        Genuine(builder, settings);
        return builder.ConnectionString + string.Concat(Place(settings));
    }

    private static void Local(DbConnectionStringBuilder builder, SnowflakeSettings settings)
    {
        builder["account"] = "local";
        builder["postgres"] = settings.LocalPostgres!;
        if (settings.LocalStages is { } stages) builder["stages"] = stages;
        Add(builder, "db", settings.Database);
        Add(builder, "schema", settings.Schema);
        Add(builder, "user", settings.User);
        Add(builder, "role", settings.Role);
        Add(builder, "warehouse", settings.Warehouse);
    }

    private static void Genuine(DbConnectionStringBuilder builder, SnowflakeSettings settings)
    {
        builder["account"] = settings.Account;
        builder["authenticator"] = SettingParsers.Authenticators.Format(settings.Authenticator);
        Add(builder, "user", settings.User);
        Add(builder, "password", settings.Password);
        Add(builder, "token", settings.Token);
        Add(builder, "private_key_file", settings.PrivateKeyFile);
        Add(builder, "private_key_pwd", settings.PrivateKeyPassphrase);
        if (settings.Host is { } text)
        {
            if (!SnowflakeHostName.TryParse(text, out var host))
                throw new ConfigurationException("SNOWFLAKE_HOST is not a host name with an optional http:// and port.", Remedy);
            builder["scheme"] = host.Scheme;
            builder["host"] = host.Host;
            builder["port"] = host.Port.ToString(CultureInfo.InvariantCulture);
        }

        // Partner-style name shown in Snowflake's session list.
        builder["application"] = "EtlTools";
        builder["client_telemetry_enabled"] = "false";
        builder["certrevocationcheckmode"] = SettingParsers.Revocations.Format(settings.Revocation);

        // A person signs in once: the token is kept by the system's credential store or a private file. Nothing else is cached.
        var isBrowser = settings.Authenticator == SnowflakeAuthenticator.ExternalBrowser;
        builder["client_store_temporary_credential"] = isBrowser ? "true" : "false";
        builder["browser_response_timeout"] = Seconds(settings.ConnectTimeout);
        builder["connection_timeout"] = Seconds(settings.ConnectTimeout);

        // The driver retries by itself and raises anything below 300 s and 7 attempts to these.
        builder["retry_timeout"] = "300";
        builder["maxhttpretries"] = "7";

        // The driver's default minimum of 2 makes the first open sign in twice.
        builder["poolingenabled"] = "true";
        builder["minpoolsize"] = "0";
        builder["maxpoolsize"] = "10";
    }

    /// <summary>
    /// Role, warehouse, database and schema. The driver cuts these out of the text by itself, at each semicolon, and takes a name in
    /// double quotes as exact: so they cannot go through the builder, whose quoting is another.
    /// </summary>
    private static IEnumerable<string> Place(SnowflakeSettings settings)
    {
        (string Key, string Setting, string? Value)[] names =
        [
            ("role", "SNOWFLAKE_ROLE", settings.Role),
            ("warehouse", "SNOWFLAKE_WAREHOUSE", settings.Warehouse),
            ("db", "SNOWFLAKE_DATABASE", settings.Database),
            ("schema", "SNOWFLAKE_SCHEMA", settings.Schema),
        ];
        foreach (var (key, setting, value) in names)
        {
            if (string.IsNullOrEmpty(value))
                continue;
            var name = SnowflakeIdentifier.Parse(value);
            if (name.Name.AsSpan().ContainsAny(";=\"'"))
                throw new ConfigurationException($"{setting}: the driver cannot take a name with a semicolon, an equals sign or a quote in it.", "Choose another, or leave it out and write complete table names.");
            yield return $";{key}={(IsPlain(name.Name) ? name.Name : name.ToSql())}";
        }
    }

    private static bool IsPlain(string name) =>
        name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]);

    private static void Add(DbConnectionStringBuilder builder, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            builder[key] = value;
    }

    private static string Seconds(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
