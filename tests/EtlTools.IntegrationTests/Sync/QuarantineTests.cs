using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>What becomes of rows put aside: counted against the limit, kept once, loaded when repaired, never forgotten.</summary>
[Collection(SyncCollection.Name)]
public sealed class QuarantineTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private readonly SyncWorld _world = shared.World;

    [Theory]
    [InlineData("first_of_all", new[] { 1 })]
    [InlineData("last_of_all", new[] { 300 })]
    [InlineData("first_of_batch", new[] { 101 })]
    [InlineData("last_of_batch", new[] { 100 })]
    [InlineData("both_ends", new[] { 101, 200 })]
    [InlineData("neighbours", new[] { 150, 151, 152 })]
    [InlineData("scattered", new[] { 1, 2, 50, 99, 100, 101, 137, 200, 201, 299, 300 })]
    public async Task Bad_rows_are_found_wherever_they_stand(string name, int[] bad)
    {
        var table = await NewTableAsync(name);
        await table.FillAsync(1, 300, i => bad.Contains(i) ? "'bad'" : $"'{i}'");

        await table.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(300, 300 - bad.Length, 0, 0, 0, bad.Length));

        Assert.Equal(Enumerable.Range(1, 300).Except(bad).Select(i => $"{i}|{i}"), await table.RowsAsync());
        Assert.Equal(bad.Select(i => $"[\"{i}\"]"), await table.QuarantineAsync("key_text"));
    }

    [Fact]
    public async Task A_batch_of_nothing_but_bad_rows_is_put_aside_whole_and_the_run_goes_on()
    {
        var table = await NewTableAsync("all_bad");
        await table.FillAsync(1, 300, i => i is > 100 and <= 200 ? "'bad'" : $"'{i}'");

        await table.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(300, 200, 0, 0, 0, 100));

        Assert.Equal(200, (await table.RowsAsync()).Count);
        Assert.Equal(100, (await table.QuarantineAsync()).Count);
    }

    [Fact]
    public async Task Several_kinds_of_bad_rows_in_one_batch_each_have_their_own_reason()
    {
        await _world.SourceAsync("CREATE TABLE kinds (ID NUMBER(10,0), V VARCHAR, N NUMBER(38,0), T VARCHAR, P NUMBER(9,0), UPDATED_AT TIMESTAMP_NTZ)");
        await _world.TargetAsync(
            "CREATE TABLE kinds_parent (id int PRIMARY KEY); INSERT INTO kinds_parent VALUES (1);"
            + "CREATE TABLE kinds (id bigint PRIMARY KEY, v varchar(3) CHECK (v <> 'bad'), n bigint, t json, p int REFERENCES kinds_parent, updated_at timestamp)");
        await _world.SourceAsync(SnowSql.Fill("kinds", 1, 100, i => string.Join(", ", i,
            i switch { 10 => "'bad'", 20 => "'long'", 60 => "'@'", _ => "'ok'" },
            i == 30 ? "99999999999999999999" : "1", i == 40 ? "'{'" : "'{}'", i == 50 ? "7" : "1", SnowSql.Minute(i))));
        var pipeline = SyncWorld.Pipeline(p => p with { Name = "kinds", Source = "SRC.PUBLIC.kinds", Target = "public.kinds" });
        _world.Interference.ChangeText = text => text == "@" ? "\0" : text;

        await _world.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(100, 94, 0, 0, 0, 6), pipeline);

        _world.Interference.ChangeText = null;
        Assert.Equal(
            ["[\"10\"]|23514|~", "[\"20\"]|22001|v", "[\"30\"]|22003|n", "[\"40\"]|22P02|t", "[\"50\"]|23503|p", "[\"60\"]|22021|v"],
            await _world.TargetRowsAsync("SELECT key_text, sqlstate, column_name FROM etl.quarantine WHERE pipeline = 'kinds' ORDER BY (key->>'id')::int"));
        Assert.Equal(94, (await _world.TargetRowsAsync("SELECT * FROM kinds")).Count);
    }

    [Theory]
    [InlineData(MissingParentPolicy.Quarantine, RunStatus.Quarantined, 4)]
    [InlineData(MissingParentPolicy.Stub, RunStatus.Done, 5)]
    [InlineData(MissingParentPolicy.Fail, RunStatus.Failed, 0)]
    public async Task A_missing_parent_fails_is_put_aside_or_made_as_the_policy_says(MissingParentPolicy policy, string status, int rows)
    {
        var name = $"parent_{policy}".ToLowerInvariant();
        await _world.TargetAsync($"CREATE TABLE {name}_p (id int PRIMARY KEY, note text DEFAULT 'stub'); INSERT INTO {name}_p VALUES (1, 'real')");
        var table = await NewTableAsync(name, "NUMBER(9,0)", $"int REFERENCES {name}_p", p => p with { OnMissingParent = policy });
        await table.FillAsync(1, 5, i => i == 3 ? "77" : i == 4 ? "NULL" : "1");

        var result = await table.SyncAsync();

        Assert.Equal(status, result.Run.Status);
        Assert.Equal(rows, (await table.RowsAsync()).Count);
        Assert.Equal(policy == MissingParentPolicy.Stub ? ["1|real", "77|stub"] : ["1|real"], await _world.TargetRowsAsync($"SELECT * FROM {name}_p ORDER BY id"));
        Assert.Equal(policy == MissingParentPolicy.Quarantine ? ["[\"3\"]|23503|v|open|0"] : [], await table.QuarantineAsync());
        if (policy == MissingParentPolicy.Fail) Assert.Equal("ETL-DATA", result.Run.ErrorCode);
    }

    [Fact]
    public async Task A_parent_that_needs_more_than_its_key_cannot_be_made_and_the_message_says_so()
    {
        await _world.TargetAsync("CREATE TABLE strict_p (id int PRIMARY KEY, note text NOT NULL)");
        var table = await NewTableAsync("strict", "NUMBER(9,0)", "int REFERENCES strict_p", p => p with { OnMissingParent = MissingParentPolicy.Stub });
        await table.FillAsync(1, 1, _ => "5");

        var result = await table.SyncAsync();

        Assert.Equal((RunStatus.Failed, "ETL-DATA"), (result.Run.Status, result.Run.ErrorCode));
        Assert.Contains("strict_p", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Children_before_their_parents_in_a_self_referencing_table_load_beside_a_bad_row()
    {
        var table = await NewTableAsync("self", "NUMBER(9,0)", "bigint REFERENCES self CHECK (v <> 666)", p => p with { OnMissingParent = MissingParentPolicy.Quarantine });
        // Each row's parent comes after it; 57 is bad, and so 56, whose parent it is, and all before them.
        await table.FillAsync(1, 100, i => i switch { 57 => "666", 100 => "NULL", _ => $"{i + 1}" });

        await table.SyncAsync();

        Assert.Equal(Enumerable.Range(58, 43).Select(i => i == 100 ? "100|~" : $"{i}|{i + 1}"), await table.RowsAsync());
    }

    [Theory]
    [InlineData("5", 25, RunStatus.Quarantined)]
    [InlineData("4", 20, RunStatus.Failed)]
    [InlineData("0", 0, RunStatus.Failed)]
    [InlineData("20%", 25, RunStatus.Quarantined)]
    [InlineData("19%", 20, RunStatus.Failed)]
    public async Task More_bad_rows_than_allowed_fail_the_run_at_the_last_good_batch(string limit, int committed, string status)
    {
        var max = limit.EndsWith('%') ? new ErrorLimit(null, double.Parse(limit[..^1]) / 100) : new ErrorLimit(long.Parse(limit), null);
        var table = await NewTableAsync($"max_{limit.Replace("%", "_share", StringComparison.Ordinal)}", change: p => p with { MaxErrors = max, BatchSize = 5 });
        // One bad row in each batch of five.
        await table.FillAsync(1, 25, i => i % 5 == 3 ? "'bad'" : "'x'");

        var result = await table.SyncAsync();

        Assert.Equal(status, result.Run.Status);
        Assert.Equal(committed * 4 / 5, (await table.RowsAsync()).Count);
        Assert.Equal(committed == 0 ? null : $"2024-01-01T00:{committed:00}:00.000000000", await table.CursorAsync());
        // The rows of the batch that went over the limit can be seen too.
        Assert.Equal(Math.Min(committed / 5 + 1, 5), (await table.QuarantineAsync()).Count);
        if (status == RunStatus.Failed) Assert.Equal("ETL-DATA", result.Run.ErrorCode);
    }

    [Fact]
    public async Task A_run_over_its_limit_goes_on_when_the_limit_is_raised_and_nothing_is_lost_or_doubled()
    {
        var table = await NewTableAsync("raised", change: p => p with { MaxErrors = new ErrorLimit(1, null), BatchSize = 5 });
        await table.FillAsync(1, 25, i => i % 5 == 3 ? "'bad'" : "'x'");
        Assert.Equal(RunStatus.Failed, (await table.SyncAsync()).Run.Status);

        table.Pipeline = table.Pipeline with { MaxErrors = new ErrorLimit(100, null) };
        await table.SyncAsync();

        Assert.Equal(Enumerable.Range(1, 25).Where(i => i % 5 != 3).Select(i => $"{i}|x"), await table.RowsAsync());
        Assert.Equal([3, 8, 13, 18, 23], (await table.QuarantineAsync("key->>'id' AS id")).Select(int.Parse).Order());
    }

    [Fact]
    public async Task What_a_refused_row_holds_is_in_the_quarantine_but_in_no_message()
    {
        var table = await NewTableAsync("secret", "VARCHAR", "uuid", p => p with { MaxErrors = new ErrorLimit(0, null) });
        await table.FillAsync(1, 1, _ => "'Li Ming 13800138000'");

        var result = await table.SyncAsync();

        Assert.Contains("22P02", result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("column v", result.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Li Ming", result.Error + string.Concat(await _world.TargetRowsAsync("SELECT error FROM etl.run WHERE pipeline = 'secret'")), StringComparison.Ordinal);
        Assert.Equal(["Li Ming 13800138000"], await table.QuarantineAsync("payload->>'v' AS v"));
    }

    private Task<ValueTable> NewTableAsync(string name, string type = "VARCHAR", string column = "text CHECK (v <> 'bad')", Func<PipelineDefinition, PipelineDefinition>? change = null) =>
        ValueTable.CreateAsync(_world, name, type, column, p => change is null ? p with { BatchSize = 100 } : change(p with { BatchSize = 100 }));
}
