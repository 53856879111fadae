using EtlTools.Cli;
using EtlTools.Core.Config;
using EtlTools.IntegrationTests.Sandbox;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.Sandbox.Samples.Ecommerce;
using Npgsql;

namespace EtlTools.IntegrationTests.Cli;

[Collection(SyncCollection.Name)]
public sealed class DiscoverTests(SyncServer server) : IAsyncLifetime
{
    private readonly CliFolder _folder = new();
    private Dictionary<string, string> _variables = [];
    private string _shop = "";

    public async Task InitializeAsync()
    {
        _shop = await server.CreateDatabaseAsync("discover_shop");
        await using var connection = new NpgsqlConnection(_shop);
        await connection.OpenAsync();
        await EcommerceTables.CreateAndFillAsync(connection, new EcommerceSample(1, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), 0.01), CancellationToken.None);
        _variables = _folder.Variables;
        _variables["POSTGRES_CONNECTION_STRING"] = _shop;
        _variables["SNOWFLAKE_LOCAL_POSTGRES"] = await server.CreateDatabaseAsync("discover_warehouse");
        _variables["SNOWFLAKE_DATABASE"] = "ECOMMERCE";
        _variables["SNOWFLAKE_SCHEMA"] = "PUBLIC";
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task What_it_prints_is_a_file_that_etl_reads()
    {
        var run = (await CliRun.RunAsync(_variables, "discover")).Ended(ExitCode.Done);
        var read = ConfigurationFile.Parse(run.Out, "etl.yaml", new SyncSettings());
        Assert.Equal(["ECOMMERCE.PUBLIC.CUSTOMERS", "ECOMMERCE.PUBLIC.ORDER_ITEMS", "ECOMMERCE.PUBLIC.ORDERS", "ECOMMERCE.PUBLIC.PRODUCTS"], read.Pipelines.Select(p => p.Target));
        Assert.Contains("# CREATE TABLE IF NOT EXISTS \"ECOMMERCE\".\"PUBLIC\".\"ORDERS\" (", run.Out, StringComparison.Ordinal);

        // On a terminal nothing is wrapped either: people copy from it.
        var narrow = await CliRun.RunAsync(s => s with { Variables = _variables, IsOutTerminal = true, Width = 40 }, CancellationToken.None, "discover");
        Assert.Equal(run.Out, narrow.Ended(ExitCode.Done).Out);
    }

    [Fact]
    public async Task As_json_it_has_the_same_in_parts()
    {
        var json = (await CliRun.RunAsync(_variables, "discover", "--table", "order*", "--target-schema", "SHOP.RAW", "--json")).Ended(ExitCode.Done).Json;
        var tables = json.GetProperty("tables").EnumerateArray().ToList();
        Assert.Equal(["SHOP.RAW.ORDER_ITEMS", "SHOP.RAW.ORDERS"], tables.Select(t => t.GetProperty("target").GetString()));
        Assert.Equal(["append", "merge"], tables.Select(t => t.GetProperty("mode").GetString()));
        Assert.Equal("order_id", Assert.Single(tables[1].GetProperty("pk").EnumerateArray()).GetString());
        var total = tables[1].GetProperty("columns").EnumerateArray().Single(c => c.GetProperty("source").GetString() == "total");
        Assert.Equal(("TOTAL", "numeric(12,2)", "NUMBER(12,2)", true), (total.GetProperty("target").GetString(), total.GetProperty("postgres_type").GetString(), total.GetProperty("snowflake_type").GetString(), total.GetProperty("not_null").GetBoolean()));
        Assert.NotEmpty(tables[0].GetProperty("warnings").EnumerateArray());
        Assert.StartsWith("CREATE TABLE IF NOT EXISTS", tables[0].GetProperty("ddl").GetString(), StringComparison.Ordinal);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, tables[0].GetProperty("created").ValueKind);
        Assert.Equal(2, ConfigurationFile.Parse(json.GetProperty("yaml").GetString()!, "etl.yaml", new SyncSettings()).Pipelines.Count);
    }

    [Fact]
    public async Task Apply_creates_the_tables_once_and_the_output_is_still_a_file()
    {
        await using (var warehouse = EtlTools.LocalWarehouse.LocalWarehouseFactory.Instance.CreateConnection()!)
        {
            warehouse.ConnectionString = new System.Data.Common.DbConnectionStringBuilder { ["account"] = "local", ["postgres"] = _variables["SNOWFLAKE_LOCAL_POSTGRES"], ["user"] = "tester" }.ConnectionString;
            await warehouse.OpenAsync();
            await using var command = warehouse.CreateCommand();
            command.CommandText = "CREATE DATABASE ECOMMERCE";
            await command.ExecuteNonQueryAsync();
        }

        await Sql.ExecuteAsync(_shop, "CREATE TABLE no_key (a integer)");
        var first = (await CliRun.RunAsync(_variables, "discover", "--apply")).Ended(ExitCode.Done);
        var second = (await CliRun.RunAsync(_variables, "discover", "--apply")).Ended(ExitCode.Done);

        Assert.Equal(4, first.Out.Split('\n').Count(line => line.EndsWith(": created", StringComparison.Ordinal)));
        Assert.Equal(4, second.Out.Split('\n').Count(line => line.EndsWith(": was there, left as it is", StringComparison.Ordinal)));
        Assert.Contains("# ECOMMERCE.PUBLIC.NO_KEY: not created, since it cannot be moved", first.Out, StringComparison.Ordinal);
        Assert.Equal(4, ConfigurationFile.Parse(second.Out, "etl.yaml", new SyncSettings()).Pipelines.Count);
    }

    [Fact]
    public async Task Without_a_place_at_Snowflake_it_says_how_to_give_one()
    {
        _variables.Remove("SNOWFLAKE_SCHEMA");
        var run = (await CliRun.RunAsync(_variables, "discover")).Ended(ExitCode.Usage);
        Assert.Contains("It is not known which schema of Snowflake the tables belong to.", run.Error, StringComparison.Ordinal);
        Assert.Contains("--target-schema DATABASE.SCHEMA", run.Error, StringComparison.Ordinal);
        Assert.Contains("customers", (await CliRun.RunAsync(_variables, "discover", "--target-schema", "RAW")).Ended(ExitCode.Done).Out, StringComparison.Ordinal);
    }
}
