using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Config;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Lists the tables of the YAML file.</summary>
[Cmdlet(VerbsCommon.Get, "EtlTable")]
[OutputType(typeof(EtlTable))]
public sealed class GetEtlTableCommand : TableCmdlet
{
    /// <summary>Only tables of these groups; * stands for any characters.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DomainCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Domain { get; set; }

    /// <inheritdoc/>
    protected override Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (IsNothingMeant) return Task.CompletedTask;
        var domains = new NamePatterns("domain", Domain ?? []);
        domains.EnsureFound(session.Configuration.Pipelines.Select(pipeline => pipeline.Domain).OfType<string>(), $"See the key domain of the tables in {session.ConfigPath}.");
        foreach (var pipeline in TableSelection.Select(session.Configuration, Tables))
            if (domains.Mean(pipeline.Domain)) output.WriteObject(EtlTable.From(pipeline, session.ConfigPath, session.Settings.EnvironmentFile));
        return Task.CompletedTask;
    }
}
