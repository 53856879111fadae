using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Schedule;

/// <summary>What is the same for every scheduled sync, whatever front end registers it.</summary>
public static class SyncJob
{
    private const string RuntimeFolder = "DOTNET_ROOT";

    /// <summary>
    /// Checks that the job could run now: its settings are complete and its tables are in the YAML file. Better now than at three in
    /// the morning.
    /// </summary>
    /// <returns>What the user should know: settings that only this shell has.</returns>
    /// <exception cref="ConfigurationException">Lists everything that is wrong.</exception>
    public static IReadOnlyList<string> Check(EtlSession session, IReadOnlyList<string> tables)
    {
        ArgumentNullException.ThrowIfNull(session);
        TableSelection.Select(session.Configuration, tables);
        var lost = session.Settings.Values.Where(value => value.Origin == "environment" && value.Setting != SettingsCatalog.SandboxPostgres).Select(value => value.Setting.Name).ToList();
        return lost.Count == 0 ? [] : [$"Set in this shell only, where the job does not see it: {string.Join(", ", lost)}. Put it into {session.Settings.EnvironmentFile ?? "a .env file in the folder the job runs in"}."];
    }

    /// <summary>The command, with what a scheduler's bare environment lacks for a .NET program.</summary>
    /// <param name="program">Full path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">This process's environment variables.</param>
    public static IReadOnlyList<string> Command(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return !OperatingSystem.IsWindows() && variables.TryGetValue(RuntimeFolder, out var folder) && folder.Length > 0
            ? ["/usr/bin/env", $"{RuntimeFolder}={folder}", program, .. arguments]
            : [program, .. arguments];
    }
}
