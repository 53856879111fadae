using System.Data.Common;
using EtlTools.Core.Config;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>A large window is read in parts: together they hold each row once, in order, whatever the cursor's type.</summary>
[Collection(SyncCollection.Name)]
public sealed class WindowPartsTests(SyncServer server)
{
    private const int Rows = 1_000;

    [Theory]
    [InlineData("TIMESTAMP_NTZ(9)", "DATEADD('second', N * N, '2024-01-01'::TIMESTAMP_NTZ)", 4)]
    [InlineData("TIMESTAMP_NTZ(9)", "DATEADD('millisecond', N, '1969-12-31 23:59:59.5'::TIMESTAMP_NTZ)", 1)]
    [InlineData("TIMESTAMP_NTZ(9)", "DATEADD('day', N * 300, '1200-01-01'::TIMESTAMP_NTZ)", 4)]
    [InlineData("TIMESTAMP_LTZ(9)", "DATEADD('minute', N, '2024-03-30'::TIMESTAMP_LTZ)", 4)]
    [InlineData("TIMESTAMP_TZ(9)", "IFF(MOD(N, 2) = 0, DATEADD('hour', N, '2024-01-01 00:00:00 +05:30'::TIMESTAMP_TZ), DATEADD('hour', N, '2024-01-01 00:00:00 -08:00'::TIMESTAMP_TZ))", 4)]
    [InlineData("DATE", "DATEADD('day', N, '1999-12-01'::DATE)", 4)]
    [InlineData("NUMBER(38,0)", "N - 500", 4)]
    [InlineData("NUMBER(38,0)", "N * 30000000000000000000000000000000000", 1)]
    [InlineData("NUMBER(10,2)", "N / 100", 2)]
    [InlineData("VARCHAR", "'v' || N", 1)]
    [InlineData("TIMESTAMP_NTZ(9)", "'2024-01-01'::TIMESTAMP_NTZ", 1)]
    public async Task The_parts_hold_each_row_once_in_order(string type, string value, int least)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync(
            $"CREATE TABLE T (ID NUMBER(10,0), C {type})",
            "CREATE TABLE NUMBERS (N NUMBER(10,0))",
            $"INSERT INTO NUMBERS VALUES {string.Join(", ", Enumerable.Range(1, Rows).Select(n => $"({n})"))}",
            $"INSERT INTO T SELECT N, {value} FROM NUMBERS");
        await using var connection = await world.Services.Snowflake.OpenAsync("parts", default);
        var name = SnowflakeTableName.Parse("SRC.PUBLIC.T");
        var table = await SnowflakeCatalog.DescribeAsync(connection, name, default);
        var cursor = new SnowflakeCursor(table.Find("C")!, "UTC");
        var sql = new SnowflakeWindowSql(name, cursor, CursorDistance.None, TimeSpan.Zero);

        var window = await new WindowFinder(sql, rowsPerPart: 200).FindAsync(connection, null, default);
        var queries = new WindowQueries(sql, window, ["TO_VARCHAR(ID)", cursor.ToText("C")], ["\"ID\""], 1, sweepNullCursors: false);
        var parts = new List<List<(string Id, string Cursor)>>();
        for (var part = 0; part < queries.Count; part++) parts.Add(await ReadAsync(connection, queries.Get(part, null)));

        Assert.InRange(parts.Count, least, 6);
        Assert.All(parts, part => Assert.NotEmpty(part));
        var rows = parts.SelectMany(part => part).ToList();
        Assert.Equal(Enumerable.Range(1, Rows), rows.Select(row => int.Parse(row.Id)).Order());
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.True(cursor.Compare(pair.First.Cursor, pair.Second.Cursor) <= 0));

        // A part that broke off goes on at the row it had come to, and ends where it would have ended.
        var middle = parts.Count / 2;
        var broken = parts[middle][parts[middle].Count / 2].Cursor;
        Assert.Equal(
            parts[middle].Where(row => cursor.Compare(row.Cursor, broken) >= 0),
            await ReadAsync(connection, queries.Get(middle, broken)));
    }

    [Fact]
    public async Task A_window_of_more_rows_than_one_query_reads_arrives_whole()
    {
        const int rows = 300_000;
        await using var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync(
            "CREATE TABLE T (ID NUMBER(10,0), NAME VARCHAR, UPDATED_AT TIMESTAMP_NTZ)",
            "CREATE TABLE NUMBERS (N NUMBER(10,0))",
            $"INSERT INTO NUMBERS VALUES {string.Join(", ", Enumerable.Range(0, 1_000).Select(n => $"({n})"))}",
            $"INSERT INTO T SELECT N, 'row', DATEADD('second', N, '2024-01-01'::TIMESTAMP_NTZ) FROM (SELECT A.N * 1000 + B.N AS N FROM NUMBERS A CROSS JOIN NUMBERS B WHERE A.N < {rows / 1000})");
        await world.TargetAsync("CREATE TABLE t (id bigint PRIMARY KEY, name text, updated_at timestamp)");
        var large = SyncWorld.Pipeline(p => p with { BatchSize = 10_000 });

        var result = await world.SyncAsync(large);

        Assert.Equal((RunStatus.Done, rows, rows), (result.Run.Status, (int)result.Run.Counts.Read, (int)result.Run.Counts.Inserted));
        Assert.Equal(["300000|44999850000"], await world.TargetRowsAsync("SELECT count(*), sum(id) FROM t"));
        Assert.Equal(RunStatus.Idle, (await world.SyncAsync(large)).Run.Status);
    }

    private static async Task<List<(string Id, string Cursor)>> ReadAsync(DbConnection connection, SourceQuery query)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = query.Sql;
        SnowflakeStatement.Bind(command, query.Values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, string)>();
        while (await reader.ReadAsync()) rows.Add((reader.GetString(0), reader.GetString(1)));
        return rows;
    }
}
