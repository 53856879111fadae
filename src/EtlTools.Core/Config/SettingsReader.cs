namespace EtlTools.Core.Config;

/// <summary>Looks settings up, the real environment before the file, and collects what is wrong. An empty value counts as not set.</summary>
/// <param name="environment">Environment variables.</param>
/// <param name="file">The <c>.env</c> file; null when there is none.</param>
/// <param name="folder">Where relative paths begin; null means the working folder.</param>
/// <param name="credentials">What the user handed over directly.</param>
/// <param name="vault">What a vault gave for each name; null where no vault can be read.</param>
internal sealed class SettingsReader(
    IReadOnlyDictionary<string, string> environment, EnvironmentFile? file, string? folder = null, SettingsCredentials? credentials = null,
    IReadOnlyDictionary<string, VaultAnswer>? vault = null)
{
    /// <summary>Names and secrets that win over the settings.</summary>
    public SettingsCredentials Credentials { get; } = credentials ?? new();

    /// <summary>The <c>.env</c> file; null when there is none.</summary>
    public EnvironmentFile? File => file;

    /// <summary>What is wrong so far, one sentence each.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Where a setting comes from and its text; null when it is not set.</summary>
    public (string Text, string Origin)? Find(string name)
    {
        if (environment.TryGetValue(name, out var text) && text.Length > 0)
            return (text, "environment");
        if (file is not null && file.Values.TryGetValue(name, out text) && text.Length > 0)
            return (text, file.Path);
        return null;
    }

    /// <summary>Whether any of the settings is set.</summary>
    public bool HasAny(params ReadOnlySpan<Setting> settings)
    {
        foreach (var setting in settings)
        {
            if (Find(setting.Name) is not null)
                return true;
        }

        return false;
    }

    /// <summary>The setting's value, its default when it is not set, and a problem when it cannot be read.</summary>
    public T Get<T>(Setting<T> setting, T normal)
        where T : notnull => TryGet(setting, out var value) ? value : normal;

    /// <summary>Text, or null when it is not set.</summary>
    public string? Get(Setting<string> setting) => TryGet(setting, out var value) ? value : null;

    /// <summary>A path, or null when it is not set.</summary>
    public string? GetPath(Setting<string> setting) => Get(setting) is { } path ? InFolder(path) : null;

    /// <summary>A path as seen from the folder in which relative paths begin.</summary>
    public string InFolder(string path) => folder is null ? path : Path.Combine(folder, path);

    /// <summary>False when the setting is not set or cannot be read.</summary>
    public bool TryGet<T>(Setting<T> setting, out T value)
    {
        value = default!;
        if (Find(setting.Name) is not { } found)
            return false;
        if (setting.IsSecret && VaultSecrets.NameOf(found.Text) is { } name)
        {
            var answer = InVault(name);
            if (string.IsNullOrEmpty(answer.Secret))
            {
                Problems.Add($"{setting.Name} ({found.Origin}): {VaultSecrets.Prefix}{name} {answer.Problem ?? "is empty. Store the secret anew with Set-Secret."}");
                return false;
            }

            found.Text = answer.Secret;
        }

        if (setting.Parser.TryParse(found.Text, out value))
            return true;
        var shown = setting.IsSecret ? "its value" : $"'{found.Text}'";
        Problems.Add($"{setting.Name} ({found.Origin}): {shown} is not {setting.Parser.Expected}.");
        return false;
    }

    private VaultAnswer InVault(string name)
    {
        const string onlyInPowerShell = "can be read by the PowerShell module only, which asks SecretManagement for it. Run the cmdlet, or put the secret itself into the environment or a .env file (chmod 600).";
        return vault is null ? new(null, onlyInPowerShell) : vault.GetValueOrDefault(name) ?? new(null, "was not looked up.");
    }
}
