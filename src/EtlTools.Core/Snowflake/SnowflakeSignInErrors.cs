using System.Security.Authentication;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Snowflake;

/// <summary>Turns a failed sign-in into one error that names the setting to look at.</summary>
internal static class SnowflakeSignInErrors
{
    /// <summary>The error for a sign-in that failed with <paramref name="exception"/>, which stays its inner exception.</summary>
    public static ConnectionException Translate(SnowflakeSettings settings, Exception exception)
    {
        var error = SnowflakeErrors.Describe(exception);
        var code = error.Code is { } number and not 270001 ? FormattableString.Invariant($" ({number})") : "";
        var message = $"{settings}: signing in failed{code}: {Without(error.Message, settings).TrimEnd('.')}.";
        return new ConnectionException(message, Remedy(settings, error.Code, exception), exception);
    }

    private static string Remedy(SnowflakeSettings settings, int? code, Exception exception) => code switch
    {
        390100 when settings.Authenticator == SnowflakeAuthenticator.Password =>
            "Check SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER and SNOWFLAKE_PASSWORD. Snowflake no longer lets services sign in with a password alone: use SNOWFLAKE_AUTHENTICATOR=snowflake_jwt or programmatic_access_token.",
        390100 => "Check SNOWFLAKE_ACCOUNT and SNOWFLAKE_USER.",
        390101 or 390102 => "The user named by SNOWFLAKE_USER is disabled or locked; ask a Snowflake administrator, or wait 15 minutes after too many wrong passwords.",
        390144 => "Check that the public key of SNOWFLAKE_PRIVATE_KEY_FILE is set on the user named by SNOWFLAKE_USER (ALTER USER … SET RSA_PUBLIC_KEY), that SNOWFLAKE_ACCOUNT is right, and that this machine's clock is.",
        270052 => "The key in SNOWFLAKE_PRIVATE_KEY_FILE cannot be read; check the file and SNOWFLAKE_PRIVATE_KEY_PASSPHRASE.",
        390318 => "The OAuth token in SNOWFLAKE_TOKEN has expired; get a new one.",
        390303 => "The OAuth token in SNOWFLAKE_TOKEN is not valid for this account; check the token and the security integration.",
        394400 => "Check the programmatic access token in SNOWFLAKE_TOKEN: it is wrong, expired or not allowed from this network.",
        390195 => "The cached browser sign-in is no longer valid; run the command again to sign in anew.",
        390120 or 390123 or 390126 or 390127 or 390129 => "The second factor was refused or timed out; try again, or use SNOWFLAKE_AUTHENTICATOR=snowflake_jwt.",
        270057 => "Nobody signed in in the browser in time; try again, or use SNOWFLAKE_AUTHENTICATOR=snowflake_jwt or programmatic_access_token.",
        _ when SnowflakeErrors.Flatten(exception).Any(e => e is AuthenticationException) =>
            "The server's certificate was not accepted. Check SNOWFLAKE_HOST and this machine's clock; behind a proxy that blocks revocation lists set SNOWFLAKE_CERT_REVOCATION=advisory.",
        _ when settings.IsLocal => "Check SNOWFLAKE_LOCAL_POSTGRES and that the PostgreSQL server is running.",
        _ when SnowflakeErrors.IsTransient(exception) => "Check SNOWFLAKE_ACCOUNT and SNOWFLAKE_HOST, and that this machine reaches Snowflake (network, proxy, firewall); then run again.",
        _ => "Check the SNOWFLAKE_ settings: 'etl check' shows which apply.",
    };

    /// <summary>Servers are not trusted to leave a secret out of what they answer.</summary>
    private static string Without(string message, SnowflakeSettings settings)
    {
        foreach (var secret in (string?[])[settings.Password, settings.Token, settings.PrivateKeyPassphrase, settings.LocalPostgres])
        {
            if (!string.IsNullOrEmpty(secret))
                message = message.Replace(secret, "***", StringComparison.Ordinal);
        }

        return message;
    }
}
