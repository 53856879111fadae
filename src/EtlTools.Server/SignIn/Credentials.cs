using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtlTools.Server.Http;

namespace EtlTools.Server.SignIn;

/// <summary>Decides who a login request is from.</summary>
internal static class Credentials
{
    /// <summary>The user of the request's <c>data</c> object.</summary>
    /// <exception cref="RefusedException">The credentials are not those of a user.</exception>
    internal static ServerUser Check(ServerAccount account, JsonElement data, TimeProvider time)
    {
        var name = Exchange.Text(data, "LOGIN_NAME") ?? "";
        var user = account.Users.FirstOrDefault(u => string.Equals(u.Name, name, StringComparison.OrdinalIgnoreCase));
        var token = Exchange.Text(data, "TOKEN");
        switch ((Exchange.Text(data, "AUTHENTICATOR") ?? "SNOWFLAKE").ToUpperInvariant())
        {
            case "SNOWFLAKE":
                return user is not null && Same(user.Password, Exchange.Text(data, "PASSWORD")) ? user : throw new RefusedException(WireError.BadCredentials);
            case "OAUTH":
                // The token names the user; a name beside it must be the same one.
                return account.Users.FirstOrDefault(u => Same(u.OAuthToken, token) && (name.Length == 0 || ReferenceEquals(u, user))) ?? throw new RefusedException(WireError.BadOAuthToken);
            case "PROGRAMMATIC_ACCESS_TOKEN":
                return account.Users.FirstOrDefault(u => Same(u.AccessToken, token) && (name.Length == 0 || ReferenceEquals(u, user))) ?? throw new RefusedException(WireError.BadAccessToken);
            case "SNOWFLAKE_JWT":
                return KeyPairProof.User(account, token ?? "", time) ?? throw new RefusedException(WireError.BadJwt);
            case var other:
                throw new RefusedException(WireError.Unsupported($"authenticator {other}"));
        }
    }

    /// <summary>Compares without telling by its duration how much was right.</summary>
    private static bool Same(string? expected, string? given) =>
        !string.IsNullOrEmpty(expected) && given is not null
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(expected)), SHA256.HashData(Encoding.UTF8.GetBytes(given)));
}
