using System.Management.Automation;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Cmdlets.Commands;

/// <summary>
/// Reads quarantined rows from the source again and tries to load them, after the source or the target was repaired. With -WhatIf
/// everything but the write is done, and the figures shown.
/// </summary>
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
        var (confirmed, isDryRun) = await output.InvokeAsync(() => Confirm(pipelines)).ConfigureAwait(false);
        var results = await new RetryRunner(session.Services)
            .RunAsync(confirmed, Watch(output, session.Time), stop, TransformFor(output), isDryRun).ConfigureAwait(false);
        Conclude(session, output, results);
    }

    private (List<PipelineDefinition> Confirmed, bool IsDryRun) Confirm(IEnumerable<PipelineDefinition> pipelines)
    {
        var confirmed = new List<PipelineDefinition>();
        var isDryRun = false;
        foreach (var pipeline in pipelines)
        {
            var what = $"Retry of the quarantined rows of {pipeline.Name}";
            if (!ShouldProcess(what, $"{what}?", "Retry", out var reason) && reason != ShouldProcessReason.WhatIf) continue;
            isDryRun |= reason == ShouldProcessReason.WhatIf;
            confirmed.Add(pipeline);
        }

        return (confirmed, isDryRun);
    }
}
