using System.Text.Json;
using EtlTools.Cli;
using EtlTools.Core.Errors;
using EtlTools.Core.Query;
using EtlTools.IntegrationTests.Cli;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Query;

/// <summary>Queries of the user's own against the warehouse.</summary>
[Collection(SyncCollection.Name)]
public sealed class WarehouseQueryTests(SyncServer server)
{
    private const string Values =
        """
        SELECT 12345678901234567890123456789012345678 AS n, 0.10::NUMBER(10,2) AS n, 1.5::FLOAT AS f, TRUE AS b, TO_BINARY('00FF') AS x,
            '2026-01-31 23:59:59.123456'::TIMESTAMP_NTZ AS t, PARSE_JSON('{"a": [1, "ü"]}') AS v, '' AS empty, NULL AS nothing
        """;

    [Fact]
    public async Task Every_value_is_an_exact_text()
    {
        await using var world = await SyncWorld.CreateAsync(server);

        var answer = await new WarehouseQuery(world.Services).RunAsync(Values + ";", 10, CancellationToken.None);

        Assert.Equal(["N", "N_2", "F", "B", "X", "T", "V", "EMPTY", "NOTHING"], answer.DistinctColumns());
        var row = Assert.Single(answer.Rows);
        Assert.Equal(("12345678901234567890123456789012345678", "0.10", "1.5", "00FF"), (row[0], row[1], row[2], row[4]));
        Assert.Equal("2026-01-31T23:59:59.123456000", row[5]);
        Assert.Equal(("true", "", null), (row[3]!.ToLowerInvariant(), row[7], row[8]));
        Assert.Equal("ü", JsonDocument.Parse(row[6]!).RootElement.GetProperty("a")[1].GetString());
        Assert.True(answer.IsComplete);
    }

    [Fact]
    public async Task It_reads_no_more_rows_than_it_may_and_says_so()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync("CREATE TABLE Q (ID NUMBER(38,0))", "INSERT INTO Q VALUES (1), (2), (3)");

        var some = await new WarehouseQuery(world.Services).RunAsync("SELECT id FROM q ORDER BY id", 2, CancellationToken.None);
        var all = await new WarehouseQuery(world.Services).RunAsync("(SELECT id FROM q ORDER BY id)", 3, CancellationToken.None);

        Assert.Equal(["1", "2"], some.Rows.Select(row => row[0]));
        Assert.Equal((false, true), (some.IsComplete, all.IsComplete));
    }

    [Theory]
    [InlineData("DELETE FROM q", "DELETE")]
    [InlineData("  /* SELECT */ DROP TABLE q", "/")]
    [InlineData(" ; ", "no query")]
    [InlineData("SELECT 1; DELETE FROM q", "statement count")]
    [InlineData("SELECT * FROM nowhere", "NOWHERE")]
    public async Task What_does_not_read_is_refused_and_nothing_is_written(string sql, string reason)
    {
        await using var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync("CREATE TABLE Q (ID NUMBER(38,0))", "INSERT INTO Q VALUES (1)");

        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => new WarehouseQuery(world.Services).RunAsync(sql, 10, CancellationToken.None));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refused.Remedy!);
        Assert.Equal(["1"], await world.SourceRowsAsync("SELECT COUNT(*) FROM Q"));
    }

    [Fact]
    public async Task The_command_shows_rows_and_the_log_has_the_time_of_the_statement_without_its_literals()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        using var folder = new CliFolder("tables: [{ source: A.B.C, target: t, pk: id }]");
        var variables = folder.Variables;
        variables["POSTGRES_CONNECTION_STRING"] = world.TargetDsn;
        variables["SNOWFLAKE_LOCAL_POSTGRES"] = world.WarehouseDsn;
        variables["ETL_LOG_LEVEL"] = "information";

        var text = (await CliRun.RunAsync(variables, "query", "SELECT 'a secret' AS word, 7 AS n", "--config", folder.Configuration)).Ended(ExitCode.Done);
        var document = (await CliRun.RunAsync(variables, "query", "SELECT 'x' AS word UNION ALL SELECT 'x'", "--limit", "1", "--json", "--config", folder.Configuration)).Ended(ExitCode.Done);

        Assert.Contains("a secret", text.Out, StringComparison.Ordinal);
        Assert.Contains("1 row\n", text.Out, StringComparison.Ordinal);
        Assert.Matches(@"Snowflake answered in \d+ ms: SELECT '…' AS word, 7 AS n", text.Error);
        Assert.DoesNotContain("a secret", text.Error, StringComparison.Ordinal);
        var json = JsonDocument.Parse(document.Out).RootElement;
        Assert.Equal("x", Assert.Single(json.GetProperty("rows").EnumerateArray()).GetProperty("WORD").GetString());
        Assert.False(json.GetProperty("is_complete").GetBoolean());
    }
}
