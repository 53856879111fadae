using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>A dry run leaves every byte as it was, and what it foretells is what the run then does.</summary>
[Collection(SyncCollection.Name)]
public sealed class DryRunTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private readonly SyncWorld _world = shared.World;

    [Fact]
    public async Task A_first_load_with_duplicates_in_and_across_batches_is_foretold()
    {
        var table = await NewTableAsync("first");
        await table.FillAsync(1, 250, i => $"'{i}'");
        await _world.SourceAsync("INSERT INTO first VALUES (5, 'dup', '2024-01-01 00:05:00'), (6, 'later', '2024-02-01'), (7, '7', '2024-02-01')");

        await ProveAsync(table, SyncMode.Incremental, new RowCounts(253, 250, 2, 0, 1, 0));
    }

    [Fact]
    public async Task Inserts_updates_and_unchanged_rows_are_foretold()
    {
        var table = await NewTableAsync("mixed");
        await table.FillAsync(1, 250, i => $"'{i}'");
        await table.SyncAsync();
        await _world.SourceAsync("UPDATE mixed SET V = 'new', UPDATED_AT = '2024-02-01' WHERE ID <= 30", "UPDATE mixed SET UPDATED_AT = '2024-02-01' WHERE ID BETWEEN 31 AND 40");
        await table.FillAsync(1000, 150, _ => "'x'");
        await _world.TargetAsync("UPDATE mixed SET updated_at = '2024-02-01' WHERE id BETWEEN 31 AND 40");

        await ProveAsync(table, SyncMode.Incremental, new RowCounts(191, 150, 30, 11, 0, 0));
    }

    [Fact]
    public async Task Refused_rows_of_every_kind_are_foretold()
    {
        await _world.TargetAsync("CREATE TABLE dry_parent (id bigint PRIMARY KEY); INSERT INTO dry_parent VALUES (1)");
        var table = await NewTableAsync("kinds", "varchar(5) NOT NULL CHECK (v <> 'bad')", "p bigint REFERENCES dry_parent, u text UNIQUE, j jsonb", "P NUMBER(9,0), U VARCHAR, J VARCHAR");
        await _world.TargetAsync("INSERT INTO kinds (id, v, u) VALUES (100000, 'old', 'taken')");
        await _world.SourceAsync(SnowSql.Fill("kinds", 1, 300, i =>
            $"{i}, {i switch { 10 => "'bad'", 120 => "'toolong'", 130 => "NULL", 250 => "'@'", _ => "'ok'" }}, {SnowSql.Minute(i)}, "
            + $"{(i is 140 or 280 ? 9 : 1)}, {(i is 150 ? "'taken'" : i is 160 or 161 ? "'twice'" : $"'u{i}'")}, {(i == 170 ? "'{'" : "'{}'")}"));
        _world.Interference.ChangeText = text => text == "@" ? "\0" : text;

        await ProveAsync(table, SyncMode.Incremental, new RowCounts(300, 291, 0, 0, 0, 9));

        _world.Interference.ChangeText = null;
    }

    [Theory]
    [InlineData(MissingParentPolicy.Quarantine)]
    [InlineData(MissingParentPolicy.Stub)]
    [InlineData(MissingParentPolicy.Fail)]
    public async Task What_becomes_of_rows_without_parents_is_foretold(MissingParentPolicy policy)
    {
        var name = $"orphans_{policy}".ToLowerInvariant();
        await _world.TargetAsync($"CREATE TABLE {name}_p (id bigint PRIMARY KEY, note text); INSERT INTO {name}_p VALUES (1)");
        var table = await NewTableAsync(name, more: $"p bigint REFERENCES {name}_p", moreAtSource: "P NUMBER(9,0)");
        table.Pipeline = table.Pipeline with { OnMissingParent = policy };
        await _world.SourceAsync(SnowSql.Fill(name, 1, 150, i => $"{i}, 'v', {SnowSql.Minute(i)}, {(i % 50 == 7 ? i : 1)}"));

        await ProveAsync(table, SyncMode.Incremental, policy switch
        {
            MissingParentPolicy.Quarantine => new RowCounts(150, 147, 0, 0, 0, 3),
            MissingParentPolicy.Stub => new RowCounts(150, 150, 0, 0, 0, 0),
            _ => default,
        });
    }

    [Fact]
    public async Task Children_before_parents_in_a_self_referencing_table_are_foretold()
    {
        var table = await NewTableAsync("family", more: "p bigint REFERENCES family", moreAtSource: "P NUMBER(9,0)");
        await _world.SourceAsync(SnowSql.Fill("family", 1, 90, i => $"{i}, 'v', {SnowSql.Minute(i)}, {(i == 90 ? "NULL" : i == 45 ? "999" : $"{i + 1}")}"));

        await ProveAsync(table, SyncMode.Incremental, new RowCounts(90, 45, 0, 0, 0, 45));
    }

    [Fact]
    public async Task Children_of_refused_parents_are_foretold()
    {
        var table = await NewTableAsync("family_bad", "text CHECK (v <> 'bad')", "p bigint REFERENCES family_bad", "P NUMBER(9,0)");
        await _world.SourceAsync(SnowSql.Fill("family_bad", 1, 90, i => $"{i}, '{(i == 60 ? "bad" : "v")}', {SnowSql.Minute(i)}, {(i % 30 == 0 ? "NULL" : $"{i + 1}")}"));

        await ProveAsync(table, SyncMode.Incremental, new RowCounts(90, 60, 0, 0, 0, 30));
    }

    [Fact]
    public async Task A_column_to_be_added_is_foretold_and_not_added()
    {
        var table = await NewTableAsync("added");
        table.Pipeline = table.Pipeline with { OnNewColumn = NewColumnPolicy.Add };
        await table.FillAsync(1, 20, _ => "'x'");
        await table.SyncAsync();
        await _world.SourceAsync("ALTER TABLE added ADD COLUMN EXTRA NUMBER(5,2)", "UPDATE added SET EXTRA = 1.5, UPDATED_AT = '2024-02-01' WHERE ID <= 5", "UPDATE added SET UPDATED_AT = '2024-01-01 00:20:00' WHERE ID = 6");

        await ProveAsync(table, SyncMode.Incremental, new RowCounts(7, 0, 6, 1, 0, 0));
    }

    [Fact]
    public async Task A_full_load_with_deletions_is_foretold()
    {
        var table = await NewTableAsync("full_dry");
        await table.FillAsync(1, 250, i => $"'{i}'");
        await table.SyncAsync();
        await _world.SourceAsync("DELETE FROM full_dry WHERE ID <= 20", "UPDATE full_dry SET V = 'new' WHERE ID > 240", "INSERT INTO full_dry VALUES (251, 'x', NULL), (251, 'y', '2024-06-01')");

        await ProveAsync(table, SyncMode.Full, new RowCounts(232, 1, 10, 220, 1, 0), deleted: 20);
    }

    [Fact]
    public async Task A_full_load_with_refused_rows_is_foretold_to_delete_nothing()
    {
        var table = await NewTableAsync("full_bad", "text CHECK (v <> 'bad')");
        await table.FillAsync(1, 50, i => $"'{i}'");
        await table.SyncAsync();
        await _world.SourceAsync("DELETE FROM full_bad WHERE ID <= 20", "UPDATE full_bad SET V = 'bad' WHERE ID > 48");

        await ProveAsync(table, SyncMode.Full, new RowCounts(30, 0, 0, 28, 0, 2));
    }

    [Fact]
    public async Task Defaults_and_identity_columns_draw_no_number_from_their_sequences()
    {
        await _world.TargetAsync("CREATE SEQUENCE labels");
        var table = await NewTableAsync("numbered", more: "n bigint GENERATED ALWAYS AS IDENTITY, s serial, label text DEFAULT 'L' || nextval('labels'), m numeric DEFAULT nextval('labels')");
        await table.FillAsync(1, 30, _ => "'x'");

        await ProveAsync(table, SyncMode.Incremental, new RowCounts(30, 30, 0, 0, 0, 0));
    }

    [Fact]
    public async Task More_bad_rows_than_allowed_fail_the_dry_run_as_they_fail_the_run()
    {
        var table = await NewTableAsync("over", "text CHECK (v <> 'bad')");
        table.Pipeline = table.Pipeline with { MaxErrors = new ErrorLimit(2, null), BatchSize = 10 };
        await table.FillAsync(1, 50, i => i % 10 == 5 ? "'bad'" : "'x'");

        await ProveAsync(table, SyncMode.Incremental, new RowCounts(20, 18, 0, 0, 0, 2));
    }

    private Task<ValueTable> NewTableAsync(string name, string column = "text", string? more = null, string? moreAtSource = null) => Task.Run(async () =>
    {
        var table = await ValueTable.CreateAsync(_world, name, "VARCHAR", column, p => p with { BatchSize = 100 });
        if (moreAtSource is not null)
        {
            foreach (var added in moreAtSource.Split(", ")) await _world.SourceAsync($"ALTER TABLE {name} ADD COLUMN {added}");
        }

        if (more is not null) await _world.TargetAsync($"ALTER TABLE {name} {string.Join(", ", more.Split(", ").Select(c => "ADD COLUMN " + c))}");
        return table;
    });

    /// <summary>Dry run, proof that nothing changed, real run, comparison.</summary>
    private async Task ProveAsync(ValueTable table, SyncMode mode, RowCounts expected, long deleted = 0)
    {
        var before = await StateAsync();

        var dry = await table.SyncAsync(new SyncOptions { Mode = mode, DryRun = true });

        Assert.Equal(before, await StateAsync());
        Assert.Equal([$"true|{dry.Run.Status}"], await _world.TargetRowsAsync($"SELECT dry_run, status FROM etl.run WHERE run_id = '{dry.Run.RunId}'"));
        var real = await table.SyncAsync(new SyncOptions { Mode = mode });
        Assert.True(expected == real.Run.Counts, $"expected {expected}, got {real.Run.Counts}: {real.Error}");
        Assert.True(expected == dry.Run.Counts, $"foretold {dry.Run.Counts}, happened {expected}: {dry.Error}");
        Assert.Equal((real.Run.Status, real.Run.ErrorCode, deleted, deleted), (dry.Run.Status, dry.Run.ErrorCode, dry.Run.Deleted, real.Run.Deleted));
    }

    /// <summary>A checksum of every table (place and version of each row included), sequence and definition, but for the run records; and held locks.</summary>
    private async Task<List<string>> StateAsync()
    {
        var tables = await _world.TargetRowsAsync(
            """
            SELECT format('SELECT %L AS t, count(*) AS n, md5(coalesce(string_agg(r.ctid::text || r.xmin::text || r::text, E''\n'' ORDER BY r.ctid), '''')) AS sum FROM %I.%I r', c.oid::regclass, n.nspname, c.relname) AS checksum
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_(toast_)?temp'
              AND c.oid NOT IN ('etl.run'::regclass, 'etl.log'::regclass) ORDER BY 1
            """);
        var state = await _world.TargetRowsAsync(string.Join(" UNION ALL ", tables.Append("SELECT 'sequence ' || schemaname || '.' || sequencename, last_value, '' FROM pg_sequences").Select(t => $"({t})")) + " ORDER BY 1");
        state.AddRange(await _world.TargetRowsAsync("SELECT attrelid::regclass::text AS t, attname, format_type(atttypid, atttypmod) AS f FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'etl'::regnamespace)) AND attnum > 0 ORDER BY 1, attnum"));
        state.AddRange(await _world.TargetRowsAsync("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"));
        return state;
    }
}
