using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Check;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Finds out, without writing, whether both systems can be reached and, with -CheckDb, whether a sync of each table would work.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EtlConnection")]
[OutputType(typeof(EtlFinding), typeof(bool))]
public sealed class TestEtlConnectionCommand : EtlCmdlet
{
    /// <summary>Also checks each table of the YAML file: both sides there, fitting together, readable, writable, with a usable key.</summary>
    [Parameter]
    public SwitchParameter CheckDb { get; set; }

    /// <summary>Returns only whether there is no error.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        var findings = await new SetupCheck(session).RunAsync(CheckDb, stop).ConfigureAwait(false);
        if (Quiet)
        {
            output.WriteObject(findings.All(finding => finding.Severity != CheckSeverity.Error));
            return;
        }

        foreach (var finding in findings) output.WriteObject(EtlFinding.From(finding, session.Scrubber));
    }
}
