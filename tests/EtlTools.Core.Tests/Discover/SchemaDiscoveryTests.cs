using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Discover;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Tests.State;
using EtlTools.Core.Tests.Texts;
using EtlTools.LocalWarehouse;
using EtlTools.Sandbox.Samples.Ecommerce;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace EtlTools.Core.Tests.Discover;

[Collection(StateDatabaseGroup.Name)]
public sealed class SchemaDiscoveryTests(StateDatabase server) : IAsyncLifetime
{
    private string _source = "";
    private EtlServices _services = null!;

    public async Task InitializeAsync()
    {
        _source = await server.NewConnectionStringAsync();
        var settings = new EtlSettings
        {
            Snowflake = new SnowflakeSettings { Account = "local", LocalPostgres = await server.NewConnectionStringAsync(), Database = "ECOMMERCE", Schema = "RAW", User = "tester" },
            Postgres = new PostgresSettings { ConnectionString = _source },
        };
        _services = new EtlServices(settings, LocalWarehouseFactory.Instance, NullLoggerFactory.Instance, TimeProvider.System);
    }

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task The_shop_is_described_as_approved_and_the_file_is_read_back()
    {
        await FillShopAsync();

        var discovery = await DiscoverAsync();

        ApprovedText.Check("discover/shop.yaml", discovery.Yaml);
        var read = ConfigurationFile.Parse(discovery.Yaml, "etl.yaml", new SyncSettings());
        Assert.Equal(
            [
                ("public.customers", "ECOMMERCE.RAW.CUSTOMERS", "customer_id", "updated_at", WriteMode.Merge),
                ("public.order_items", "ECOMMERCE.RAW.ORDER_ITEMS", "order_item_id", "created_at", WriteMode.Append),
                ("public.orders", "ECOMMERCE.RAW.ORDERS", "order_id", "updated_at", WriteMode.Merge),
                ("public.products", "ECOMMERCE.RAW.PRODUCTS", "product_id", "updated_at", WriteMode.Merge),
            ],
            read.Pipelines.Select(p => (p.Source, p.Target, Assert.Single(p.Key), p.WatermarkColumn!, p.WriteMode)));
    }

    [Fact]
    public async Task Doubtful_tables_come_with_their_warnings_as_approved()
    {
        await RunAsync("""
            CREATE TABLE no_key (a integer, updated_at timestamptz);
            CREATE TABLE unique_only (code text NOT NULL UNIQUE, other integer UNIQUE, modified timestamp NOT NULL DEFAULT now());
            CREATE TABLE nullable_unique (code text UNIQUE, changed_at double precision);
            CREATE TABLE two_parts (region text, no integer, note text, PRIMARY KEY (no, region));
            CREATE TABLE amounts (id bigint PRIMARY KEY, free numeric, long numeric(50,2), price money, span interval, hours int4range, spot point, marks text[], doc jsonb, last_update timestamptz NOT NULL);
            CREATE INDEX ON amounts (last_update, id);
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.stamp := clock_timestamp(); RETURN NEW; END';
            CREATE TABLE touched (id bigint PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), stamp timestamptz NOT NULL DEFAULT now());
            CREATE TRIGGER touched_touch BEFORE INSERT OR UPDATE ON touched FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE INDEX touched_stamp ON touched (stamp);
            CREATE TABLE partial_index (id bigint PRIMARY KEY, updated_at timestamptz NOT NULL, gone boolean);
            CREATE INDEX ON partial_index (updated_at) WHERE NOT gone;
            CREATE INDEX ON partial_index USING brin (updated_at);
            CREATE TABLE same_names (id integer PRIMARY KEY, "ID" text, "Id" text);
            CREATE TABLE "规模明细" ("年金计划号" text PRIMARY KEY, "Part No" integer, "on" boolean, "a""b" text, updated_at timestamptz NOT NULL);
            CREATE TABLE " blank" (id integer PRIMARY KEY);
            CREATE TABLE parent (id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
            CREATE TABLE parent_2024 PARTITION OF parent FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
            CREATE VIEW a_view AS SELECT 1 AS id;
            """);

        var discovery = await DiscoverAsync();

        ApprovedText.Check("discover/doubtful.yaml", discovery.Yaml);
        var read = ConfigurationFile.Parse(discovery.Yaml, "etl.yaml", new SyncSettings());
        Assert.Equal(
            ["amounts", "parent", "partial_index", "same_names", "touched", "two_parts", "unique_only", "规模明细"],
            read.Pipelines.Select(p => PostgresTableName.Parse(p.Source).Table));
        Assert.Equal(["no", "region"], read.Pipelines.Single(p => p.Source == "public.two_parts").Key);
        Assert.Equal("stamp", read.Pipelines.Single(p => p.Source == "public.touched").WatermarkColumn);
    }

