using System.Data.Common;
using System.Text;
using EtlTools.Core.Config;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Tests.State;
using EtlTools.Core.Tests.Texts;
using EtlTools.LocalWarehouse;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace EtlTools.Core.Tests.Postgres;

[Collection(StateDatabaseGroup.Name)]
public sealed class SnowflakeTypeMapTests(StateDatabase server)
{
    private const string Types = """
        CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
        CREATE TYPE point3 AS (x integer, y numeric(5,2), label text);
        CREATE DOMAIN amount AS numeric(12,2) CHECK (value >= 0);
        CREATE DOMAIN big_amount AS amount NOT NULL;
        CREATE DOMAIN tags AS text[];
        """;

    private static readonly string[] s_types =
    [
        "smallint", "integer", "bigint", "oid", "numeric(10,2)", "numeric(38,0)", "numeric(38,37)", "numeric(39,0)", "numeric(38,38)", "numeric(1000,10)", "numeric(5,-2)",
        "numeric(37,-2)", "numeric(3,5)", "numeric", "real", "double precision", "boolean", "text", "varchar", "varchar(30)", "char(5)", "\"char\"", "name", "bytea", "date",
        "time", "time(3)", "timetz", "timestamp", "timestamp(0)", "timestamptz", "timestamptz(3)", "interval", "uuid", "json", "jsonb", "xml", "inet", "cidr", "macaddr", "macaddr8",
        "money", "bit(4)", "varbit", "point", "box", "polygon", "int4range", "tstzrange", "int8multirange", "tsvector", "tsquery", "pg_lsn", "regclass", "integer[]", "text[][]",
        "mood", "mood[]", "point3", "amount", "big_amount", "tags", "jsonpath",
    ];

