using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>A name is whatever the two databases say it is, and never becomes SQL.</summary>
[Collection(SyncCollection.Name)]
public sealed class IdentifierTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private readonly SyncWorld _world = shared.World;

    [Theory]
    [InlineData("MixedCase")]
    [InlineData("lower case with blanks")]
    [InlineData("规模明细")]
    [InlineData("年金计划号")]
    [InlineData("a\"quote\"")]
    [InlineData("\"")]
    [InlineData("it's")]
    [InlineData("dots.and.more")]
    [InlineData("select")]
    [InlineData("user")]
    [InlineData("table; DROP TABLE x; --")]
    [InlineData("back\\slash")]
    [InlineData("percent % and $1 and ? and :p and @p and {0}")]
    [InlineData("😀 emoji")]
    [InlineData(" leading and trailing ")]
    [InlineData("tab\tand\nnewline")]
    [InlineData("etl_stage")]
    [InlineData("etl_n")]
    [InlineData("123")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg")]
    public async Task Any_name_can_be_a_table_and_its_columns(string name)
    {
        var quoted = Quote(name);
        var (key, cursor) = (Quote(Fit(name, "k")), Quote(Fit(name, "c")));
        await _world.SourceAsync(
            $"CREATE TABLE {quoted} ({key} NUMBER(10,0), {quoted} VARCHAR, {cursor} TIMESTAMP_NTZ)",
            $"INSERT INTO {quoted} VALUES (1, 'a', '2024-01-01'), (2, 'b', '2024-01-02')");
        await _world.TargetAsync($"CREATE TABLE {quoted} ({key} bigint PRIMARY KEY, {quoted} text, {cursor} timestamp)");
        var pipeline = SyncWorld.Pipeline(p => p with
        {
            Name = name, Source = $"SRC.PUBLIC.{quoted}", Target = $"public.{quoted}", Key = [Fit(name, "k")], WatermarkColumn = Fit(name, "c"),
        });

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(2, 2, 0, 0, 0, 0), pipeline);
        await _world.SourceAsync($"UPDATE {quoted} SET {quoted} = 'c', {cursor} = '2024-01-03' WHERE {key} = 1");
        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(2, 0, 1, 1, 0, 0), pipeline);
        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(2, 0, 0, 2, 0, 0), pipeline, new SyncOptions { Mode = SyncMode.Full, DryRun = true });
        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(2, 0, 0, 2, 0, 0), pipeline, new SyncOptions { Mode = SyncMode.Full });

        Assert.Equal(["1|c", "2|b"], await _world.TargetRowsAsync($"SELECT {key} AS k, {quoted} AS v FROM {quoted} ORDER BY 1"));
    }

    [Fact]
    public async Task A_name_of_64_bytes_is_refused_before_anything_is_read()
    {
        var name = new string('a', 61) + "中";
        await _world.SourceAsync($"CREATE TABLE long_name (ID NUMBER(10,0), {Quote(name)} VARCHAR, UPDATED_AT TIMESTAMP_NTZ)", "INSERT INTO long_name VALUES (1, 'a', '2024-01-01')");
        await _world.TargetAsync("CREATE TABLE long_name (id bigint PRIMARY KEY, updated_at timestamp)");
        var pipeline = Pipeline("long_name") with { OnNewColumn = NewColumnPolicy.Add };

        var result = await _world.SyncAsync(pipeline);

        Assert.Equal(RunStatus.Failed, result.Run.Status);
        Assert.IsType<ConfigurationException>(result.Error);
        Assert.Contains("63 bytes", result.Error.Message, StringComparison.Ordinal);
        Assert.Empty(await _world.TargetRowsAsync("SELECT * FROM long_name"));
    }

    [Fact]
    public async Task Keys_of_two_and_three_columns_keep_their_rows_apart()
    {
        await _world.SourceAsync("CREATE TABLE composite (A NUMBER(5,0), B VARCHAR, C DATE, V VARCHAR, UPDATED_AT TIMESTAMP_NTZ)");
        await _world.TargetAsync("CREATE TABLE composite (v text, c date, b text, a int, updated_at timestamp, PRIMARY KEY (a, b, c))");
        await _world.SourceAsync(SnowSql.Insert("composite", from a in new[] { 1, 2, 11 } from b in new[] { "'1'", "''", "'1,2'" } from c in new[] { "'2024-01-01'", "'2024-01-02'" }
            select $"{a}, {b}, {c}::DATE, 'v', '2024-01-01'::TIMESTAMP_NTZ"));
        var pipeline = Pipeline("composite") with { Key = ["c", "a", "b"], BatchSize = 5 };

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(18, 18, 0, 0, 0, 0), pipeline);
        await _world.SourceAsync("UPDATE composite SET V = 'w', UPDATED_AT = '2024-02-01' WHERE A = 1 AND B = '1,2' AND C = '2024-01-02'");
        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(18, 0, 1, 17, 0, 0), pipeline);
        Assert.Equal(["1|1,2|2024-01-02"], await _world.TargetRowsAsync("SELECT a, b, c FROM composite WHERE v = 'w'"));

        await _world.SourceAsync("CREATE TABLE pair (A NUMBER(5,0), B NUMBER(5,0), UPDATED_AT TIMESTAMP_NTZ)", "INSERT INTO pair VALUES (1, 11, '2024-01-01'), (11, 1, '2024-01-01'), (1, 1, '2024-01-01')");
        await _world.TargetAsync("CREATE TABLE pair (a int, b int, updated_at timestamp, UNIQUE (b, a))");
        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(3, 3, 0, 0, 0, 0), Pipeline("pair") with { Key = ["a", "b"] });
        Assert.Equal(["1|1", "1|11", "11|1"], await _world.TargetRowsAsync("SELECT a, b FROM pair ORDER BY a, b"));
    }

    [Fact]
    public async Task A_table_of_keys_only_can_be_synced()
    {
        await _world.SourceAsync("CREATE TABLE key_only (ID NUMBER(10,0), UPDATED_AT TIMESTAMP_NTZ)", "INSERT INTO key_only VALUES (1, '2024-01-01'), (2, '2024-01-01'), (2, '2024-01-01')");
        await _world.TargetAsync("CREATE TABLE key_only (id bigint PRIMARY KEY)");

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(3, 2, 0, 0, 1, 0), Pipeline("key_only"));
        await _world.SourceAsync("INSERT INTO key_only VALUES (3, '2024-01-01')");
        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(4, 1, 0, 2, 1, 0), Pipeline("key_only"));
        Assert.Equal(["1", "2", "3"], await _world.TargetRowsAsync("SELECT id FROM key_only ORDER BY id"));
    }

    [Fact]
    public async Task Columns_are_renamed_left_out_and_chosen()
    {
        await _world.SourceAsync(
            "CREATE TABLE mapped (\"年金计划号\" NUMBER(10,0), A VARCHAR, \"b B\" VARCHAR, SECRET VARCHAR, UPDATED_AT TIMESTAMP_NTZ)",
            "INSERT INTO mapped VALUES (1, 'a', 'b', 'never', '2024-01-01')");
        await _world.TargetAsync(
            "CREATE TABLE mapped (plan_no bigint PRIMARY KEY, \"甲\" text, b text, secret text); CREATE TABLE excluded (\"年金计划号\" bigint PRIMARY KEY, a text, \"B b\" text, secret text)");
        var pipeline = Pipeline("mapped") with
        {
            Key = ["plan_no"], Columns = [new("年金计划号", "plan_no"), new("a", "甲"), new("b B", "b")],
        };

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(1, 1, 0, 0, 0, 0), pipeline);
        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(1, 1, 0, 0, 0, 0), Pipeline("excluded") with
        {
            Source = "SRC.PUBLIC.mapped", Key = ["年金计划号"], Exclude = ["secret"],
        });

        Assert.Equal(["1|a|b|~"], await _world.TargetRowsAsync("SELECT * FROM mapped"));
        Assert.Equal(["1|a|b|~"], await _world.TargetRowsAsync("SELECT * FROM excluded"));
    }

    [Fact]
    public async Task Two_hundred_columns_each_keep_to_their_own()
    {
        var columns = Enumerable.Range(1, 200).ToList();
        await _world.SourceAsync(
            $"CREATE TABLE wide (ID NUMBER(10,0), {string.Join(", ", columns.Select(c => $"C{c} VARCHAR"))}, UPDATED_AT TIMESTAMP_NTZ)",
            $"INSERT INTO wide VALUES {string.Join(", ", new[] { 1, 2 }.Select(r => $"({r}, {string.Join(", ", columns.Select(c => $"'{r}:{c}'"))}, '2024-01-01')"))}");
        // The target has them the other way round.
        await _world.TargetAsync($"CREATE TABLE wide (updated_at timestamp, {string.Join(", ", columns.AsEnumerable().Reverse().Select(c => $"c{c} text"))}, id bigint PRIMARY KEY)");

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(2, 2, 0, 0, 0, 0), Pipeline("wide"));

        Assert.Equal(
            new[] { 1, 2 }.Select(r => string.Join('|', columns.Select(c => $"{r}:{c}"))),
            await _world.TargetRowsAsync($"SELECT {string.Join(", ", columns.Select(c => $"c{c}"))} FROM wide ORDER BY id"));
    }

    private static PipelineDefinition Pipeline(string name) =>
        SyncWorld.Pipeline(p => p with { Name = name, Source = $"SRC.PUBLIC.{name}", Target = $"public.{name}" });

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    // A second and third name like the first, not longer than PostgreSQL allows.
    private static string Fit(string name, string suffix) => name.Length == 63 ? name[..^1] + suffix : name + suffix;
}
