using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.State.Migrations;
using EtlTools.Sandbox.Demo;
using EtlTools.Sandbox.Endpoint;

namespace EtlTools.Cmdlets.Commands;

/// <summary>
/// Starts a throw-away PostgreSQL with a local warehouse full of generated work orders, and an empty target with the state tables. It
/// ends with Stop-EtlSandbox, or with this PowerShell. With <see cref="Endpoint"/>, starts a background process instead that serves an
/// empty local warehouse to Snowflake's drivers, as <c>etl sandbox start</c> does.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "EtlSandbox", SupportsShouldProcess = true, DefaultParameterSetName = FilledSet)]
[OutputType(typeof(EtlSandbox), ParameterSetName = [FilledSet])]
[OutputType(typeof(EtlSandboxEndpoint), ParameterSetName = [EndpointSet])]
public sealed class StartEtlSandboxCommand : EtlCmdlet
{
    private const string FilledSet = "Filled";
    private const string EndpointSet = "Endpoint";

    /// <summary>How many work orders are generated.</summary>
    [Parameter(ParameterSetName = FilledSet)]
    [ValidateRange(1, 50_000_000)]
    public int Rows { get; set; } = 1000;

    /// <summary>Another seed gives other rows.</summary>
    [Parameter(ParameterSetName = FilledSet)]
    public long Seed { get; set; } = 1;

    /// <summary>Lets it outlive this PowerShell; StopCommand of the result ends it.</summary>
    [Parameter(ParameterSetName = FilledSet)]
    public SwitchParameter Keep { get; set; }

    /// <summary>Serves Snowflake's protocol on 127.0.0.1, in a process that outlives this PowerShell.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EndpointSet)]
    public SwitchParameter Endpoint { get; set; }

    /// <summary>Which endpoint, when there are several.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidatePattern("^[A-Za-z0-9_-]{1,40}$")]
    public string Name { get; set; } = SandboxEndpoint.DefaultName;

    /// <summary>The endpoint's port; a free one when left out.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(1, 65_535)]
    public int Port { get; set; }

    /// <summary>Folder that keeps databases and staged files for the next start; thrown away when left out.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateNotNullOrEmpty]
    public string? Data { get; set; }

    /// <summary>PEM file with a certificate and its key, for https.</summary>
    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateNotNullOrEmpty]
    public string? Certificate { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (Endpoint)
        {
            await ServeAsync(session, output, stop).ConfigureAwait(false);
            return;
        }

        if (!await output.InvokeAsync(() => ShouldProcess("a throw-away PostgreSQL", "Start")).ConfigureAwait(false)) return;
        var workspace = await DemoWorkspace.StartAsync(session, Keep, stop).ConfigureAwait(false);
        try
        {
            await new MigrationRunner(workspace.Session).ApplyAsync(MigrationRunner.Sets([MigrationSets.Medical]), stop).ConfigureAwait(false);
            var progress = new ProgressReporter(output, ProgressReporter.IsWatched(Host.Name), session.Time);
            await new DemoSource(workspace.Session.Services, Seed, session.Time.GetUtcNow()).FillAsync(Rows, progress, stop).ConfigureAwait(false);
            // What follows opens its own connections; none of these is to stay behind.
            await workspace.Session.DisposeAsync().ConfigureAwait(false);
        }
        catch
        {
            await workspace.RemoveAsync().ConfigureAwait(false);
            throw;
        }

        var sandbox = new EtlSandbox(workspace, Keep);
        RunningSandboxes.Add(sandbox);
        output.WriteObject(sandbox);
    }

    private async Task ServeAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        var (may, options) = await output.InvokeAsync(() => (
            ShouldProcess($"the endpoint '{Name}'", "Start"), new EndpointOptions { Port = Port, Data = FullPath(Data), Certificate = FullPath(Certificate) })).ConfigureAwait(false);
        if (may) output.WriteObject(new EtlSandboxEndpoint(Name, await new SandboxEndpoint(Name, session.Time).StartAsync(options, stop).ConfigureAwait(false)));
    }
}
