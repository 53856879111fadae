using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Removes schedules. A run that is at work goes on.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "EtlSchedule", SupportsShouldProcess = true)]
public sealed class UnregisterEtlScheduleCommand : ScheduleCmdlet
{
    /// <summary>Names of schedules; * stands for any characters.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ScheduleCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Add(Name);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(PipelineWriter output, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Names.Count == 0) return;
        foreach (var entry in await FindAsync(stop).ConfigureAwait(false))
        {
            if (!await output.InvokeAsync(() => ShouldProcess($"{entry.Job.Name} ({entry.Scheduler}, {entry.Job.Interval}): {entry.Job.CommandLine}", "Remove the schedule")).ConfigureAwait(false)) continue;
            await Schedules.RemoveAsync(entry.Job.Name, entry.Scheduler, stop).ConfigureAwait(false);
        }
    }
}
