using System.Management.Automation;
using EtlTools.Cmdlets.Errors;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core.Telemetry;
using EtlTools.Sandbox.Endpoint;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Ends sandboxes of this PowerShell and removes all they made; all of them when none is given. Ends an endpoint of any PowerShell of this user.</summary>
[Cmdlet(VerbsLifecycle.Stop, "EtlSandbox", SupportsShouldProcess = true, DefaultParameterSetName = SandboxSet)]
public sealed class StopEtlSandboxCommand : AsyncCmdlet
{
    private const string SandboxSet = "Sandbox";
    private const string EndpointSet = "Endpoint";
    private const string NameSet = "Name";
    private readonly List<EtlSandbox> _given = [];
    private readonly List<EtlSandboxEndpoint> _endpoints = [];

    /// <summary>What Start-EtlSandbox returned.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = SandboxSet)]
    [ValidateNotNull]
    public EtlSandbox[]? InputObject { get; set; }

    /// <summary>What Start-EtlSandbox -Endpoint returned.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = EndpointSet)]
    [ValidateNotNull]
    public EtlSandboxEndpoint[]? Endpoint { get; set; }

    /// <summary>The name of an endpoint; it is <c>default</c> for one that was started without.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NameSet)]
    [ValidatePattern("^[A-Za-z0-9_-]{1,40}$")]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null) _given.AddRange(InputObject);
        if (Endpoint is not null) _endpoints.AddRange(Endpoint);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(PipelineWriter output, CancellationToken stop)
    {
        if (ParameterSetName != SandboxSet)
        {
            foreach (var endpoint in _endpoints)
                if (await StopAsync(endpoint.Name, output, stop).ConfigureAwait(false)) endpoint.IsStopped = true;
            foreach (var name in Name ?? []) await StopAsync(name, output, stop).ConfigureAwait(false);
            return;
        }

        var meant = _given.Count > 0 || MyInvocation.ExpectingInput ? _given : RunningSandboxes.All;
        foreach (var sandbox in meant)
            if (await output.InvokeAsync(() => ShouldProcess(sandbox.Server, "Stop and remove")).ConfigureAwait(false)) await RunningSandboxes.StopAsync(sandbox).ConfigureAwait(false);
    }

    private async Task<bool> StopAsync(string name, PipelineWriter output, CancellationToken stop)
    {
        if (!await output.InvokeAsync(() => ShouldProcess($"the endpoint '{name}'", "Stop and remove")).ConfigureAwait(false)) return false;
        if (!await new SandboxEndpoint(name, TimeProvider.System).StopAsync(stop).ConfigureAwait(false)) output.WriteWarning($"The endpoint '{name}' was not running.");
        return true;
    }

    /// <inheritdoc/>
    protected override ErrorRecord RecordOf(Exception exception) => FailureRecord.Of(exception, MyInvocation.MyCommand.Name, null, new SecretScrubber());
}
