using System.Globalization;
using EtlTools.Core;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.Sandbox.Samples.Ecommerce;

namespace EtlTools.Sandbox.Demo;

/// <summary>The demo's second act: a shop from PostgreSQL to the RAW tables of Snowflake.</summary>
internal sealed class ShopAct(DemoWorkspace workspace, DemoShop shop, DemoSteps steps)
{
    private const int ChangedOrders = 300, ChangedCustomers = 100, AddedItems = 500;

    private readonly string _tables = Path.GetFileName(workspace.Files.ShopConfiguration);

    /// <summary>Runs all steps; one whose figures are wrong does not keep the others from running.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var warehouse = new CountedWarehouse();
        var session = workspace.Session.With(options => options with
        {
            Config = workspace.Files.ShopConfiguration,
            LocalWarehouse = settings => warehouse.Of(options.LocalWarehouse(settings)),
        });
        await using var disposal = session.ConfigureAwait(false);
        await FillAsync(stop).ConfigureAwait(false);
        await CreateAsync(stop).ConfigureAwait(false);
        await workspace.Files.WriteShopAsync(name => shop.CountOf(name) + (name == "order_items" ? AddedItems : 0), stop).ConfigureAwait(false);
        await steps.CheckAsync(session, "check the shop", "Checking that a sync to Snowflake would work", _tables, stop).ConfigureAwait(false);

        await steps.SyncAsync(
            session, "shop, first sync: everything is new", new SyncOptions(), [.. EcommerceTables.Names.Select(name => Expect(name, shop.CountOf(name), 0, 0))], _tables, stop).ConfigureAwait(false);
        await IdleAsync(session, warehouse, stop).ConfigureAwait(false);
        var changes = await ChangeAsync(session, stop).ConfigureAwait(false);
        await steps.SyncAsync(
            session, string.Create(CultureInfo.InvariantCulture, $"shop, third sync: {changes.Sum(c => c.Updated):N0} changed, {changes.Sum(c => c.Inserted):N0} new"),
            new SyncOptions(), changes, _tables, stop).ConfigureAwait(false);
        await CompareAsync(session, stop).ConfigureAwait(false);
    }

    private async Task FillAsync(CancellationToken stop)
    {
        var started = steps.Begin("Filling a shop in PostgreSQL: customers, products, orders, order items", DemoAction.None);
        var counts = await shop.FillAsync(stop).ConfigureAwait(false);
        var rows = counts.Values.Sum();
        var wrong = EcommerceTables.Names.Where(name => counts[name] != shop.CountOf(name)).Select(name => $"{name}: {counts[name]} rows, expected {shop.CountOf(name)}");
        steps.Add("fill the shop", new RowCounts(rows, rows, 0, 0, 0, 0), started, [.. wrong]);
    }

    private async Task CreateAsync(CancellationToken stop)
    {
        var started = steps.Begin("Creating the RAW tables in the local warehouse, as discovery maps the columns", DemoAction.None);
        var created = await shop.CreateTargetsAsync(stop).ConfigureAwait(false);
        steps.Add("create the RAW tables", null, started, created == EcommerceTables.Names.Count ? [] : [$"{created} tables were created instead of {EcommerceTables.Names.Count}"]);
    }

    private async Task IdleAsync(EtlSession session, CountedWarehouse warehouse, CancellationToken stop)
    {
        var before = warehouse.Opened;
        await steps.SyncAsync(
            session, "shop, second sync: nothing has changed", new SyncOptions(), [.. EcommerceTables.Names.Select(DemoExpectation.Idle)], _tables, stop).ConfigureAwait(false);
        // Each session at Snowflake costs, and may wake a warehouse up.
        if (before == 0) steps.Blame("the first sync opened no session, so that the second cannot be told from it");
        if (warehouse.Opened != before) steps.Blame($"{warehouse.Opened - before} sessions were opened for nothing");
    }

    /// <summary>Changes rows at the source and says what the next run must give.</summary>
    private async Task<IReadOnlyList<DemoExpectation>> ChangeAsync(EtlSession session, CancellationToken stop)
    {
        var (orders, customers) = await shop.ChangeAsync(ChangedOrders, ChangedCustomers, AddedItems, stop).ConfigureAwait(false);
        return
        [
            Expect("customers", 0, customers, await AgainAsync("customers").ConfigureAwait(false)),
            DemoExpectation.Idle("products"),
            Expect("orders", 0, orders, await AgainAsync("orders").ConfigureAwait(false)),
            Expect("order_items", AddedItems, 0, 0),
        ];

        async Task<long> AgainAsync(string table)
        {
            await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
            var watermark = await WatermarkStore.FindAsync(connection, table, stop).ConfigureAwait(false);
            var pipeline = session.Configuration.Pipelines.Single(p => p.Name == table);
            return watermark?.Cursor is null ? 0 : await DemoShop.CountWithinLookbackAsync(connection, pipeline, watermark.Cursor, stop).ConfigureAwait(false);
        }
    }

    private async Task CompareAsync(EtlSession session, CancellationToken stop)
    {
        var started = steps.Begin("Counting both sides of the shop", DemoAction.Compare, _tables);
        var entries = await DemoSteps.CountAsync(session, stop).ConfigureAwait(false);
        var problems = DemoSteps.Problems(entries).ToList();
        if (entries.Any(entry => entry.Pipeline.ExpectedRows is null)) problems.Add("a table has no expected count");
        var (atSource, atTarget) = await shop.TotalsAsync(stop).ConfigureAwait(false);
        if (atSource != atTarget) problems.Add($"the orders add up to {atSource} at the source and to {atTarget} at the target");
        steps.Add(string.Create(CultureInfo.InvariantCulture, $"shop, compare: {entries.Sum(e => e.Counts?.TargetRows ?? 0):N0} rows on both sides"), null, started, problems);
    }

    private static DemoExpectation Expect(string table, long inserted, long updated, long unchanged) => new(table, RunStatus.Done, inserted, updated, unchanged);
}
