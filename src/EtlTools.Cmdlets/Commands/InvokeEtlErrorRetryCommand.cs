using System.Management.Automation;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Reads quarantined rows from the source again and tries to load them, after the source or the target was repaired.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "EtlErrorRetry", SupportsShouldProcess = true)]
[OutputType(typeof(EtlRun))]
public sealed class InvokeEtlErrorRetryCommand : RunCmdlet
{
    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (IsNothingMeant) return;
        WarnOfSettings(session, output);
        var pipelines = await new StateQueries(session)
            .WithOpenRowsAsync(TableSelection.Select(session.Configuration, [.. Tables.Distinct()]), stop).ConfigureAwait(false);
        var confirmed = await output.InvokeAsync(
            () => pipelines.Where(pipeline => ShouldProcess(pipeline.Name, "Retry quarantined rows")).ToList()).ConfigureAwait(false);
        var results = await new RetryRunner(session.Services)
            .RunAsync(confirmed, Watch(output, session.Time), stop, TransformFor(output)).ConfigureAwait(false);
        Conclude(session, output, results);
    }
}
