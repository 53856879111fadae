using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EtlTools.Server.SignIn;

/// <summary>
/// The JWT of key-pair sign-in: RS256, issuer <c>ACCOUNT.USER.SHA256:fingerprint</c> of the registered public key, subject
/// <c>ACCOUNT.USER</c>, not expired.
/// </summary>
internal static class KeyPairProof
{
    /// <summary>Clocks of driver and endpoint may differ by this much; a token lives at most an hour, as in Snowflake.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The user who signed it; null when it proves nothing.</summary>
    internal static ServerUser? User(ServerAccount account, string token, TimeProvider time)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            if (Text(header, "alg") != "RS256" || !IsCurrent(claims.RootElement, time.GetUtcNow())) return null;
            var signature = Base64Url.DecodeFromChars(parts[2]);
            var signed = Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]);
            return account.Users.FirstOrDefault(u => u.PublicKey is { } pem && Proves(account, u, pem, Text(claims, "iss"), Text(claims, "sub"), signed, signature));
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException or CryptographicException)
        {
            return null;
        }
    }

    private static bool Proves(ServerAccount account, ServerUser user, string pem, string? issuer, string? subject, byte[] signed, byte[] signature)
    {
        using var key = RSA.Create();
        key.ImportFromPem(pem);
        var name = $"{account.Name}.{user.Name}".ToUpperInvariant();
        var fingerprint = "SHA256:" + Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        return string.Equals(subject, name, StringComparison.OrdinalIgnoreCase)
            && issuer is not null && issuer.EndsWith("." + fingerprint, StringComparison.Ordinal)
            && string.Equals(issuer[..^(fingerprint.Length + 1)], name, StringComparison.OrdinalIgnoreCase)
            && key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static bool IsCurrent(JsonElement claims, DateTimeOffset now)
    {
        var (from, to) = (Moment(claims, "iat"), Moment(claims, "exp"));
        return to > now - Skew && from < now + Skew && to - from <= Longest + Skew;
    }

    /// <summary>Seconds since 1970 as the standard has it, or milliseconds as the Node driver writes them.</summary>
    private static DateTimeOffset Moment(JsonElement claims, string name)
    {
        var value = claims.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Number ? found.GetDouble() : throw new FormatException("No time.");
        if (value is not (> 0 and < 1e14)) throw new FormatException("Not a time.");
        return value > 1e11 ? DateTimeOffset.FromUnixTimeMilliseconds((long)value) : DateTimeOffset.FromUnixTimeSeconds((long)value);
    }

    private static string? Text(JsonDocument json, string name) =>
        json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
