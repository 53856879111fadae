namespace EtlTools.Core.Config;

/// <summary>
/// Secret settings whose value is <c>vault:NAME</c>: the secret itself is in a vault of PowerShell's SecretManagement. The PowerShell
/// module looks it up and hands it over; the core only knows which names it needs.
/// </summary>
public static class VaultSecrets
{
    /// <summary>What such a value begins with.</summary>
    public const string Prefix = "vault:";

    /// <summary>The names that the settings need, in no order; empty when the file cannot be read, which is reported when settings are loaded.</summary>
    /// <param name="environment">The process's environment variables.</param>
    /// <param name="environmentFile">The <c>.env</c> file the user named; null means the one in <paramref name="folder"/>, if there is one.</param>
    /// <param name="folder">Where relative paths begin; null means the working folder.</param>
    public static IReadOnlyCollection<string> NamesIn(IReadOnlyDictionary<string, string> environment, string? environmentFile, string? folder)
    {
        var reader = SettingsLoader.Reader(environment, environmentFile, folder, credentials: null, vault: null);
        return [.. SettingsCatalog.All.Where(setting => setting.IsSecret).Select(setting => reader.Find(setting.Name) is { } found ? NameOf(found.Text) : null).OfType<string>().Distinct()];
    }

    /// <summary>The name a value refers to; null when it is the secret itself.</summary>
    internal static string? NameOf(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Trim() : null;
}

/// <summary>What a vault gave for a name: either is null. <see cref="ToString"/> leaves the secret out.</summary>
/// <param name="Secret">The secret.</param>
/// <param name="Problem">Why there is none, and what to do about it: completes "NAME (origin): vault:X …".</param>
public sealed record VaultAnswer(string? Secret, string? Problem)
{
    /// <summary>Whether there is one.</summary>
    public override string ToString() => Problem ?? "found";
}
