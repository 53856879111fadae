using System.Globalization;
using EtlTools.Core.Config;

namespace EtlTools.Core.Check;

/// <summary>Checks everything a session has: settings, the YAML file if there is one, and what <see cref="ConnectionCheck"/> looks at.</summary>
public sealed class SetupCheck(EtlSession session)
{
    /// <summary>Checks, without writing anything.</summary>
    /// <param name="withTables">Whether the YAML file's tables are checked too, besides the two systems.</param>
    /// <param name="stop">Stops checking.</param>
    public async Task<IReadOnlyList<CheckFinding>> RunAsync(bool withTables, CancellationToken stop)
    {
        var findings = session.Settings.Warnings.Select(warning => new CheckFinding("Settings", CheckSeverity.Warning, warning, null)).ToList();
        EtlConfiguration? configuration = null;
        if (withTables && session.HasConfiguration)
        {
            configuration = session.Configuration;
            findings.Add(new CheckFinding(
                "Configuration", CheckSeverity.Ok, string.Create(CultureInfo.InvariantCulture, $"{configuration.Path}: {configuration.Pipelines.Count:N0} tables"), null));
        }
        else if (withTables)
        {
            findings.Add(new CheckFinding(
                "Configuration", CheckSeverity.Warning, $"there is no {EtlSettings.DefaultConfigPath}, so only the two systems are checked",
                "Write one (config/etl.example.yaml is a start), or name it with --config."));
        }

        findings.AddRange(await new ConnectionCheck(session.Services).RunAsync(configuration, stop).ConfigureAwait(false));
        return findings;
    }
}
