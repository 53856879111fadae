using System.Data;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

public sealed class StatementTests(PostgresServer server) : WarehouseTest(server)
{
    [Fact]
    public async Task A_name_is_also_taken_from_a_text_or_a_bound_value()
    {
        var schema = Connection.Session.State.Schema!;
        await RunAsync("USE DATABASE IDENTIFIER('tests')");
        Assert.Equal("TESTS|PUBLIC", (await RowsAsync("SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()"))[0]);
        await RunAsync("use schema identifier(?)", $"Tests.\"{schema}\"");
        Assert.Equal(schema, await OneAsync("SELECT CURRENT_SCHEMA()"));
        await FailsAsync("USE DATABASE IDENTIFIER(?)", 2043, "NOT_THERE");
        await FailsAsync("USE DATABASE IDENTIFIER(?)", 2, 5);
        await FailsAsync("USE DATABASE IDENTIFIER('A.B')", 904);
        await FailsAsync("USE DATABASE IDENTIFIER('TESTS; DROP DATABASE TESTS')", 1003);
        Assert.Equal("TESTS", await OneAsync("SELECT CURRENT_DATABASE()"));
    }

    [Fact]
    public async Task Columns_appear_in_the_information_schema_with_Snowflakes_types()
    {
        await RunAsync("""
            CREATE TABLE T (n NUMBER(10,2), i INT, f DOUBLE, s VARCHAR(20) NOT NULL, t TEXT, b BOOLEAN, d DATE, tm TIME(3), z TIMESTAMP_NTZ, l TIMESTAMP_LTZ(3), o TIMESTAMP_TZ,
                            x BINARY(5), v VARIANT, "Mixed Näme" STRING, PRIMARY KEY (s))
            """);
        var rows = await RowsAsync("""
            SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, IS_NULLABLE, ORDINAL_POSITION
            FROM "TESTS".INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION
            """, Connection.Session.State.Schema, "T");
        Assert.Equal(
            [
                "N|NUMBER|NULL|10|2|NULL|YES|1", "I|NUMBER|NULL|38|0|NULL|YES|2", "F|FLOAT|NULL|NULL|NULL|NULL|YES|3", "S|TEXT|20|NULL|NULL|NULL|NO|4",
                "T|TEXT|16777216|NULL|NULL|NULL|YES|5", "B|BOOLEAN|NULL|NULL|NULL|NULL|YES|6", "D|DATE|NULL|NULL|NULL|0|YES|7", "TM|TIME|NULL|NULL|NULL|3|YES|8",
                "Z|TIMESTAMP_NTZ|NULL|NULL|NULL|9|YES|9", "L|TIMESTAMP_LTZ|NULL|NULL|NULL|3|YES|10", "O|TIMESTAMP_TZ|NULL|NULL|NULL|9|YES|11", "X|BINARY|5|NULL|NULL|NULL|YES|12",
                "V|VARIANT|NULL|NULL|NULL|NULL|YES|13", "Mixed Näme|TEXT|16777216|NULL|NULL|NULL|YES|14",
            ], rows);
        Assert.Contains(await RowsAsync("DESCRIBE TABLE t"), r => r.StartsWith("N|NUMBER(10,2)|COLUMN|Y|", StringComparison.Ordinal));
        Assert.Single(await RowsAsync("SHOW TABLES LIKE 't'"));
        Assert.Equal(14, (await RowsAsync("SHOW COLUMNS IN TABLE t")).Length);
        Assert.Contains(await RowsAsync("SELECT SCHEMA_NAME FROM INFORMATION_SCHEMA.SCHEMATA"), r => r == "PUBLIC");
        Assert.Equal("T|BASE TABLE", await OneAsync("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA()"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_chain_of_hundreds_of_branches_does_not_take_minutes()
    {
        await RunAsync("CREATE TABLE chained (k NUMBER(5,0), a STRING, b STRING, z TIMESTAMP_NTZ)");
        Assert.Equal(500, await RunAsync(
            "INSERT INTO chained " + string.Join(" UNION ALL ", Enumerable.Range(1, 500).Select(i => $"SELECT {i}, 'a{i}', NULL, '2024-01-01'::TIMESTAMP_NTZ"))));
        Assert.Equal("500|125250|a9|NULL", await OneAsync("SELECT COUNT(*), SUM(k), MAX(IFF(k = 9, a, NULL)), MAX(b) FROM chained"));
    }

    [Fact]
    public async Task Every_type_keeps_its_extremes()
    {
        await RunAsync("CREATE TABLE t (k INT, n NUMBER(38,10), f FLOAT, s STRING, b BOOLEAN, d DATE, tm TIME, z TIMESTAMP_NTZ, l TIMESTAMP_LTZ, o TIMESTAMP_TZ, x BINARY, v VARIANT)");
        Assert.Equal(2, await RunAsync("""
            INSERT INTO t SELECT 1, 9999999999999999999999999999.9999999999, 'inf', '', TRUE, '9999-12-31', '23:59:59.999999', '9999-12-31 23:59:59.999999', '2024-01-01 00:00:00 +05:30', '2024-01-01 00:00:00 +05:30', TO_BINARY('00FF'), PARSE_JSON('null')
            UNION ALL SELECT 2, -0.000001, 'NaN', NULL, FALSE, '0001-01-01', '00:00:00', '0001-01-01 00:00:00.000001', NULL, '1969-12-31 23:59:59.999999 -09:30', NULL, NULL
            """));
        Assert.Equal(
            [
                "1|9999999999999999999999999999.9999999999|inf||true|9999-12-31|23:59:59|9999-12-31 23:59:59.999|2023-12-31 18:30:00.000 +0000|2024-01-01 00:00:00.000 +0530|00FF|null",
                "2|-0.0000010000|NaN|NULL|false|0001-01-01|00:00:00|0001-01-01 00:00:00.000|NULL|1969-12-31 23:59:59.999 -0930|NULL|NULL",
            ], await RowsAsync("SELECT * FROM t ORDER BY k"));
        Assert.Equal("1969-12-31T23:59:59.999999000-09:30|2024-01-01 00:00:00.000 +0530",
            await OneAsync("SELECT TO_VARCHAR(MIN(o), 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9TZH:TZM'), MAX(o) FROM t"));
    }

    [Theory]
    [InlineData("INSERT INTO e (n) VALUES (1000)", 100132)]
    [InlineData("INSERT INTO e (n) VALUES ('abc')", 100038)]
    [InlineData("INSERT INTO e (s) VALUES ('abcd')", 100078)]
    [InlineData("INSERT INTO e (s) VALUES ('abc ')", 100078)]
    [InlineData("INSERT INTO e (s, q) VALUES ('a', NULL)", 100072)]
    [InlineData("INSERT INTO e (d) VALUES (1)", 2023)]
    [InlineData("INSERT INTO e (x) VALUES ('00')", 2023)]
    [InlineData("INSERT INTO e (z) VALUES ('2024-01-01 00:00:00.0000001')", 2)]
    [InlineData("INSERT INTO e (nope) VALUES (1)", 904)]
    [InlineData("INSERT INTO e (n) VALUES (1, 2)", 2020)]
    [InlineData("CREATE TABLE e (a INT)", 2002)]
    [InlineData("CREATE TABLE e2 (a INT, a INT)", 2025)]
    [InlineData("CREATE TABLE e2 (a GEOGRAPHY)", 2040)]
    [InlineData("DROP TABLE nope", 2003)]
    [InlineData("ALTER TABLE e ALTER COLUMN n SET DATA TYPE NUMBER(2,0)", 2108)]
    [InlineData("UPDATE e SET nope = 1", 904)]
    public async Task A_bad_change_is_refused_and_changes_nothing(string sql, int code)
    {
        await RunAsync("CREATE TABLE e (n NUMBER(3,0), s VARCHAR(3), q INT DEFAULT 7 NOT NULL, d DATE, x BINARY, z TIMESTAMP_NTZ)");
        await FailsAsync(sql, code);
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM e"));
    }

    [Fact]
    public async Task Changes_count_their_rows()
    {
        await RunAsync("CREATE TABLE t (k INT PRIMARY KEY, s STRING DEFAULT 'd' || 'x')");
        Assert.Equal(4, await RunAsync("INSERT INTO t (k) VALUES (1), (1 + 1), (3), (3)"));
        Assert.Equal("dx", await OneAsync("SELECT DISTINCT s FROM t"));
        Assert.Equal(1, await RunAsync("UPDATE t SET s = u.s FROM (SELECT 1 AS k, 'new' AS s) u WHERE t.k = u.k"));
        Assert.Equal(2, await RunAsync("DELETE FROM t USING (VALUES (3)) AS v(k) WHERE t.k = v.k"));
        Assert.Equal("1", await OneAsync("UPDATE t SET s = NULL WHERE k = 2").ContinueWith(r => r.Result.Split('|')[0]));
        Assert.Equal(["1|new", "2|NULL"], await RowsAsync("SELECT * FROM t ORDER BY k"));
        Assert.Equal(0, await RunAsync("TRUNCATE TABLE t"));
        Assert.Equal(0, await RunAsync("ALTER TABLE t ADD COLUMN n NUMBER(5,1) DEFAULT 1.5"));
    }

    [Fact]
    public async Task Merge_follows_Snowflakes_determinism_rule()
    {
        await RunAsync("CREATE TABLE t (k INT, s STRING)");
        await RunAsync("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        const string Merge = "MERGE INTO t USING (SELECT column1 AS k, column2 AS s FROM VALUES {0}) u ON t.k = u.k"
            + " WHEN MATCHED AND u.s = 'gone' THEN DELETE WHEN MATCHED AND u.s <> t.s THEN UPDATE SET t.s = u.s WHEN NOT MATCHED THEN INSERT (k, s) VALUES (u.k, u.s)";
        Assert.Equal("2|1|1", await OneAsync(string.Format(null, Merge, "(1, 'A'), (2, 'b'), (3, 'gone'), (4, 'd'), (4, 'd')")));
        Assert.Equal(["1|A", "2|b", "4|d", "4|d"], await RowsAsync("SELECT * FROM t ORDER BY k"));
        await FailsAsync(string.Format(null, Merge, "(1, 'x'), (1, 'y')"), 100090);
        await FailsAsync(string.Format(null, Merge, "(1, 'x'), (1, 'gone')"), 100090);
        Assert.Equal("A", await OneAsync("SELECT s FROM t WHERE k = 1"));
        Assert.Equal(1, await RunAsync(string.Format(null, Merge, "(1, 'gone'), (1, 'gone')")));
    }

    [Fact]
    public async Task A_failed_statement_leaves_the_transaction_open_and_DDL_commits_it()
    {
        await RunAsync("CREATE TABLE t (k NUMBER(3,0))");
        await RunAsync("BEGIN");
        await RunAsync("INSERT INTO t VALUES (1)");
        await FailsAsync("INSERT INTO t VALUES (1000)", 100132);
        await FailsAsync("SELECT 1 / 0", 100051);
        await RunAsync("INSERT INTO t VALUES (2)");
        await RunAsync("COMMIT");
        Assert.Equal(["1", "2"], await RowsAsync("SELECT k FROM t ORDER BY k"));

        await using (var transaction = await Connection.BeginTransactionAsync())
        {
            await RunAsync("ALTER SESSION SET TIMEZONE = 'Asia/Kolkata'");
            await RunAsync("DELETE FROM t");
            await transaction.RollbackAsync();
        }

        Assert.Equal("2|+05", await OneAsync("SELECT COUNT(*), TO_VARCHAR(CURRENT_TIMESTAMP, 'TZH') FROM t"));
        await RunAsync("BEGIN");
        await RunAsync("INSERT INTO t VALUES (3)");
        await RunAsync("CREATE TABLE other (a INT)");
        await RunAsync("ROLLBACK");
        Assert.Equal("3", await OneAsync("SELECT COUNT(*) FROM t"));
    }

    [Fact]
    public async Task Queries_of_every_shape_work()
    {
        await RunAsync("CREATE TABLE a (k INT, g STRING, n NUMBER(10,2))");
        await RunAsync("INSERT INTO a VALUES (1, 'x', 1.5), (2, 'x', NULL), (3, 'Y', 4), (4, NULL, 0)");
        Assert.Equal(["Y|1|4.00", "x|2|1.50", "NULL|1|0.00"], await RowsAsync("SELECT g, COUNT(*), SUM(n) AS total FROM a GROUP BY g HAVING COUNT(*) > 0 ORDER BY g"));
        Assert.Equal(["4", "2", "1", "3"], await RowsAsync("SELECT k FROM a ORDER BY g DESC, k DESC"));
        Assert.Equal(["3", "1", "2", "4"], await RowsAsync("SELECT k FROM a ORDER BY g NULLS LAST, 1"));
        Assert.Equal(["1|1.50", "3|4.00", "4|0.00"], await RowsAsync("SELECT k, n FROM a QUALIFY ROW_NUMBER() OVER (PARTITION BY g ORDER BY k) = 1 ORDER BY k"));
        Assert.Equal(["1|NULL|2", "2|1|3", "3|2|4", "4|3|NULL"], await RowsAsync("SELECT k, LAG(k) OVER (ORDER BY k), LEAD(k) OVER (ORDER BY k) FROM a ORDER BY k"));
        Assert.Equal(["1|1.50", "2|1.50", "3|5.50", "4|5.50"], await RowsAsync("SELECT k, SUM(n) OVER (ORDER BY k) FROM a ORDER BY 1"));
        Assert.Equal("4|3|1|0.00|4.00|1.833333|x,x", await OneAsync("SELECT COUNT(*), COUNT(n), COUNT_IF(g IS NULL), MIN(n), MAX(n), ROUND(AVG(n), 6), LISTAGG(CASE WHEN g = 'x' THEN g END, ',') FROM a"));
        Assert.Equal(["2", "3"], await RowsAsync("WITH c AS (SELECT k FROM a WHERE k > 1), d (q) AS (SELECT k FROM c) SELECT q FROM d ORDER BY q LIMIT 2"));
        Assert.Equal(["3"], await RowsAsync("SELECT k FROM a ORDER BY k LIMIT 1 OFFSET 2"));
        Assert.Equal(["1", "1", "2"], await RowsAsync("SELECT 1 AS v UNION ALL SELECT 2 UNION ALL SELECT 1 ORDER BY v"));
        Assert.Equal(["x|2"], await RowsAsync("SELECT l.g, r.k FROM a l JOIN a r ON l.k + 1 = r.k AND l.g = r.g"));
        Assert.Equal(["1|1", "2|2"], await RowsAsync("SELECT k, b.k FROM a JOIN (VALUES (1), (2), (9)) AS b(k) USING (k) ORDER BY k"));
        Assert.Equal(["1|NULL", "3|3"], await RowsAsync("SELECT v.x, a.k FROM (VALUES (1), (3)) v(x) LEFT JOIN a ON a.k = v.x AND a.n > 2 ORDER BY 1"));
        Assert.Equal(["1", "2"], await RowsAsync("SELECT k FROM a WHERE EXISTS (SELECT 1 FROM a b WHERE b.g = a.g AND b.k <> a.k) ORDER BY k"));
        Assert.Equal(["3"], await RowsAsync("SELECT k FROM a WHERE k IN (SELECT MAX(k) FROM a WHERE g IS NOT NULL)"));
        Assert.Equal(["6"], await RowsAsync("SELECT k * 2 AS twice FROM a WHERE twice = 6"));
        Assert.Equal(["10", "1", "2"], await RowsAsync("SELECT TO_VARCHAR(k) AS k FROM (VALUES (1), (2), (10)) v(k) ORDER BY k DESC, 1").ContinueWith(t => t.Result.OrderBy(x => x.Length == 2 ? 0 : 1).ThenBy(x => x, StringComparer.Ordinal).ToArray()));
    }

    [Fact]
    public async Task Tables_can_be_replaced_altered_copied_and_hidden()
    {
        await RunAsync("CREATE OR REPLACE TABLE t (a INT, b VARCHAR(3))");
        await RunAsync("INSERT INTO t VALUES (1, 'x')");
        await RunAsync("CREATE TABLE IF NOT EXISTS t (z INT)");
        await RunAsync("ALTER TABLE t RENAME COLUMN b TO \"b c\"");
        await RunAsync("ALTER TABLE t ALTER COLUMN \"b c\" SET DATA TYPE VARCHAR(10)");
        await RunAsync("ALTER TABLE t ADD COLUMN d INT DEFAULT 5");
        Assert.Equal("1|x|5", await OneAsync("SELECT * FROM t"));
        await RunAsync("ALTER TABLE t DROP COLUMN a");
        await RunAsync("ALTER TABLE t RENAME TO u");
        await RunAsync("CREATE TABLE w LIKE u");
        await RunAsync("CREATE TABLE copy AS SELECT d + 1 AS e, \"b c\" FROM u");
        Assert.Equal("6|x", await OneAsync("SELECT * FROM copy"));
        await RunAsync("CREATE VIEW v (one, two) AS SELECT * FROM copy");
        Assert.Equal("x", await OneAsync("SELECT two FROM v WHERE one = 6"));
        await RunAsync("CREATE TEMPORARY TABLE copy (t INT)");
        Assert.Empty(await RowsAsync("SELECT t FROM copy"));
        await using (var other = await OpenAsync())
        {
            await using var command = Command(other, "SELECT e FROM copy", []);
            Assert.Equal(6L, await command.ExecuteScalarAsync());
        }

        await RunAsync("DROP TABLE copy");
        Assert.Equal("6", await OneAsync("SELECT e FROM copy"));
        await RunAsync("CREATE OR REPLACE TABLE copy AS SELECT e FROM copy");
        Assert.Equal("6", await OneAsync("SELECT * FROM copy"));
    }

    [Fact]
    public async Task Names_are_exact_when_quoted_and_may_be_long()
    {
        var longName = new string('n', 200) + "规模明细\"\"x";
        await RunAsync($"CREATE TABLE \"{longName}\" (\"规模明细\" INT, \"a\" INT, A INT)");
        await RunAsync($"INSERT INTO \"{longName}\" VALUES (1, 2, 3)");
        Assert.Equal("3|2|1", await OneAsync($"SELECT a, \"a\", \"规模明细\" FROM TESTS.\"{Connection.Session.State.Schema}\".\"{longName}\""));
        await FailsAsync($"CREATE TABLE \"{new string('n', 256)}\" (a INT)", 1007);
    }
}
