namespace EtlTools.Sandbox.Demo;

/// <summary>What the demo does, step by step, with the operations behind the commands: first work orders from Snowflake to PostgreSQL, then a shop the other way.</summary>
/// <param name="workspace">Where it takes place.</param>
/// <param name="options">How large it is.</param>
/// <param name="now">The present of the generated rows.</param>
/// <param name="stage">Where it is shown.</param>
public sealed class DemoScript(DemoWorkspace workspace, DemoOptions options, DateTimeOffset now, IDemoStage stage)
{
    /// <summary>Runs all steps; one whose figures are wrong does not keep the others from running.</summary>
    /// <returns>The steps in order.</returns>
    public async Task<IReadOnlyList<DemoStep>> RunAsync(CancellationToken stop)
    {
        var steps = new DemoSteps(stage, workspace.Session.Time);
        var source = new DemoSource(workspace.Session.Services, options.Seed, now);
        await new WorkOrderAct(workspace.Session, source, options.Rows, steps).RunAsync(stop).ConfigureAwait(false);
        await new ShopAct(workspace, new DemoShop(workspace.Session.Services, options.Seed, now, options.ShopScale), steps).RunAsync(stop).ConfigureAwait(false);
        return steps.Done;
    }
}

/// <summary>How large the demo is.</summary>
/// <param name="Rows">Work orders that are generated; at least 1.</param>
/// <param name="Seed">Another seed gives other rows.</param>
/// <param name="ShopScale">The shop's size: 1 has 50,000 customers, 100,000 orders and 250,000 order items; above 0, at most <see cref="LargestShopScale"/>.</param>
public sealed record DemoOptions(long Rows = DemoOptions.UsualRows, long Seed = 1, double ShopScale = DemoOptions.UsualShopScale)
{
    /// <summary>Work orders when nothing is said.</summary>
    public const int UsualRows = 50_000;

    /// <summary>The shop's size when nothing is said, so that the demo takes seconds.</summary>
    public const double UsualShopScale = 0.1;

    /// <summary>The largest shop.</summary>
    public const double LargestShopScale = 100;
}
