using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.Discover;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.LocalWarehouse;
using EtlTools.Sandbox.Samples.Ecommerce;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EtlTools.IntegrationTests.Discover;

/// <summary>What discovery prints and creates is what a sync needs: nothing is edited in between.</summary>
[Collection(SyncCollection.Name)]
public sealed class DiscoveredSyncTests(SyncServer server)
{
    [Fact]
    public async Task The_shop_is_discovered_created_and_synced_as_it_is()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        await using (var connection = new NpgsqlConnection(world.TargetDsn))
        {
            await connection.OpenAsync();
            await EcommerceTables.CreateAndFillAsync(connection, new EcommerceSample(42, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), 0.02), CancellationToken.None);
        }

        var pipelines = await DiscoverAndApplyAsync(world);

        foreach (var (table, rows) in new[] { ("CUSTOMERS", 1_000), ("PRODUCTS", 4), ("ORDERS", 2_000), ("ORDER_ITEMS", 5_000) })
            await SyncAsync(world, pipelines.Single(p => p.Target == $"SRC.PUBLIC.{table}"), rows);
        foreach (var column in new[] { "customer_id", "email", "first_name", "last_name", "phone", "city", "state", "zip", "birth_date::text", "marketing_opt_in::text", "signup_source", "registered_at_text" })
        {
            var name = column.Split(':')[0];
            Assert.Equal(
                await world.TargetRowsAsync($"SELECT customer_id AS id, {column} AS v FROM public.customers ORDER BY 1"),
                await WarehouseRowsAsync(world, $"SELECT TO_VARCHAR(CUSTOMER_ID), TO_VARCHAR({name.ToUpperInvariant()}) FROM SRC.PUBLIC.CUSTOMERS ORDER BY CUSTOMER_ID"));
        }

        Assert.Equal(
            await world.TargetRowsAsync("SELECT sum(total), min(updated_at), count(DISTINCT status) FROM public.orders".Replace("min(updated_at)", "to_char(min(updated_at), 'YYYY-MM-DD HH24:MI:SS.US')", StringComparison.Ordinal)),
            await WarehouseRowsAsync(world, "SELECT TO_VARCHAR(SUM(TOTAL)), TO_VARCHAR(MIN(UPDATED_AT), 'YYYY-MM-DD HH24:MI:SS.FF6'), TO_VARCHAR(COUNT(DISTINCT STATUS)) FROM SRC.PUBLIC.ORDERS"));
    }

    [Fact]
    public async Task Views_are_offered_and_names_begin_as_told()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        await world.TargetAsync(
            "CREATE TABLE public.orders (id int PRIMARY KEY, total numeric(10,2), updated_at timestamptz NOT NULL); INSERT INTO public.orders SELECT i, i, now() - interval '1 hour' FROM generate_series(1, 9) i; "
            + "CREATE VIEW public.large_orders AS SELECT id, total, updated_at FROM public.orders WHERE total > 5; CREATE MATERIALIZED VIEW public.totals AS SELECT count(*) AS n FROM public.orders");
        var discovery = await new SchemaDiscovery(world.Services).RunAsync(new DiscoverOptions { TargetSchema = "SRC.PUBLIC", Prefix = "raw_" }, CancellationToken.None);

        Assert.Equal(["SRC.PUBLIC.RAW_LARGE_ORDERS", "SRC.PUBLIC.RAW_ORDERS", "SRC.PUBLIC.RAW_TOTALS"], discovery.Tables.Select(table => table.TargetText));
        Assert.Equal([false, true, false], discovery.Tables.Select(table => table.CanBeMoved));
        Assert.Contains(discovery.Tables[0].Warnings, warning => warning.Contains("name under pk", StringComparison.Ordinal));
        Assert.Equal(("updated_at", false), (discovery.Tables[0].Watermark.Value, discovery.Tables[0].Warnings.Any(warning => warning.Contains("CREATE INDEX", StringComparison.Ordinal))));
        await Assert.ThrowsAsync<Core.Errors.ConfigurationException>(() => new SchemaDiscovery(world.Services).RunAsync(new DiscoverOptions { TargetSchema = "SRC.PUBLIC", Prefix = "1; DROP" }, CancellationToken.None));

        // With the key that the entry asks for, the view is moved as a table is.
        await using (var connection = await world.Services.Snowflake.OpenAsync("test", CancellationToken.None))
        await using (var create = connection.CreateCommand())
        {
            create.CommandText = discovery.Tables[0].Ddl;
            await create.ExecuteNonQueryAsync();
        }

        var view = SyncWorld.Pipeline(p => p with { Name = "large", Direction = SyncDirection.PostgresToSnowflake, Source = "public.large_orders", Target = "SRC.PUBLIC.RAW_LARGE_ORDERS", WatermarkColumn = "updated_at", WriteMode = WriteMode.Merge });
        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(4, 4, 0, 0, 0, 0), view);
    }

    [Fact]
    public async Task Every_type_that_the_map_knows_is_accepted_by_the_sync_and_arrives_exactly()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        (string Type, string Value, string Arrived)[] values =
        [
            ("smallint", "-32768", "-32768"), ("integer", "2147483647", "2147483647"), ("bigint", "-9223372036854775808", "-9223372036854775808"), ("oid", "4294967295", "4294967295"),
            ("numeric(38,0)", "99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
            ("numeric(38,37)", "-9.9999999999999999999999999999999999999", "-9.9999999999999999999999999999999999999"),
            ("numeric(5,-2)", "1234567", "1234600"), ("numeric(3,5)", "0.00123", "0.00123"), ("numeric(50,12)", "12345678901234567890123456789012345678.000000000001", "12345678901234567890123456789012345678.000000000001"),
            ("numeric", "1e-30", "0.000000000000000000000000000001"), ("double precision", "-Infinity", "-inf"), ("double precision", "0.1", "0.1"), ("real", "0.1", "0.1"),
            ("boolean", "t", "true"), ("text", "", ""), ("text", "a\"b,c\\N\t\r\n𠮷", "a\"b,c\\N\t\r\n𠮷"), ("varchar(3)", "年金𠮷", "年金𠮷"), ("bytea", "\\x00ff", "00FF"), ("bytea", "", ""),
            ("date", "0001-01-01", "0001-01-01"), ("date", "9999-12-31", "9999-12-31"), ("time(3)", "23:59:59.999", "23:59:59.999"), ("timetz", "23:59:59.5+05:30", "23:59:59.5+05:30"),
            ("timestamp", "1969-12-31 23:59:59.999999", "1969-12-31T23:59:59.999999000"), ("timestamptz", "2024-03-31 02:30:00.000001+05:30", "2024-03-30T21:00:00.000001000+00:00"),
            ("interval", "1 year -2 days 03:04:05.678", "P1Y-2DT3H4M5.678S"), ("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
            ("jsonb", """{"b": [1, null], "a": 12345678901234567890}""", """{"a":12345678901234567890,"b":[1,null]}"""), ("inet", "192.168.0.1/24", "192.168.0.1/24"), ("money", "-1234.5", "-1234.50"),
            ("bit(4)", "0101", "0101"), ("point", "(1.5,-2)", "(1.5,-2)"), ("tstzrange", "[2024-01-01 00:00+02,)", """["2023-12-31 22:00:00+00",)"""), ("integer[]", "{1,NULL,3}", "[1,null,3]"),
            ("mood", "it's ok", "it's ok"), ("pair", "(1,b)", """{"x":1,"y":"b"}"""), ("amount", "0.01", "0.01"),
        ];
        await world.TargetAsync(
            "CREATE TYPE mood AS ENUM ('it''s ok'); CREATE TYPE pair AS (x integer, y text); CREATE DOMAIN amount AS numeric(12,2); "
            + $"CREATE TABLE public.everything (id integer PRIMARY KEY, {string.Join(", ", values.Select((v, i) => $"c{i} {v.Type}"))}, updated_at timestamptz NOT NULL DEFAULT now() - interval '1 hour')");
        await world.TargetAsync($"INSERT INTO public.everything VALUES (1, {string.Join(", ", values.Select(v => PostgresLiteral(v.Value)))}), (2{string.Concat(values.Select(_ => ", NULL"))})");

        var pipeline = Assert.Single(await DiscoverAndApplyAsync(world));

        await SyncAsync(world, pipeline, 2);
        await using var connection = await world.Services.Snowflake.OpenAsync("test", CancellationToken.None);
        var table = await SnowflakeCatalog.DescribeAsync(connection, SnowflakeTableName.Parse(pipeline.Target), CancellationToken.None);
        foreach (var ((type, _, arrived), i) in values.Select((v, i) => (v, i)))
        {
            var text = SnowflakeText.Select(table.Find($"C{i}")!);
            var found = await WarehouseRowsAsync(world, $"SELECT {text} FROM {pipeline.Target} ORDER BY ID");
            Assert.Equal((type, type.StartsWith("time(", StringComparison.Ordinal) ? arrived + "000000" : arrived, "~"), (type, found[0], found[1]));
        }
    }

    [Fact]
    public async Task A_value_that_Snowflake_cannot_hold_is_put_aside_and_the_others_arrive()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        (string Column, string Value)[] unfit =
        [
            ("n", "NaN"), ("d", "infinity"), ("d", "-infinity"), ("d", "0001-12-31 BC"), ("d", "10000-01-01"), ("t", "24:00"), ("ts", "infinity"), ("ts", "0001-12-31 23:59:59.999999 BC"),
            ("ts", "10000-01-01"), ("tz", "-infinity"), ("tz", "0001-01-01 00:00:00+01"), ("tz", "9999-12-31 23:59:59-01"),
        ];
        await world.TargetAsync("CREATE TABLE public.t (id integer PRIMARY KEY, n numeric(10,2), d date, t time, ts timestamp, tz timestamptz, updated_at timestamptz NOT NULL DEFAULT now() - interval '1 hour')");
        await world.TargetAsync(string.Concat(unfit.Select((u, i) => $"INSERT INTO public.t (id, {u.Column}) VALUES ({i}, '{u.Value}');")) + "INSERT INTO public.t VALUES (100, 1, '9999-12-31', '23:59:59.999999', '0001-01-01', '0001-01-01 00:00+00')");
        var pipeline = Assert.Single(await DiscoverAndApplyAsync(world));
        await using var services = new EtlServices(world.Settings, LocalWarehouseFactory.Instance, NullLoggerFactory.Instance, TimeProvider.System);

        var result = await new TableSync(services).RunAsync(pipeline, new SyncOptions(), null, CancellationToken.None);

        Assert.Equal((unfit.Length + 1, 1, unfit.Length), (result.Run.Counts.Read, result.Run.Counts.Inserted, result.Run.Counts.Quarantined));
        Assert.Equal(["100"], await WarehouseRowsAsync(world, $"SELECT TO_VARCHAR(ID) FROM {pipeline.Target}"));
    }

    private static string PostgresLiteral(string value) => "E'" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal) + "'";

    private static async Task<IReadOnlyList<PipelineDefinition>> DiscoverAndApplyAsync(SyncWorld world)
    {
        var discovery = await new SchemaDiscovery(world.Services).RunAsync(new DiscoverOptions(), CancellationToken.None);
        await new TableCreation(world.Services).RunAsync(discovery.Tables, CancellationToken.None);
        return ConfigurationFile.Parse(discovery.Yaml, "etl.yaml", new SyncSettings { Settle = TimeSpan.Zero }).Pipelines;
    }

    private static async Task SyncAsync(SyncWorld world, PipelineDefinition pipeline, int rows)
    {
        // Files are uploaded synchronously, which the world's own provider does not allow.
        await using var services = new EtlServices(world.Settings, LocalWarehouseFactory.Instance, NullLoggerFactory.Instance, TimeProvider.System);
        var result = await new TableSync(services).RunAsync(pipeline, new SyncOptions(), null, CancellationToken.None);
        Assert.True(result.Run.Status == RunStatus.Done, $"{result.Run.Status}: {result.Error}");
        Assert.Equal(new RowCounts(rows, rows, 0, 0, 0, 0), result.Run.Counts);
    }

    /// <summary>Rows as the target's are written: fields as text joined by "|", NULL as "~".</summary>
    private static async Task<List<string>> WarehouseRowsAsync(SyncWorld world, string sql)
    {
        await using var connection = await world.Services.Snowflake.OpenAsync("test", CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "~" : reader.GetString(i))));
        return rows;
    }
}
