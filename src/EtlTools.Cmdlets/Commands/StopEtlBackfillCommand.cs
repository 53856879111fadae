using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Backfill;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Asks all workers of a backfill to stop at their next batch, wherever they run. What is loaded stays.</summary>
[Cmdlet(VerbsLifecycle.Stop, "EtlBackfill", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtlBackfill))]
public sealed class StopEtlBackfillCommand : EtlCmdlet
{
    private readonly List<string> _names = [];

    /// <summary>Name of the backfill; that of its table unless it was given another.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BackfillCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Returns the backfill as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? TargetOf(Exception exception) => Name;

    /// <inheritdoc/>
    protected override void ProcessRecord() => _names.Add(Name);

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        WarnOfSettings(session, output);
        foreach (var name in _names)
        {
            if (!await output.InvokeAsync(() => ShouldProcess(name, "Ask all workers to stop")).ConfigureAwait(false)) continue;
            var after = await new BackfillQueries(session).CancelAsync(name, stop).ConfigureAwait(false);
            if (PassThru) output.WriteObject(EtlBackfill.From(after, session.Scrubber));
        }
    }
}
