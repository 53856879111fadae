using System.Management.Automation;
using System.Net;
using System.Security;
using EtlTools.Core.Config;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Asks PowerShell's SecretManagement for secrets that settings name as <c>vault:NAME</c>. Only on the pipeline's thread.</summary>
internal static class SecretVault
{
    private const string Module = "Microsoft.PowerShell.SecretManagement";

    /// <summary>What the vaults give for each name.</summary>
    public static Dictionary<string, VaultAnswer> Answers(IEnumerable<string> names) => names.ToDictionary(name => name, Answer, StringComparer.Ordinal);

    private static VaultAnswer Answer(string name)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        try
        {
            var found = shell.AddCommand($@"{Module}\Get-Secret").AddParameter("Name", name).AddParameter("ErrorAction", ActionPreference.Stop).Invoke();
            if (found.Count == 1) return Read(found[0]?.BaseObject);
            return shell.Streams.Error.Count > 0 ? Refused(shell.Streams.Error[0].Exception) : new VaultAnswer(null, "is in no vault. See Get-SecretInfo for what is there; Set-Secret stores it.");
        }
        catch (CommandNotFoundException)
        {
            return new VaultAnswer(null, $"cannot be looked up, because the module {Module} is not installed. Install it and a vault with Install-PSResource, or put the secret itself into the environment or a .env file (chmod 600).");
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            return Refused(failure);
        }
    }

    private static VaultAnswer Refused(Exception failure) =>
        new(null, $"was not given by Get-Secret: {failure.Message} See Get-SecretInfo for what is there; a locked vault is opened with Unlock-SecretVault.");

    private static VaultAnswer Read(object? value) => value switch
    {
        string text => new VaultAnswer(text, null),
        SecureString text => new VaultAnswer(new NetworkCredential("", text).Password, null),
        PSCredential credential => new VaultAnswer(credential.GetNetworkCredential().Password, null),
        _ => new VaultAnswer(null, $"is a {value?.GetType().Name ?? "null"} in the vault. Store it as text, SecureString or PSCredential."),
    };
}
