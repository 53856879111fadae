using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtlTools.Core.Config;
using Npgsql;

namespace EtlTools.Core.Telemetry;

/// <summary>
/// Takes secrets out of text: the values it was told, in the forms in which they travel, and what looks like a secret whoever's it is.
/// The second net is for text of drivers and servers, which quote what they were given.
/// </summary>
public sealed partial class SecretScrubber
{
    /// <summary>What stands in place of a secret. It passes a scrubber unchanged.</summary>
    public const string Mask = "***";

    /// <summary>Shorter values would blank ordinary words.</summary>
    private const int ShortestSecret = 4;

    private const int ShortestSecretPath = 12;

    private readonly Lock _adding = new();
    private string[] _secrets = [];

    /// <summary>A scrubber that knows the secrets of these settings.</summary>
    public static SecretScrubber For(EtlSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var scrubber = new SecretScrubber();
        scrubber.Add(settings.Snowflake?.Password);
        scrubber.Add(settings.Snowflake?.Token);
        scrubber.Add(settings.Snowflake?.PrivateKeyPassphrase);
        scrubber.Add(settings.S3.SecretAccessKey);
        scrubber.Add(settings.S3.SessionToken);
        scrubber.AddPasswordOf(settings.Snowflake?.LocalPostgres);
        scrubber.AddPasswordOf(settings.Postgres?.ConnectionString);
        scrubber.AddAddress(settings.Alerts.WebhookUrl);
        return scrubber;
    }

    /// <summary>Adds a secret; null and values of fewer than four characters are left out.</summary>
    public void Add(string? secret)
    {
        if (secret is null || secret.Length < ShortestSecret)
            return;

        string[] forms = [secret, Uri.EscapeDataString(secret), JsonEncodedText.Encode(secret).ToString()];
        lock (_adding)
        {
            // Longest first: a secret may be part of another.
            _secrets = [.. _secrets.Concat(forms).ToFrozenSet(StringComparer.Ordinal).OrderByDescending(form => form.Length)];
        }
    }

    /// <summary>Adds an address that is a secret by itself, and what follows its host: errors quote either. The host is none.</summary>
    public void AddAddress(Uri? address)
    {
        if (address is null)
            return;

        Add(address.OriginalString);
        Add(address.AbsoluteUri);
        // A short path, such as /hook, is an ordinary word.
        if (address.PathAndQuery.Length >= ShortestSecretPath)
            Add(address.PathAndQuery);
    }

    /// <summary>Adds the password in a PostgreSQL connection string, if there is one.</summary>
    public void AddPasswordOf(string? connectionString)
    {
        if (connectionString is null)
            return;

        try
        {
            Add(new NpgsqlConnectionStringBuilder(connectionString).Password);
        }
        catch (ArgumentException)
        {
            // Whatever it is, it may hold the password somewhere.
            Add(connectionString);
        }
    }

    /// <summary>The text with <c>***</c> for each secret; null stays null.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public string? Scrub(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return text;

        foreach (var secret in _secrets)
            text = text.Replace(secret, Mask, StringComparison.Ordinal);

        text = PrivateKey().Replace(text, Mask);
        text = UserInfo().Replace(text, "$1" + Mask + "@");
        text = Bearer().Replace(text, "$1" + Mask);
        text = Prefixed().Replace(text, Mask);
        return Named().Replace(text, "$1" + Mask);
    }

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\z)", RegexOptions.Singleline)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"([a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]+@", RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    /// <summary>Keys that say what they are: Stripe, OpenAI, JSON web tokens.</summary>
    [GeneratedRegex(@"\b(?:(?:sk|rk|whsec)[_-][A-Za-z0-9_-]{12,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)")]
    private static partial Regex Prefixed();

    [GeneratedRegex("""((?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|private_key_pwd)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s;,&"')}]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Named();
}