    [Fact]
    public async Task Any_name_is_read_back_from_the_file_as_the_same_name()
    {
        var random = new Random(20260301);
        string[] special = ["null", "true", "no", "select", "Mixed Case", "a.b", "it's", "a\"b", "#x", "- x", "x: y", "{x}", "\\", "1st", "_x", "ä", "💡", "&a", "*", "!t", "%", "@x", "`", "a#b", "年金"];
        var names = special.Concat(Enumerable.Range(0, 150).Select(_ => RandomText.Next(random, 6)))
            .Where(name => name.Length > 0 && !name.Any(char.IsControl) && name.Trim() == name && !name.Any(c => c is '\u2028' or '\u0085' or '\ufeff' or '\uffff')).Distinct().ToList();
        Assert.InRange(names.Count, 35, 150);
        await RunAsync(string.Concat(names.Select(name => $"CREATE TABLE {PostgresIdentifier.Quote(name)} ({PostgresIdentifier.Quote(name)} integer PRIMARY KEY, updated_at timestamptz NOT NULL);")));

        var discovery = await DiscoverAsync();

        var read = ConfigurationFile.Parse(discovery.Yaml, "etl.yaml", new SyncSettings()).Pipelines;
        Assert.Equal(names.Order(StringComparer.Ordinal), read.Select(p => PostgresTableName.Parse(p.Source).Table).Order(StringComparer.Ordinal));
        foreach (var (pipeline, table) in read.Zip(discovery.Tables))
        {
            Assert.Equal(table.Source, PostgresTableName.Parse(pipeline.Source));
            Assert.Equal(table.Target, SnowflakeTableName.Parse(pipeline.Target));
            Assert.Equal([table.Source.Table], pipeline.Key);
        }
    }

    [Fact]
    public async Task Applying_creates_what_is_missing_and_nothing_else()
    {
        await FillShopAsync();
        await RunAsync("CREATE TABLE without_key (a integer)");
        await WarehouseAsync("CREATE DATABASE ECOMMERCE", "CREATE SCHEMA ECOMMERCE.RAW", "CREATE TABLE ECOMMERCE.RAW.ORDERS (MINE NUMBER(1,0))");
        var discovery = await DiscoverAsync();

        var first = await new TableCreation(_services).RunAsync(discovery.Tables, CancellationToken.None);
        var second = await new TableCreation(_services).RunAsync(discovery.Tables, CancellationToken.None);

        Assert.Equal([true, true, false, true], first.Select(t => t.IsNew));
        Assert.All(second, t => Assert.False(t.IsNew));
        await using var connection = await _services.Snowflake.OpenAsync("test", CancellationToken.None);
        Assert.Equal(["MINE"], (await SnowflakeCatalog.DescribeAsync(connection, discovery.Tables[2].Target, CancellationToken.None)).Columns.Select(c => c.Name));
        foreach (var table in discovery.Tables.Where(t => t.Source.Table is not ("orders" or "without_key")))
        {
            var found = (await SnowflakeCatalog.DescribeAsync(connection, table.Target, CancellationToken.None)).Columns;
            Assert.Equal(table.Columns.Select(c => (c.Target, c.Mapped.Type.Kind, c.Mapped.Type.Scale, !c.NotNull)).Append(("_LOADED_AT", SnowflakeTypeKind.TimestampNtz, 6, true)), found.Select(c => (c.Name, c.Type.Kind, c.Type.Scale, c.Nullable)));
            Assert.Equal("0", await ScalarAsync(connection, $"SELECT COUNT(*) FROM {table.Target.ToSql()}"));
        }

        Assert.Equal("4", await ScalarAsync(connection, "SELECT COUNT(*) FROM ECOMMERCE.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA'"));
    }

