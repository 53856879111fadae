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
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Domain { get; set; }

    /// <inheritdoc/>
    protected override Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (IsNothingMeant) return Task.CompletedTask;
        var domains = Domain?.Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)).ToList();
        foreach (var pipeline in TableSelection.Select(session.Configuration, Tables))
            if (domains is null || domains.Exists(pattern => pattern.IsMatch(pipeline.Domain ?? ""))) output.WriteObject(EtlTable.From(pipeline, session.ConfigPath, session.Settings.EnvironmentFile));
        return Task.CompletedTask;
    }
}