    /// <summary>Type, literal, its text on the way, and how the warehouse gives it back.</summary>
    private static readonly (string Type, string Value, string Text, string Back)[] s_values =
    [
        ("smallint", "-32768", "-32768", "-32768"),
        ("bigint", "-9223372036854775808", "-9223372036854775808", "-9223372036854775808"),
        ("oid", "4294967295", "4294967295", "4294967295"),
        ("numeric(38,0)", "99999999999999999999999999999999999999", "99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
        ("numeric(38,37)", "-9.9999999999999999999999999999999999999", "-9.9999999999999999999999999999999999999", "-9.9999999999999999999999999999999999999"),
        ("numeric(5,-2)", "1234567", "1234600", "1234600"),
        ("numeric(3,5)", "0.00123", "0.00123", "0.00123"),
        ("numeric", "123456789012345678901234567890123456789012.5", "123456789012345678901234567890123456789012.5", "123456789012345678901234567890123456789012.5"),
        ("numeric", "NaN", "NaN", "NaN"),
        ("double precision", "Infinity", "inf", "inf"),
        ("double precision", "-Infinity", "-inf", "-inf"),
        ("double precision", "NaN", "NaN", "NaN"),
        ("double precision", "0.1", "0.1", "0.1"),
        ("boolean", "yes", "true", "true"),
        ("boolean", "no", "false", "false"),
        ("text", "", "", ""),
        ("text", "\\N \t\r\n \" ' , 𠮷", "\\N \t\r\n \" ' , 𠮷", "\\N \t\r\n \" ' , 𠮷"),
        ("bytea", "\\x00ff5c", "00ff5c", "00FF5C"),
        ("bytea", "", "", ""),
        ("date", "0001-01-01", "0001-01-01", "0001-01-01"),
        ("date", "9999-12-31", "9999-12-31", "9999-12-31"),
        ("time", "23:59:59.999999", "23:59:59.999999000", "23:59:59.999999000"),
        ("timetz", "23:59:59.5+05:30", "23:59:59.5+05:30", "23:59:59.5+05:30"),
        ("timestamp", "1969-12-31 23:59:59.999999", "1969-12-31T23:59:59.999999000", "1969-12-31T23:59:59.999999000"),
        ("timestamp", "9999-12-31 23:59:59.999999", "9999-12-31T23:59:59.999999000", "9999-12-31T23:59:59.999999000"),
        ("timestamptz", "2024-03-31 02:30:00.000001+05:30", "2024-03-30T21:00:00.000001000+00:00", "2024-03-30T21:00:00.000001000+00:00"),
        ("interval", "1 year -2 days 03:04:05.678", "P1Y-2DT3H4M5.678S", "P1Y-2DT3H4M5.678S"),
        ("uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("jsonb", """{"b": [1, null, "x"], "a": 12345678901234567890}""", """{"a": 12345678901234567890, "b": [1, null, "x"]}""", """{"a":12345678901234567890,"b":[1,null,"x"]}"""),
        ("json", "null", "null", "null"),
        ("inet", "192.168.0.1/24", "192.168.0.1/24", "192.168.0.1/24"),
        ("money", "-1234.5", "-1234.50", "-1234.50"),
        ("bit(4)", "0101", "0101", "0101"),
        ("point", "(1.5,-2)", "(1.5,-2)", "(1.5,-2)"),
        ("tstzrange", "[2024-01-01 00:00+02,)", """["2023-12-31 22:00:00+00",)""", """["2023-12-31 22:00:00+00",)"""),
        ("integer[]", "{1,NULL,3}", "[1,null,3]", "[1,null,3]"),
        ("mood", "it's ok", "it's ok", "it's ok"),
        ("point3", "(1,2.50,a)", """{"x":1,"y":2.50,"label":"a"}""", """{"label":"a","x":1,"y":2.50}"""),
        ("big_amount", "0.01", "0.01", "0.01"),
        ("tags", """{a,"b c"}""", """["a","b c"]""", """["a","b c"]"""),
    ];

    [Fact]
    public async Task Every_type_becomes_what_the_approved_table_says()
    {
        var text = new StringBuilder();
        foreach (var column in (await TableAsync(await server.NewAsync(), s_types)).Columns)
        {
            var mapped = SnowflakeTypeMap.Of(column.Type);
            text.Append($"{column.Type.Declared} → {mapped.Type.ToSql()}, as {mapped.Form}{(mapped.IsDoubtful ? ", warning" : mapped.Note is null ? "" : ", note")}{(mapped.Note is null ? "" : ": " + mapped.Note)}\n");
        }

        ApprovedText.Check("discover/types.txt", text.ToString());
    }

    [Fact]
    public async Task Values_travel_as_text_and_the_warehouse_has_the_same_values_afterwards()
    {
        var connectionString = await server.NewConnectionStringAsync();
        await using var database = NpgsqlDataSource.Create(connectionString);
        var table = await TableAsync(database, [.. s_values.Select(v => v.Type)]);
        await using var postgres = new PostgresConnector(new PostgresSettings { ConnectionString = connectionString });
        await using var connection = await postgres.OpenAsync(CancellationToken.None);
        await using var warehouse = await WarehouseAsync();
        foreach (var (value, i) in s_values.Select((v, i) => (v, i)))
        {
            var mapped = SnowflakeTypeMap.Of(table.Columns[i].Type);
            await using var command = new NpgsqlCommand($"SELECT {mapped.ToText("v")}, {mapped.Unfit("v") ?? "false"} FROM (SELECT CAST($1 AS {value.Type}) AS v) q", connection) { Parameters = { new NpgsqlParameter { Value = value.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Unknown } } };
            await using var reader = await command.ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
            Assert.Equal((value.Type, value.Text, false), (value.Type, reader.GetString(0), reader.GetBoolean(1)));

            await RunAsync(warehouse, $"CREATE OR REPLACE TABLE T (C {mapped.Type.ToSql()})");
            await RunAsync(warehouse, $"INSERT INTO T SELECT {mapped.FromText(SnowflakeLiteral.Text(value.Text))}");
            Assert.Equal((value.Type, value.Back), (value.Type, await RunAsync(warehouse, $"SELECT {SnowflakeText.Select(new SnowflakeColumn("C", mapped.Type, true, 1))} FROM T")));
        }
    }

    [Theory]
    [InlineData("numeric(10,2)", "NaN")]
    [InlineData("date", "infinity")]
    [InlineData("date", "-infinity")]
    [InlineData("date", "0001-12-31 BC")]
    [InlineData("date", "10000-01-01")]
    [InlineData("time", "24:00")]
    [InlineData("timestamp", "infinity")]
    [InlineData("timestamp", "0001-12-31 23:59:59.999999 BC")]
    [InlineData("timestamp", "10000-01-01")]
    [InlineData("timestamptz", "-infinity")]
    [InlineData("timestamptz", "0001-01-01 00:00:00+01")]
    [InlineData("timestamptz", "9999-12-31 23:59:59-01")]
    public async Task A_value_that_Snowflake_cannot_hold_is_recognised(string type, string value)
    {
        await using var database = await server.NewAsync();
        var mapped = SnowflakeTypeMap.Of((await TableAsync(database, [type])).Columns[0].Type);
        Assert.True((bool)(await database.ScalarAsync($"SET TimeZone = 'UTC'; SELECT {mapped.Unfit($"CAST('{value}' AS {type})")}"))!);
    }

    private static async Task<PostgresTable> TableAsync(NpgsqlDataSource database, IReadOnlyList<string> types)
    {
        await using (var create = database.CreateCommand($"{Types} CREATE TABLE t ({string.Join(", ", types.Select((type, i) => $"c{i} {type}"))})"))
            await create.ExecuteNonQueryAsync();
        await using var connection = await database.OpenConnectionAsync();
        return (await PostgresCatalog.DescribeAsync(connection, new PostgresTableName("public", "t"), CancellationToken.None))!;
    }

    private async Task<DbConnection> WarehouseAsync()
    {
        var settings = new SnowflakeSettings { Account = "local", LocalPostgres = await server.NewConnectionStringAsync(), User = "tester" };
        var warehouse = await new SnowflakeConnector(settings, LocalWarehouseFactory.Instance, NullLogger<SnowflakeConnector>.Instance).OpenAsync("test", CancellationToken.None);
        await RunAsync(warehouse, "CREATE DATABASE D");
        await RunAsync(warehouse, "USE SCHEMA D.PUBLIC");
        return warehouse;
    }

    private static async Task<string?> RunAsync(DbConnection warehouse, string sql)
    {
        await using var command = warehouse.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync() as string;
    }
}
