using System.CommandLine;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Check;
using EtlTools.Core.Config;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl check</c>.</summary>
internal static class CheckCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("check", "Find out, without writing, whether a sync would work: settings, connections, state, tables, keys, privileges.");
        runner.Bind(command, _ => async (session, stop) => await RunAsync(session, stop).ConfigureAwait(false));
        return command;
    }

    /// <summary>Checks everything there is.</summary>
    public static async Task<CheckReport> RunAsync(CommandSession session, CancellationToken stop)
    {
        var settings = session.Settings;
        var findings = settings.Warnings.Select(warning => new CheckFinding("Settings", CheckSeverity.Warning, warning, null)).ToList();
        EtlConfiguration? configuration = null;
        if (session.HasConfiguration)
        {
            configuration = session.Configuration;
            findings.Add(new CheckFinding(
                "Configuration", CheckSeverity.Ok, $"{configuration.Path}: {Format.Count(configuration.Pipelines.Count)} tables", null));
        }
        else
        {
            findings.Add(new CheckFinding(
                "Configuration", CheckSeverity.Warning, $"there is no {EtlSettings.DefaultConfigPath}, so only the two systems are checked",
                "Write one (config/etl.example.yaml is a start), or name it with --config."));
        }

        findings.AddRange(await new ConnectionCheck(session.Services).RunAsync(configuration, stop).ConfigureAwait(false));
        return new CheckReport(findings, settings);
    }
}
