using System.Text;
using EtlTools.Core.Postgres;
using EtlTools.Core.Tests.State;
using EtlTools.Core.Tests.Texts;
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

    [Fact]
    public async Task Every_type_becomes_what_the_approved_table_says()
    {
        var text = new StringBuilder();
        foreach (var column in (await TableAsync(await server.NewAsync(), s_types)).Columns)
        {
            var mapped = SnowflakeTypeMap.Of(column.Type);
            text.Append($"{column.Type.Declared} → {mapped.Type.ToSql()}, by {SnowflakeTypeMap.Project(column.Type, "c")}{(mapped.IsDoubtful ? ", warning" : mapped.Note is null ? "" : ", note")}{(mapped.Note is null ? "" : ": " + mapped.Note)}\n");
        }

        ApprovedText.Check("discover/types.txt", text.ToString());
    }

    private static async Task<PostgresTable> TableAsync(NpgsqlDataSource database, IReadOnlyList<string> types)
    {
        await using (var create = database.CreateCommand($"{Types} CREATE TABLE t ({string.Join(", ", types.Select((type, i) => $"c{i} {type}"))})"))
            await create.ExecuteNonQueryAsync();
        await using var connection = await database.OpenConnectionAsync();
        return (await PostgresCatalog.DescribeAsync(connection, new PostgresTableName("public", "t"), CancellationToken.None))!;
    }
}
