using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Sync;
using EtlTools.Sandbox.Demo;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Shows a sync from end to end on a throw-away PostgreSQL; needs no settings and no account. Figures that are wrong make it fail.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "EtlDemo", SupportsShouldProcess = true)]
[OutputType(typeof(EtlDemoStep))]
public sealed class InvokeEtlDemoCommand : EtlCmdlet
{
    /// <summary>How many work orders are generated.</summary>
    [Parameter]
    [ValidateRange(1, 50_000_000)]
    public int Rows { get; set; } = DemoOptions.UsualRows;

    /// <summary>Another seed gives other rows.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>How large the shop of the second act is: 1 has 400,200 rows.</summary>
    [Parameter]
    [ValidateRange(0.0001, DemoOptions.LargestShopScale)]
    public double ShopScale { get; set; } = DemoOptions.UsualShopScale;

    /// <summary>Leaves the databases and files, and says how to use and remove them.</summary>
    [Parameter]
    public SwitchParameter Keep { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        if (!await output.InvokeAsync(() => ShouldProcess("a throw-away PostgreSQL", Keep ? "Start, and sync generated rows" : "Start, sync generated rows, and remove")).ConfigureAwait(false)) return;
        var stage = new Stage(output, new ProgressReporter(output, ProgressReporter.IsWatched(Host.Name), session.Time));
        stage.Announce("Starting a PostgreSQL", DemoAction.None);
        var workspace = await DemoWorkspace.StartAsync(session, Keep, stop).ConfigureAwait(false);
        await using (workspace.ConfigureAwait(false))
        {
            var steps = await new DemoScript(workspace, new DemoOptions(Rows, Seed, ShopScale), session.Time.GetUtcNow(), stage).RunAsync(stop).ConfigureAwait(false);
            foreach (var step in steps) output.WriteObject(EtlDemoStep.From(step));
            if (workspace.Leftovers is { } left) Tell(output, left);
            var problems = steps.SelectMany(step => step.Problems.Select(problem => $"{step.Name}: {problem}")).ToList();
            if (problems.Count > 0)
                throw new EtlCommandException(string.Join(Environment.NewLine, problems), "ETL-DEMO", "Figures differ from what they must be: please report it.");
        }
    }

    private static void Tell(PipelineWriter output, DemoLeftovers left)
    {
        output.WriteInformation($"Kept, with etl.yaml and .env: Set-Location '{left.Files.Folder}'");
        output.WriteInformation($"  the target database: {left.Connect}");
        output.WriteInformation($"  remove all of it:    {left.Stop}");
    }

    /// <summary>Tells the steps on the information stream: visible, but not part of the result.</summary>
    private sealed class Stage(PipelineWriter output, IProgress<SyncProgress> progress) : IDemoStage
    {
        public void Announce(string what, DemoAction action, string? tables = null) =>
            output.WriteInformation(action == DemoAction.None ? what : $"{what}: {Words(action)}{(tables is null ? "" : $" -Config {tables}")}");

        public Task<T> WatchAsync<T>(Func<IProgress<SyncProgress>?, Task<T>> work) => work(progress);

        private static string Words(DemoAction action) => action switch
        {
            DemoAction.Migrate => "Initialize-EtlDatabase -With medical",
            DemoAction.Check => "Test-EtlConnection -CheckDb",
            DemoAction.Sync => "Invoke-IncrementalSync",
            DemoAction.DryRun => "Invoke-IncrementalSync -WhatIf",
            _ => "Compare-RowCount",
        };
    }
}
