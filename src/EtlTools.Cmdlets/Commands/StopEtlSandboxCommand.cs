using System.Management.Automation;
using EtlTools.Cmdlets.Errors;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Ends sandboxes of this PowerShell and removes all they made; all of them when none is given.</summary>
[Cmdlet(VerbsLifecycle.Stop, "EtlSandbox", SupportsShouldProcess = true)]
public sealed class StopEtlSandboxCommand : AsyncCmdlet
{
    private readonly List<EtlSandbox> _given = [];

    /// <summary>What Start-EtlSandbox returned.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public EtlSandbox[]? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null) _given.AddRange(InputObject);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(PipelineWriter output, CancellationToken stop)
    {
        var meant = _given.Count > 0 || MyInvocation.ExpectingInput ? _given : RunningSandboxes.All;
        foreach (var sandbox in meant)
            if (await output.InvokeAsync(() => ShouldProcess(sandbox.Server, "Stop and remove")).ConfigureAwait(false)) await RunningSandboxes.StopAsync(sandbox).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override ErrorRecord RecordOf(Exception exception) => FailureRecord.Of(exception, MyInvocation.MyCommand.Name, null, new SecretScrubber());
}
