using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>One bad row among ten thousand: the others load, it stands alone in quarantine with its reason.</summary>
[Collection(SyncCollection.Name)]
public sealed class PoisonTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private const int Rows = 10_000;
    private const int Bad = 6_543;
    private readonly SyncWorld _world = shared.World;

    /// <summary>Name, source type, target column, good value, its text in the target, bad value, SQLSTATE.</summary>
    public static TheoryData<string, string, string, string, string, string, string> Poisons => new()
    {
        { "int_overflow", "NUMBER(38,0)", "bigint", "9223372036854775807", "9223372036854775807", "9223372036854775808", "22003" },
        { "numeric_overflow", "NUMBER(38,2)", "numeric(10,2)", "99999999.99", "99999999.99", "100000000.00", "22003" },
        { "too_long", "VARCHAR", "varchar(5)", "'中文字符串'", "中文字符串", "'123456'", "22001" },
        { "blanks_beyond", "VARCHAR", "varchar(5)", "'abc  '", "abc  ", "'abc   '", "22001" },
        { "check_violation", "VARCHAR", "text CHECK (v <> 'bad')", "'good'", "good", "'bad'", "23514" },
        { "not_null", "VARCHAR", "text NOT NULL", "''", "", "NULL", "23502" },
        { "domain_check", "NUMBER(9,0)", "natural_number", "1", "1", "-1", "23514" },
        { "invalid_uuid", "VARCHAR", "uuid", "'00000000-0000-0000-0000-00000000000A'", "00000000-0000-0000-0000-00000000000a", "'not a uuid'", "22P02" },
        { "invalid_json", "VARCHAR", "json", "'{\"a\":1}'", "{\"a\":1}", "'{\"a\":'", "22P02" },
        { "nul_in_jsonb", "VARCHAR", "jsonb", "'{}'", "{}", "'{\"a\":\"\\\\u0000\"}'", "22P05" },
        { "text_to_int", "VARCHAR", "int", "'-12'", "-12", "'12,5'", "22P02" },
        { "text_to_enum", "VARCHAR", "mood", "'glad'", "glad", "'angry'", "22P02" },
        { "foreign_key", "NUMBER(9,0)", "int REFERENCES parent", "1", "1", "2", "23503" },
        { "unique_other", "VARCHAR", "text UNIQUE", "NULL", "~", "'taken'", "23505" },
    };

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task A_value_the_target_refuses_is_put_aside_and_all_others_load(
        string name, string type, string column, string good, string goodText, string bad, string sqlState)
    {
        var table = await NewTableAsync(name, type, column);
        if (name == "unique_other") await _world.TargetAsync($"INSERT INTO {name} VALUES (0, 'taken', NULL)");
        await table.FillAsync(1, Rows, i => i == Bad ? bad : good);

        await table.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(Rows, Rows - 1, 0, 0, 0, 1));

        await AssertAllButBadAsync(table, goodText);
        Assert.Equal([$"[\"{Bad}\"]|{sqlState}"], await table.QuarantineAsync("key_text, sqlstate"));
        var entry = Assert.Single(await table.QuarantineAsync("key->>'id' AS k, payload->>'id' AS id, payload->>'v' AS v, status, attempts, batch_seq, length(reason) > 10 AS reason"));
        var sent = bad == "NULL" ? "~" : bad.Trim('\'').Replace("\\\\", "\\", StringComparison.Ordinal);
        Assert.Equal($"{Bad}|{Bad}|{sent}|open|0|7|true", entry);
    }

    [Theory]
    [InlineData("nul", 0, "NUL")]
    [InlineData("high_surrogate", 0xd83d, "surrogate")]
    [InlineData("low_surrogate", 0xde00, "surrogate")]
    public async Task Text_that_cannot_be_stored_is_put_aside_as_it_came(string name, int code, string reason)
    {
        var character = ((char)code).ToString();
        var table = await NewTableAsync(name, "VARCHAR", "text");
        await table.FillAsync(1, Rows, i => i == Bad ? "'be@fore😀'" : "'fine'");
        await InterferingAsync(text => text.Replace("@", character, StringComparison.Ordinal), () =>
            table.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(Rows, Rows - 1, 0, 0, 0, 1)));

        await AssertAllButBadAsync(table, "fine");
        Assert.Equal([$"[\"{Bad}\"]|22021|v|open|0"], await table.QuarantineAsync());
        Assert.Contains(reason, Assert.Single(await table.QuarantineAsync("reason")), StringComparison.Ordinal);
        // The payload keeps what really came, which jsonb could not.
        Assert.Contains($"be\\u{code:x4}fore😀", Assert.Single(await table.QuarantineAsync("payload::text AS p")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InvalidTextPolicy.Strip, "ab")]
    [InlineData(InvalidTextPolicy.Replace, "a\ufffdb")]
    public async Task Text_that_cannot_be_stored_is_cleaned_when_the_policy_says_so(InvalidTextPolicy policy, string cleaned)
    {
        foreach (var (way, character) in new[] { ("nul", "\0"), ("high", "\ud83d"), ("low", "\ude00") })
        {
            var table = await NewTableAsync($"clean_{policy}_{way}".ToLowerInvariant(), "VARCHAR", "text", p => p with { InvalidText = policy });
            await table.FillAsync(1, 3, i => i == 2 ? "'a@b'" : "'😀'");
            await InterferingAsync(text => text.Replace("@", character, StringComparison.Ordinal), () =>
                table.SyncExpectingAsync(RunStatus.Done, new RowCounts(3, 3, 0, 0, 0, 0)));
            Assert.Equal(["1|😀", $"2|{cleaned}", "3|😀"], await table.RowsAsync());
        }
    }

    [Fact]
    public async Task Text_that_cannot_be_stored_fails_the_run_when_the_policy_says_so()
    {
        var table = await NewTableAsync("invalid_text_fail", "VARCHAR", "text", p => p with { InvalidText = InvalidTextPolicy.Fail, BatchSize = 10 });
        await table.FillAsync(1, 30, i => i == 15 ? "'a@'" : "'x'");
        await InterferingAsync(text => text.Replace("@", "\0", StringComparison.Ordinal), async () =>
        {
            var result = await table.SyncAsync();
            Assert.Equal((RunStatus.Failed, "ETL-DATA"), (result.Run.Status, result.Run.ErrorCode));
        });

        Assert.Equal(10, (await table.RowsAsync()).Count);
        Assert.Equal("2024-01-01T00:10:00.000000000", await table.CursorAsync());
    }

    [Theory]
    [InlineData("TIME", "time", "'12:00:00.123456'", "12:00:00.123456")]
    [InlineData("TIMESTAMP_NTZ", "timestamp", "'2024-01-01 12:00:00.123456'", "2024-01-01 12:00:00.123456")]
    [InlineData("TIMESTAMP_TZ", "timestamptz", "'2024-01-01 12:00:00.123456 +0000'", "2024-01-01 12:00:00.123456+00")]
    public async Task A_fraction_finer_than_a_microsecond_is_put_aside_cut_or_fails_as_the_policy_says(string type, string column, string value, string text)
    {
        foreach (var policy in Enum.GetValues<FineTimePolicy>())
        {
            var table = await NewTableAsync($"fine_{type}_{policy}".ToLowerInvariant(), type, column, p => p with { FineTime = policy });
            await table.FillAsync(1, 3, i => i == 2 ? value : value.Replace("123456", "5", StringComparison.Ordinal));
            await InterferingAsync(sent => sent.Replace("123456000", "123456999", StringComparison.Ordinal), async () =>
            {
                var result = await table.SyncAsync();
                var (status, rows) = policy switch
                {
                    FineTimePolicy.Fail => (RunStatus.Failed, []),
                    FineTimePolicy.Truncate => (RunStatus.Done, [$"2|{text}"]),
                    _ => (RunStatus.Quarantined, new List<string>()),
                };
                Assert.Equal(status, result.Run.Status);
                Assert.Equal(rows, await table.RowsAsync("id = 2"));
            });
            // Put aside with all nine digits.
            if (policy == FineTimePolicy.Quarantine)
                Assert.Contains("12:00:00.123456999", Assert.Single(await table.QuarantineAsync("payload->>'v' AS v")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_row_without_its_key_is_put_aside_each_time_it_is_seen_but_never_loaded()
    {
        var table = await NewTableAsync("null_key", "VARCHAR", "text");
        await table.FillAsync(1, Rows, i => $"'{i}'");
        await _world.SourceAsync($"UPDATE null_key SET ID = NULL WHERE ID = {Bad}");

        await table.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(Rows, Rows - 1, 0, 0, 0, 1));

        Assert.Equal([$"~|23502|id|{Bad}"], await table.QuarantineAsync("key, sqlstate, column_name, payload->>'v' AS v"));
        Assert.Empty(await table.RowsAsync($"id = {Bad} OR id IS NULL"));
    }

    private async Task<ValueTable> NewTableAsync(string name, string type, string column, Func<PipelineDefinition, PipelineDefinition>? change = null)
    {
        await _world.TargetAsync(
            """
            CREATE TABLE IF NOT EXISTS parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1) ON CONFLICT DO NOTHING;
            DO $$ BEGIN
              CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE DOMAIN natural_number AS int CHECK (VALUE >= 0);
            EXCEPTION WHEN duplicate_object THEN NULL; END $$
            """);
        return await ValueTable.CreateAsync(_world, name, type, column, change);
    }

    private async Task InterferingAsync(Func<string, string> change, Func<Task> act)
    {
        _world.Interference.ChangeText = change;
        try
        {
            await act();
        }
        finally
        {
            _world.Interference.ChangeText = null;
        }
    }

    private static async Task AssertAllButBadAsync(ValueTable table, string goodText)
    {
        var rows = await table.RowsAsync("id > 0");
        Assert.Equal(Enumerable.Range(1, Rows).Where(i => i != Bad).Select(i => $"{i}|{goodText}"), rows);
        Assert.Equal("2024-01-07T22:40:00.000000000", await table.CursorAsync());
    }
}