    [Fact]
    public async Task Without_the_schema_at_Snowflake_nothing_is_created_and_it_is_said()
    {
        await FillShopAsync();
        await WarehouseAsync("CREATE DATABASE ECOMMERCE");
        var discovery = await DiscoverAsync();

        var thrown = await Assert.ThrowsAsync<ConfigurationException>(() => new TableCreation(_services).RunAsync(discovery.Tables, CancellationToken.None));

        Assert.Contains("\"ECOMMERCE\".\"RAW\".\"CUSTOMERS\" cannot be created", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("0 tables before it are done", thrown.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("publik", null, null, "The schema 'publik' has no table, or is not there. Did you mean 'public'?")]
    [InlineData("public", "ordres", null, "There is no table 'ordres' in schema public. Did you mean 'orders'?")]
    [InlineData("public", null, "a.b.c", "'a.b.c' has 3 parts; a schema at Snowflake has a database and a name.")]
    public async Task What_is_not_there_is_said(string schema, string? table, string? target, string message)
    {
        await RunAsync("CREATE TABLE orders (id bigint PRIMARY KEY)");
        var options = new DiscoverOptions { Schema = schema, Tables = table is null ? [] : [table], TargetSchema = target };
        Assert.Equal(message, (await Assert.ThrowsAsync<ConfigurationException>(() => new SchemaDiscovery(_services).RunAsync(options, CancellationToken.None))).Message);
    }

    [Fact]
    public async Task Tables_are_chosen_and_the_target_is_written_as_given()
    {
        await RunAsync("CREATE TABLE order_a (id bigint PRIMARY KEY); CREATE TABLE order_b (id bigint PRIMARY KEY); CREATE TABLE c (id bigint PRIMARY KEY)");
        var discovery = await new SchemaDiscovery(_services).RunAsync(new DiscoverOptions { Tables = ["order_*"], TargetSchema = "shop.\"Raw data\"" }, CancellationToken.None);
        Assert.Equal(["SHOP.\"Raw data\".ORDER_A", "SHOP.\"Raw data\".ORDER_B"], discovery.Tables.Select(t => t.TargetText));
        Assert.Equal(["SHOP.\"Raw data\".ORDER_A", "SHOP.\"Raw data\".ORDER_B"], ConfigurationFile.Parse(discovery.Yaml, "etl.yaml", new SyncSettings()).Pipelines.Select(p => p.Target));
    }

    [Fact]
    public async Task A_table_that_may_not_be_read_is_warned_of()
    {
        await RunAsync("""
            CREATE TABLE secret (id bigint PRIMARY KEY);
            DO $$ BEGIN CREATE ROLE discover_reader LOGIN PASSWORD 'pw'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            """);
        var settings = _services.Settings with { Postgres = new PostgresSettings { ConnectionString = new NpgsqlConnectionStringBuilder(_source) { Username = "discover_reader", Password = "pw", Pooling = false }.ConnectionString } };
        await using var services = new EtlServices(settings, LocalWarehouseFactory.Instance, NullLoggerFactory.Instance, TimeProvider.System);
        var table = Assert.Single((await new SchemaDiscovery(services).RunAsync(new DiscoverOptions(), CancellationToken.None)).Tables);
        Assert.Contains("this user may not read it: GRANT SELECT ON \"public\".\"secret\" TO …", table.Warnings);
    }

    private Task<Discovery> DiscoverAsync() => new SchemaDiscovery(_services).RunAsync(new DiscoverOptions(), CancellationToken.None);

    private async Task FillShopAsync()
    {
        await using var connection = new NpgsqlConnection(_source);
        await connection.OpenAsync();
        await EcommerceTables.CreateAndFillAsync(connection, new EcommerceSample(42, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), 0.01), CancellationToken.None);
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_source);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task WarehouseAsync(params string[] statements)
    {
        await using var connection = await _services.Snowflake.OpenAsync("test", CancellationToken.None);
        foreach (var sql in statements) await ScalarAsync(connection, sql);
    }

    private static async Task<string?> ScalarAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
