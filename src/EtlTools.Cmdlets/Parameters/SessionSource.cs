using System.Collections;
using System.Management.Automation;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.Telemetry;
using EtlTools.Sandbox;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Where a cmdlet's settings come from: this process's environment, PowerShell's folder, and what the user gave.</summary>
internal static class SessionSource
{
    /// <summary>The options of a session.</summary>
    /// <param name="folder">PowerShell's current folder, which is not the process's.</param>
    /// <param name="config">Full path of the YAML file the user named; null when none.</param>
    /// <param name="environmentFile">Likewise of the <c>.env</c> file.</param>
    public static EtlSessionOptions Options(string folder, string? config, string? environmentFile) => new()
    {
        Variables = Variables(),
        Folder = folder,
        Config = config,
        EnvironmentFile = environmentFile,
        LocalWarehouse = LocalWarehouseProvider.For,
    };

    /// <summary>The options while a command line is being completed.</summary>
    /// <param name="given">Parameters typed so far.</param>
    public static EtlSessionOptions OfCompletion(IDictionary given)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        var folder = shell.AddScript("(Get-Location -PSProvider FileSystem).ProviderPath").Invoke<string>().FirstOrDefault() ?? Environment.CurrentDirectory;
        string? Full(string parameter) => given[parameter] is string path ? Path.GetFullPath(path, folder) : null;
        var options = Options(folder, Full("Config"), Full("EnvFile"));
        // Who presses Tab is not to be asked for the password of a vault. What stands in has the form of any secret, also of a connection.
        return options with { Vault = VaultSecrets.NamesIn(options.Variables, options.EnvironmentFile, folder).ToDictionary(name => name, _ => new VaultAnswer("Host=unknown;Database=unknown;Username=unknown", null)) };
    }

    /// <summary>A credential in the core's form.</summary>
    public static NameAndSecret? Credential(PSCredential? credential) =>
        credential is null || credential == PSCredential.Empty ? null : new NameAndSecret(credential.UserName, credential.GetNetworkCredential().Password);

    /// <summary>What is shown of the log: more than the settings say if the user asks for it.</summary>
    public static LogSeverity? ShownFrom(bool isDebug, bool isVerbose) =>
        isDebug ? LogSeverity.Debug : isVerbose ? LogSeverity.Information : null;

    /// <summary>This process's environment variables.</summary>
    public static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables()) variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return variables;
    }
}
