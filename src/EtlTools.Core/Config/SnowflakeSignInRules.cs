namespace EtlTools.Core.Config;

/// <summary>What each way to sign in to Snowflake needs, and what must not be set beside it because it would be ignored or tells of a mistake.</summary>
internal static class SnowflakeSignInRules
{
    /// <summary>One sentence for each rule that is broken; no value of a secret in any of them.</summary>
    public static IEnumerable<string> Problems(SnowflakeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.IsLocal)
        {
            if (string.IsNullOrEmpty(settings.LocalPostgres))
                yield return "SNOWFLAKE_LOCAL_POSTGRES is missing: with SNOWFLAKE_ACCOUNT=local it names the PostgreSQL database that holds the local warehouse.";
            yield break;
        }

        if (!IsAccountName(settings.Account))
            yield return "SNOWFLAKE_ACCOUNT: an account identifier such as myorg-myaccount has letters, digits, '_', '-' and '.' only; leave out https:// and .snowflakecomputing.com.";
        if (settings.LocalPostgres is not null)
            yield return "SNOWFLAKE_LOCAL_POSTGRES is only for SNOWFLAKE_ACCOUNT=local; remove it, or set the account to local.";

        var word = SettingParsers.Authenticators.Format(settings.Authenticator);
        var needs = Needs(settings.Authenticator);
        foreach (var (part, setting, isSet) in Parts(settings))
        {
            if (needs.Required.HasFlag(part) && !isSet)
                yield return $"{setting} is missing: SNOWFLAKE_AUTHENTICATOR={word} needs it.";
            else if (isSet && !needs.Required.HasFlag(part) && !needs.Optional.HasFlag(part))
                yield return $"{setting} is set, but SNOWFLAKE_AUTHENTICATOR={word} does not use it; remove it{Instead(part)}.";
        }

        if (settings is { Authenticator: SnowflakeAuthenticator.KeyPair, PrivateKeyFile: { Length: > 0 } file }
            && PrivateKeyProblem(file, settings.PrivateKeyPassphrase) is { } problem)
            yield return problem;
    }

    private static (Part Required, Part Optional) Needs(SnowflakeAuthenticator authenticator) => authenticator switch
    {
        SnowflakeAuthenticator.Password => (Part.User | Part.Password, Part.None),
        SnowflakeAuthenticator.ExternalBrowser => (Part.User, Part.None),
        SnowflakeAuthenticator.OAuth => (Part.Token, Part.User),
        SnowflakeAuthenticator.KeyPair => (Part.User | Part.Key, Part.Passphrase),
        SnowflakeAuthenticator.ProgrammaticAccessToken => (Part.User | Part.Token, Part.None),
        _ => throw new ArgumentOutOfRangeException(nameof(authenticator), authenticator, "not an authenticator"),
    };

    private static IEnumerable<(Part Part, string Setting, bool IsSet)> Parts(SnowflakeSettings settings) =>
    [
        (Part.User, "SNOWFLAKE_USER", !string.IsNullOrEmpty(settings.User)),
        (Part.Password, "SNOWFLAKE_PASSWORD", !string.IsNullOrEmpty(settings.Password)),
        (Part.Token, "SNOWFLAKE_TOKEN (or SNOWFLAKE_TOKEN_FILE)", !string.IsNullOrEmpty(settings.Token)),
        (Part.Key, "SNOWFLAKE_PRIVATE_KEY_FILE", !string.IsNullOrEmpty(settings.PrivateKeyFile)),
        (Part.Passphrase, "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE", !string.IsNullOrEmpty(settings.PrivateKeyPassphrase)),
    ];

    private static string Instead(Part part) => part switch
    {
        Part.Password => ", or set SNOWFLAKE_AUTHENTICATOR=snowflake",
        Part.Token => ", or set SNOWFLAKE_AUTHENTICATOR to oauth or programmatic_access_token",
        Part.Key or Part.Passphrase => ", or set SNOWFLAKE_AUTHENTICATOR=snowflake_jwt",
        _ => "",
    };

    private static string? PrivateKeyProblem(string file, string? passphrase)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return File.Exists(file)
                ? $"SNOWFLAKE_PRIVATE_KEY_FILE: '{file}' cannot be read by this user."
                : $"SNOWFLAKE_PRIVATE_KEY_FILE: there is no file '{file}'.";
        }

        if (text.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return string.IsNullOrEmpty(passphrase)
                ? $"SNOWFLAKE_PRIVATE_KEY_PASSPHRASE is missing: the key in '{file}' is encrypted."
                : null;
        }

        if (text.Contains("-----BEGIN PRIVATE KEY-----", StringComparison.Ordinal) || text.Contains("-----BEGIN RSA PRIVATE KEY-----", StringComparison.Ordinal))
            return null;
        return text.Contains("-----BEGIN PUBLIC KEY-----", StringComparison.Ordinal)
            ? $"SNOWFLAKE_PRIVATE_KEY_FILE: '{file}' holds a public key; name the private one."
            : $"SNOWFLAKE_PRIVATE_KEY_FILE: '{file}' is not a private key in PEM form (a text file with '-----BEGIN PRIVATE KEY-----').";
    }

    private static bool IsAccountName(string account) =>
        account.Length > 0
        && account.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
        && char.IsAsciiLetterOrDigit(account[0]) && char.IsAsciiLetterOrDigit(account[^1])
        && !account.EndsWith(".snowflakecomputing.com", StringComparison.OrdinalIgnoreCase);

    [Flags]
    private enum Part
    {
        None = 0,
        User = 1,
        Password = 2,
        Token = 4,
        Key = 8,
        Passphrase = 16,
    }
}
