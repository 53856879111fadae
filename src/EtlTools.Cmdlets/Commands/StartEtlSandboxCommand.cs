using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.State.Migrations;
using EtlTools.Sandbox.Demo;

namespace EtlTools.Cmdlets.Commands;

/// <summary>
/// Starts a throw-away PostgreSQL with a local warehouse full of generated work orders, and an empty target with the state tables. It
/// ends with Stop-EtlSandbox, or with this PowerShell.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "EtlSandbox", SupportsShouldProcess = true)]
[OutputType(typeof(EtlSandbox))]
public sealed class StartEtlSandboxCommand : EtlCmdlet
{
    /// <summary>How many work orders are generated.</summary>
    [Parameter]
    [ValidateRange(1, 50_000_000)]
    public int Rows { get; set; } = 1000;

    /// <summary>Another seed gives other rows.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>Lets it outlive this PowerShell; StopCommand of the result ends it.</summary>
    [Parameter]
    public SwitchParameter Keep { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
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
}
