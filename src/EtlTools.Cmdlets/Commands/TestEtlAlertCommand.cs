using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Sends a test alert to every target of the settings, and says which took it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EtlAlert", SupportsShouldProcess = true)]
[OutputType(typeof(EtlAlertDelivery), typeof(bool))]
public sealed class TestEtlAlertCommand : EtlCmdlet
{
    /// <summary>Returns only whether every target took it.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        WarnOfSettings(session, output);
        // A message reaches people: with -WhatIf none does.
        if (!await output.InvokeAsync(() => ShouldProcess("the targets of the ALERT_ settings", "Send a test alert")).ConfigureAwait(false)) return;
        var trials = await session.Services.Alerts.TestAsync(stop).ConfigureAwait(false);
        if (Quiet)
        {
            output.WriteObject(trials.All(trial => trial.IsDelivered));
            return;
        }

        foreach (var trial in trials) output.WriteObject(EtlAlertDelivery.From(trial, session.Scrubber));
    }
}
