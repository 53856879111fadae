using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.Core.Config;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>Rows in quarantine come in once they can, in their newest version, and each is one entry until then.</summary>
[Collection(SyncCollection.Name)]
public sealed class QuarantineRetryTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private readonly SyncWorld _world = shared.World;

    [Fact]
    public async Task After_the_source_is_repaired_a_retry_loads_the_rows()
    {
        var table = await NewTableAsync("source_repaired");
        await _world.SourceAsync("UPDATE source_repaired SET V = 'good' WHERE ID IN (2, 4)");

        var result = await table.RetryAsync();

        Assert.Equal((RunStatus.Done, new RowCounts(2, 2, 0, 0, 0, 0)), (result.Run.Status, result.Run.Counts));
        Assert.Equal(["1|x", "2|good", "3|x", "4|good", "5|x"], await table.RowsAsync());
        Assert.Equal(["[\"2\"]|resolved|true", "[\"4\"]|resolved|true"], await table.QuarantineAsync("key_text, status, resolved_at IS NOT NULL AS at"));
        Assert.Equal(RunStatus.Idle, (await table.RetryAsync()).Run.Status);
    }

    [Fact]
    public async Task After_the_target_is_repaired_a_retry_loads_the_rows()
    {
        var table = await NewTableAsync("target_repaired");
        await _world.TargetAsync("ALTER TABLE target_repaired DROP CONSTRAINT target_repaired_v_check");

        var result = await table.RetryAsync();

        Assert.Equal((RunStatus.Done, new RowCounts(2, 2, 0, 0, 0, 0)), (result.Run.Status, result.Run.Counts));
        Assert.Equal(["2|bad", "4|bad"], await table.RowsAsync("v = 'bad'"));
    }

    [Fact]
    public async Task A_row_that_is_gone_at_the_source_is_discarded_and_one_still_bad_stays_open()
    {
        var table = await NewTableAsync("gone");
        await _world.SourceAsync("DELETE FROM gone WHERE ID = 2");

        var result = await table.RetryAsync();

        Assert.Equal((RunStatus.Quarantined, new RowCounts(1, 0, 0, 0, 0, 1)), (result.Run.Status, result.Run.Counts));
        Assert.Equal(["[\"2\"]|23514|~|discarded|0", "[\"4\"]|23514|~|open|1"], await table.QuarantineAsync());
        await table.RetryAsync();
        Assert.Equal(["[\"2\"]|23514|~|discarded|0", "[\"4\"]|23514|~|open|2"], await table.QuarantineAsync());
    }

    [Fact]
    public async Task A_dry_run_says_what_a_retry_would_do_and_changes_nothing()
    {
        var table = await NewTableAsync("foretold");
        await _world.SourceAsync("UPDATE foretold SET V = 'good' WHERE ID = 2");
        var (rows, quarantine) = (await table.RowsAsync(), await table.QuarantineAsync());

        var foretold = await table.RetryAsync(isDryRun: true);

        Assert.Equal((RunStatus.Quarantined, new RowCounts(2, 1, 0, 0, 0, 1), true), (foretold.Run.Status, foretold.Run.Counts, foretold.Run.DryRun));
        Assert.Equal(rows, await table.RowsAsync());
        Assert.Equal(quarantine, await table.QuarantineAsync());

        await _world.SourceAsync("DELETE FROM foretold WHERE ID = 4");
        foretold = await table.RetryAsync(isDryRun: true);
        Assert.Equal("1 rows are no longer at the source and would be discarded.", Assert.Single(foretold.Notes));
        var real = await table.RetryAsync();
        Assert.Equal(foretold.Run.Counts, real.Run.Counts);
    }

    [Fact]
    public async Task A_retry_leaves_the_watermark_where_it_is()
    {
        var table = await NewTableAsync("still");
        var before = await table.CursorAsync();
        await _world.SourceAsync("UPDATE still SET V = 'good', UPDATED_AT = '2024-06-01' WHERE ID = 2");

        await table.RetryAsync();

        Assert.Equal(before, await table.CursorAsync());
        Assert.Equal(["2|good"], await table.RowsAsync("id = 2"));
    }

    [Theory]
    [InlineData(SyncMode.Incremental)]
    [InlineData(SyncMode.Full)]
    public async Task A_newer_version_that_a_sync_loads_closes_the_entry(SyncMode mode)
    {
        var table = await NewTableAsync($"newer_{mode}".ToLowerInvariant());
        await _world.SourceAsync($"UPDATE {table.Name} SET V = 'good', UPDATED_AT = '2024-06-01' WHERE ID = 2");

        await table.SyncAsync(new SyncOptions { Mode = mode });

        Assert.Equal(["2|good"], await table.RowsAsync("id = 2"));
        Assert.Equal(["[\"2\"]|resolved", "[\"4\"]|open"], await table.QuarantineAsync("key_text, status"));
    }

    [Fact]
    public async Task The_same_bad_row_seen_again_is_still_one_entry_with_its_newest_values()
    {
        var table = await NewTableAsync("again");
        await _world.TargetAsync("ALTER TABLE again ADD CHECK (v <> 'worse')");
        await _world.SourceAsync("UPDATE again SET V = 'worse', UPDATED_AT = '2024-06-01' WHERE ID = 2");

        await table.SyncAsync();

        Assert.Equal(["[\"2\"]|worse|open|0|true", "[\"4\"]|bad|open|0|false"], await table.QuarantineAsync("key_text, payload->>'v' AS v, status, attempts, last_seen > first_seen AS again"));
    }

    [Fact]
    public async Task A_row_refused_again_after_it_was_closed_is_a_new_entry()
    {
        var table = await NewTableAsync("reopened");
        await _world.SourceAsync("UPDATE reopened SET V = 'good', UPDATED_AT = '2024-06-01' WHERE ID = 2");
        await table.SyncAsync();
        await _world.SourceAsync("UPDATE reopened SET V = 'bad', UPDATED_AT = '2024-06-02' WHERE ID = 2");

        await table.SyncAsync();

        Assert.Equal(["[\"2\"]|resolved", "[\"2\"]|open", "[\"4\"]|open"], (await table.QuarantineAsync("key_text, status")).OrderBy(r => r, StringComparer.Ordinal).Reverse().OrderBy(r => r[2]));
        Assert.Equal(["2|good"], await table.RowsAsync("id = 2"));
    }

    /// <summary>Key type at the source and target, three keys; the second is of a bad row.</summary>
    [Theory]
    [InlineData("NUMBER(10,2)", "numeric(10,2)", "1.50", "2.50")]
    [InlineData("VARCHAR", "text", "'a\\\\b\"c'", "'中\\n😀'")]
    [InlineData("DATE", "date", "'2024-01-01'", "'2024-01-02'")]
    [InlineData("BOOLEAN", "boolean", "TRUE", "FALSE")]
    [InlineData("TIME", "time", "'12:00:00'", "'12:00:00.5'")]
    [InlineData("TIMESTAMP_NTZ", "timestamp", "'2024-01-01'", "'2024-01-01 12:34:56.123456'")]
    [InlineData("TIMESTAMP_LTZ", "timestamptz", "'2024-01-01 00:00:00 +0000'", "'2024-01-01 12:34:56.123456 +0000'")]
    [InlineData("TIMESTAMP_TZ", "timestamptz", "'2024-01-01 00:00:00 +0000'", "'2024-01-01 12:34:56.123456 +0545'")]
    [InlineData("BINARY", "bytea", "TO_BINARY('01', 'HEX')", "TO_BINARY('5C0A', 'HEX')")]
    public async Task A_key_of_any_type_finds_its_row_again(string type, string column, string goodKey, string badKey)
    {
        foreach (var (mode, way) in new[] { (SyncMode.Incremental, "retry"), (SyncMode.Incremental, "sync"), (SyncMode.Full, "retry"), (SyncMode.Full, "full") })
        {
            var name = $"key_{type}_{mode}_{way}".Replace("(10,2)", "", StringComparison.Ordinal).ToLowerInvariant();
            await _world.SourceAsync(
                $"CREATE TABLE {name} (K {type}, V VARCHAR, UPDATED_AT TIMESTAMP_NTZ)",
                SnowSql.Insert(name, [$"{goodKey}::{type}, 'x', '2024-01-01'::TIMESTAMP_NTZ", $"{badKey}::{type}, 'bad', '2024-01-01'::TIMESTAMP_NTZ"]));
            await _world.TargetAsync($"CREATE TABLE {name} (k {column} PRIMARY KEY, v text CHECK (v <> 'bad'), updated_at timestamp)");
            var pipeline = SyncWorld.Pipeline(p => p with { Name = name, Source = $"SRC.PUBLIC.{name}", Target = $"public.{name}", Key = ["k"] });
            await _world.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(2, 1, 0, 0, 0, 1), pipeline, new SyncOptions { Mode = mode });

            await _world.SourceAsync($"UPDATE {name} SET V = 'good', UPDATED_AT = '2024-02-01' WHERE V = 'bad'");
            if (way == "retry") await new QuarantineRetry(_world.Services).RunAsync(pipeline, null, CancellationToken.None);
            else await _world.SyncAsync(pipeline, new SyncOptions { Mode = way == "full" ? SyncMode.Full : SyncMode.Incremental });

            Assert.Equal(["x", "good"], await _world.TargetRowsAsync($"SELECT v FROM {name} ORDER BY updated_at"));
            Assert.Equal([$"{way}: resolved"], (await _world.TargetRowsAsync($"SELECT status FROM etl.quarantine WHERE pipeline = '{name}'")).Select(s => $"{way}: {s}"));
        }
    }

    // Rows 1 to 5, of which 2 and 4 are refused.
    private async Task<ValueTable> NewTableAsync(string name)
    {
        var table = await ValueTable.CreateAsync(_world, name, "VARCHAR", "text CHECK (v <> 'bad')");
        await table.FillAsync(1, 5, i => i % 2 == 0 ? "'bad'" : "'x'");
        await table.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(5, 3, 0, 0, 0, 2));
        return table;
    }
}
