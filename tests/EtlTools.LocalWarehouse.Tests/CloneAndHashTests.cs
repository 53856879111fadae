using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>LIKE, CLONE, tables of one session, and HASH.</summary>
public sealed class CloneAndHashTests(PostgresServer server) : WarehouseTest(server)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await RunAsync("CREATE TABLE t (k INT PRIMARY KEY, gone INT, s VARCHAR(5) DEFAULT 'd', at TIMESTAMP_LTZ DEFAULT CURRENT_TIMESTAMP())");
        await RunAsync("ALTER TABLE t DROP COLUMN gone");
        await RunAsync("INSERT INTO t (k, s) VALUES (1, 'a'), (2, NULL)");
    }

    [Fact]
    public async Task A_clone_has_the_rows_and_the_definition_and_lives_by_itself()
    {
        await RunAsync("CREATE TRANSIENT TABLE c CLONE t");
        await RunAsync("CREATE TABLE l LIKE t");
        Assert.Equal(await RowsAsync("SELECT * FROM t ORDER BY k"), await RowsAsync("SELECT * FROM c ORDER BY k"));
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM l"));
        Assert.Equal(await RowsAsync("DESC TABLE t"), await RowsAsync("DESC TABLE c"));
        Assert.Equal(await RowsAsync("DESC TABLE t"), await RowsAsync("DESC TABLE l"));
        await RunAsync("INSERT INTO c (k) VALUES (3)");
        await RunAsync("INSERT INTO l (k) VALUES (3)");
        Assert.Equal("d|true", await OneAsync("SELECT s, at IS NOT NULL FROM c WHERE k = 3"));
        Assert.Equal("2|3|1", await OneAsync("SELECT (SELECT COUNT(*) FROM t), (SELECT COUNT(*) FROM c), (SELECT COUNT(*) FROM l)"));
        Assert.Equal("TRANSIENT", (await OneAsync("SHOW TABLES LIKE 'C'")).Split('|')[4]);
        await RunAsync("CREATE OR REPLACE TABLE c CLONE t");
        Assert.Equal("2", await OneAsync("SELECT COUNT(*) FROM c"));
        await FailsAsync("CREATE TABLE c CLONE t", 2002);
        await FailsAsync("CREATE TABLE x CLONE nope", 2003);
        await FailsAsync("CREATE TABLE x CLONE t AT (OFFSET => -60)", 2);
        await RunAsync("CREATE TEMPORARY TABLE tmp CLONE t");
        await FailsAsync("CREATE TABLE x CLONE tmp", 2);
    }

    [Fact]
    public async Task A_temporary_table_hides_the_permanent_one_for_COPY_too()
    {
        await PutStageAsync();
        await RunAsync("CREATE TEMPORARY TABLE t (k INT, s STRING)");
        Assert.Equal(2, await RunAsync("COPY INTO t FROM @st"));
        Assert.Equal("7", await OneAsync("SELECT MIN(k) FROM t"));
        await using var other = await OpenAsync();
        await using var count = Command(other, "SELECT COUNT(*) FROM t", []);
        Assert.Equal(2L, await count.ExecuteScalarAsync());
        await RunAsync("DROP TABLE t");
        Assert.Equal(2, await RunAsync("COPY INTO t (k, s) FROM @st"));
        Assert.Equal("4", await OneAsync("SELECT COUNT(*) FROM t"));
        Assert.Equal("true", await OneAsync("SELECT MIN(at) IS NOT NULL AND COUNT(at) = 4 FROM t"));

        async Task PutStageAsync()
        {
            await RunAsync("CREATE STAGE st");
            await PutAsync("@st", "a.csv", "7,x\n8,y\n");
        }
    }

    [Theory]
    [InlineData("HASH(1, NULL, 'a') = HASH(1.00, NULL, 'a')", "true")]
    [InlineData("HASH(1) = HASH(1::FLOAT)", "true")]
    [InlineData("HASH(1) = HASH('1')", "false")]
    [InlineData("HASH(NULL, 'a') = HASH('a', NULL)", "false")]
    [InlineData("HASH(NULL) IS NULL", "false")]
    [InlineData("HASH('2024-01-01 00:00:00 +01:00'::TIMESTAMP_TZ) = HASH('2024-01-01 02:00:00 +03:00'::TIMESTAMP_TZ)", "true")]
    [InlineData("HASH(PARSE_JSON('{\"a\":1,\"b\":2}')) = HASH(PARSE_JSON('{\"b\":2,\"a\":1}'))", "true")]
    [InlineData("ABS(HASH('x')) < 9223372036854775808", "true")]
    [InlineData("SHA2('abc')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("SHA2('abc', 224)", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    [InlineData("TO_VARCHAR(SHA2_BINARY(TO_BINARY('616263'), 256), 'HEX')", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    public async Task Hashes_tell_values_apart(string expression, string expected) => Assert.Equal(expected, await OneAsync($"SELECT {expression}"));

    [Fact]
    public async Task A_merge_guarded_by_hashes_changes_only_what_differs()
    {
        await RunAsync("CREATE TABLE u AS SELECT column1 AS k, column2 AS s FROM VALUES (1, 'a'), (2, 'new'), (3, 'c')");
        Assert.Equal("1|1", await OneAsync("MERGE INTO t USING u ON t.k = u.k WHEN MATCHED AND HASH(t.s) <> HASH(u.s) THEN UPDATE SET s = u.s WHEN NOT MATCHED THEN INSERT (k, s) VALUES (u.k, u.s)"));
        Assert.Equal(["1|a", "2|new", "3|c"], await RowsAsync("SELECT k, s FROM t ORDER BY k"));
        Assert.Equal("3", await OneAsync("SELECT COUNT(DISTINCT HASH(*)) FROM t"));
    }
}
