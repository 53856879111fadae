using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtlTools.Server.Http;

namespace EtlTools.Server.SignIn;

/// <summary>Decides who a login request is from.</summary>
internal static class Credentials
{
    /// <summary>The account of the request's <c>data</c> object. Drivers send the part before the region.</summary>
    /// <exception cref="RefusedException">There is no such account; the answer is that to a wrong password.</exception>
    internal static ServerAccount Account(ServerOptions options, JsonElement data)
    {
        var name = Exchange.Text(data, "ACCOUNT_NAME")?.Split('.')[0];
        return options.Accounts.FirstOrDefault(a => string.Equals(a.Name, name, StringComparison.OrdinalIgnoreCase)) ?? throw new RefusedException(WireError.BadCredentials);
    }

    /// <summary>The user of the request's <c>data</c> object.</summary>
    /// <exception cref="RefusedException">The credentials are not those of a user.</exception>
    internal static ServerUser Check(ServerAccount account, JsonElement data, BrowserSignIn browser, TimeProvider time)
    {
        var name = Exchange.Text(data, "LOGIN_NAME") ?? "";
        var user = Named(account, name);
        var token = Exchange.Text(data, "TOKEN");
        switch ((Exchange.Text(data, "AUTHENTICATOR") ?? "SNOWFLAKE").ToUpperInvariant())
        {
            case "SNOWFLAKE":
                return ByPassword(account, name, Exchange.Text(data, "PASSWORD")) ?? throw new RefusedException(WireError.BadCredentials);
            case "OAUTH":
                // The token names the user; a name beside it must be the same one.
                return account.Users.FirstOrDefault(u => Same(u.OAuthToken, token) && (name.Length == 0 || ReferenceEquals(u, user))) ?? throw new RefusedException(WireError.BadOAuthToken);
            case "PROGRAMMATIC_ACCESS_TOKEN":
                return account.Users.FirstOrDefault(u => Same(u.AccessToken, token) && (name.Length == 0 || ReferenceEquals(u, user))) ?? throw new RefusedException(WireError.BadAccessToken);
            case "SNOWFLAKE_JWT":
                return KeyPairProof.User(account, token ?? "", time) ?? throw new RefusedException(WireError.BadJwt);
            case "EXTERNALBROWSER":
                return IsNamed(browser.User(account, token, Exchange.Text(data, "PROOF_KEY")) ?? throw new RefusedException(WireError.BadCredentials), name);
            case "ID_TOKEN":
                return IsNamed(browser.UserOfIdToken(account, token) ?? throw new RefusedException(WireError.BadIdToken), name);
            case var other:
                throw new RefusedException(WireError.Unsupported($"authenticator {other}"));
        }
    }

    /// <summary>The user with this name and password; null when there is none.</summary>
    internal static ServerUser? ByPassword(ServerAccount account, string name, string? password) =>
        Named(account, name) is { } user && Same(user.Password, password) ? user : null;

    private static ServerUser? Named(ServerAccount account, string name) => account.Users.FirstOrDefault(u => string.Equals(u.Name, name, StringComparison.OrdinalIgnoreCase));

    private static ServerUser IsNamed(ServerUser user, string name) =>
        name.Length == 0 || string.Equals(user.Name, name, StringComparison.OrdinalIgnoreCase) ? user : throw new RefusedException(WireError.OtherUser);

    /// <summary>Compares without telling by its duration how much was right.</summary>
    private static bool Same(string? expected, string? given) =>
        !string.IsNullOrEmpty(expected) && given is not null
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(expected)), SHA256.HashData(Encoding.UTF8.GetBytes(given)));
}
