using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Lists this user's schedules with their next run and last result.</summary>
[Cmdlet(VerbsCommon.Get, "EtlSchedule")]
[OutputType(typeof(EtlSchedule))]
public sealed class GetEtlScheduleCommand : ScheduleCmdlet
{
    /// <summary>Only schedules of these names; * stands for any characters.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
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
        if (Names.Count == 0 && MyInvocation.ExpectingInput) return;
        foreach (var entry in await FindAsync(stop).ConfigureAwait(false)) output.WriteObject(EtlSchedule.From(entry));
    }
}
