using EtlTools.Core.Errors;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Tests.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace EtlTools.Core.Tests.State;

[Collection(StateDatabaseGroup.Name)]
public sealed class PostgresMigratorTests(StateDatabase databases)
{
    private static readonly string[] All = [MigrationSets.State, MigrationSets.Medical];

    [Fact]
    public async Task A_fresh_database_is_planned_then_migrated_then_current()
    {
        await using var database = await databases.NewAsync();
        var migrator = Migrator(database);

        var plan = await migrator.PlanAsync();
        Assert.Equal("db/postgres/0001_state.sql", plan[0].File);
        Assert.Equal(false, await database.ScalarAsync("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'etl')"));
        var missing = await Assert.ThrowsAsync<ConfigurationException>(() => migrator.EnsureCurrentAsync(All));
        Assert.Equal("Run: etl migrate --with medical", missing.Remedy);

        var applied = await migrator.ApplyAsync();

        Assert.Equal(plan.Select(m => m.File), applied.Select(m => m.File));
        Assert.Empty(await migrator.PlanAsync());
        await migrator.EnsureCurrentAsync();
        Assert.Equal(["state|0001|state|64", "state|0002|dropped_rows|64", "state|0003|manifest|64", "state|0004|backfill|64", "state|0005|run_progress|64", "state|0006|sync_views|64"], await database.ListAsync("SELECT set_name, version, name, length(checksum) FROM etl.migration ORDER BY 2"));
    }

    [Fact]
    public async Task Applying_twice_changes_nothing()
    {
        await using var database = await databases.NewAsync();
        await Migrator(database).ApplyAsync(All);
        var before = await database.ListAsync("SELECT set_name, version, applied_at, xmin FROM etl.migration ORDER BY 1, 2");

        Assert.Empty(await Migrator(database).ApplyAsync(All));

        Assert.Equal(before, await database.ListAsync("SELECT set_name, version, applied_at, xmin FROM etl.migration ORDER BY 1, 2"));
    }

    [Fact]
    public async Task Of_several_processes_at_once_one_applies_and_none_fails()
    {
        await using var database = await databases.NewAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Migrator(database).ApplyAsync(All))));

        Assert.Equal(1, results.Count(applied => applied.Count > 0));
        Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"));
    }

    [Fact]
    public async Task A_changed_migration_is_refused_by_name_but_not_for_its_line_ends()
    {
        await using var database = await databases.NewAsync();
        await Migrator(database, Script("0001", "CREATE TABLE a ();\nSELECT 1;")).ApplyAsync(["t"]);

        Assert.Empty(await Migrator(database, Script("0001", "CREATE TABLE a ();\r\nSELECT 1;")).PlanAsync(["t"]));
        var error = await Assert.ThrowsAsync<DriftException>(() => Migrator(database, Script("0001", "CREATE TABLE b ();")).ApplyAsync(["t"]));

        Assert.Contains("db/postgres/t/0001_x.sql", error.Message, StringComparison.Ordinal);
        Assert.Equal(false, await database.ScalarAsync("SELECT to_regclass('b') IS NOT NULL"));
    }

    [Fact]
    public async Task A_newer_database_is_refused()
    {
        await using var database = await databases.NewAsync();
        await Migrator(database, Script("0001", "SELECT 1"), Script("0002", "SELECT 2")).ApplyAsync(["t"]);

        var older = Migrator(database, Script("0001", "SELECT 1"));

        Assert.Contains("newer than this program", (await Assert.ThrowsAsync<ConfigurationException>(() => older.EnsureCurrentAsync(["t"]))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConfigurationException>(() => older.ApplyAsync(["t"]));
        await Assert.ThrowsAsync<DriftException>(() => Migrator(database, Script("0002", "SELECT 2")).PlanAsync(["t"]));
    }

    [Fact]
    public async Task A_failing_migration_leaves_those_before_it_and_nothing_of_itself()
    {
        await using var database = await databases.NewAsync();
        var migrator = Migrator(database, Script("0001", "CREATE TABLE one ()"), Script("0002", "CREATE TABLE two (); CREATE TABLE one ();"));

        var error = await Assert.ThrowsAsync<DriftException>(() => migrator.ApplyAsync(["t"]));

        Assert.Contains("0002_x.sql", error.Message, StringComparison.Ordinal);
        Assert.Contains("42P07", error.Message, StringComparison.Ordinal);
        Assert.Equal(["one"], await database.ListAsync("SELECT relname FROM pg_class WHERE relname IN ('one', 'two')"));
        Assert.Equal(["0001"], await database.ListAsync("SELECT version FROM etl.migration"));
        Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"));
    }

    [Fact]
    public async Task A_user_without_rights_is_told_which()
    {
        await using var database = await databases.NewAsync();
        var role = "plain_" + Guid.NewGuid().ToString("N")[..8];
        await database.ScalarAsync($"CREATE ROLE {role} LOGIN PASSWORD 'pw'");
        var dsn = await DsnOfAsync(database, role);
        await using var poor = NpgsqlDataSource.Create(dsn);

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => Migrator(poor).ApplyAsync());

        Assert.Contains("GRANT CREATE ON DATABASE", error.Remedy, StringComparison.Ordinal);
        await database.ScalarAsync($"DROP ROLE {role}");
    }

    [Fact]
    public async Task An_unknown_set_is_refused_with_the_known_ones()
    {
        await using var database = await databases.NewAsync();

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => Migrator(database).PlanAsync(["medcal"]));

        Assert.Contains("medical, state", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeatable_script_runs_every_time_and_is_journalled_when_it_changes()
    {
        await using var database = await databases.NewAsync();
        var first = Migrator(database, Script("R__again", "CREATE TABLE IF NOT EXISTS runs (n int); INSERT INTO runs VALUES (1)"));

        Assert.Single(await first.ApplyAsync(["t"]));
        Assert.Empty(await first.ApplyAsync(["t"]));
        Assert.Empty(await first.PlanAsync(["t"]));
        Assert.Single(await Migrator(database, Script("R__again", "INSERT INTO runs VALUES (2)")).ApplyAsync(["t"]));

        Assert.Equal(["1", "1", "2"], await database.ListAsync("SELECT n FROM runs ORDER BY n"));
    }

    [Fact]
    public async Task Embeddings_come_when_the_extension_does()
    {
        await using var database = await databases.NewAsync();
        var log = new ListLogger();
        var available = (bool)(await database.ScalarAsync("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')"))!;

        await new PostgresMigrator(database, log).ApplyAsync(All);

        Assert.Equal(available, await database.ScalarAsync("SELECT to_regclass('public.semantic_embeddings') IS NOT NULL"));
        Assert.Equal(!available, log.Messages.Any(m => m.Contains("pgvector", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("etl_metadata", "table_name|last_successful_extraction|records_processed|checkpoint_cursor|checkpoint_key|updated_at")]
    [InlineData("sync_watermarks", "source_table|last_watermark|last_run|last_status|last_error|rows_processed")]
    [InlineData("sync_errors", "id|source_table|target_table|payload|error|sqlstate|created_at|status")]
    public async Task Views_have_the_required_columns(string view, string columns)
    {
        await using var database = await databases.NewAsync();
        await Migrator(database).ApplyAsync();

        Assert.Equal(columns.Split('|'), await database.ListAsync(
            $"SELECT column_name FROM information_schema.columns WHERE table_schema = 'etl' AND table_name = '{view}' ORDER BY ordinal_position"));
    }

    [Fact]
    public async Task Views_show_what_tables_hold()
    {
        await using var database = await databases.NewAsync();
        await Migrator(database).ApplyAsync();
        await database.ScalarAsync(
            """
            INSERT INTO etl.run (run_id, pipeline, operation, mode, direction, dry_run, status, started_at, inserted, updated, unchanged, superseded, quarantined, host, pid, tool_version)
            VALUES ('00000000-0000-0000-0000-000000000001', 'p', 'sync', 'incremental', 'd', false, 'done', '2026-01-02Z', 1, 20, 300, 4000, 9, 'h', 1, '0');
            INSERT INTO etl.watermark (pipeline, source, target, cursor, last_run_id, last_status, rows_processed)
            VALUES ('p', 'S.T', 'public.t', '2026-01-01 00:00:00.000000001', '00000000-0000-0000-0000-000000000001', 'done', 4321);
            INSERT INTO etl.quarantine (pipeline, key_text, payload, reason, sqlstate) VALUES ('p', 'k', '{"a": "\u0000"}', 'NUL', '22021');
            """);

        Assert.Equal(["S.T|2026-01-01 00:00:00.000000001|done|4321"], await database.ListAsync("SELECT source_table, last_watermark, last_status, rows_processed FROM etl.sync_watermarks"));
        Assert.Equal(["public.t|4321"], await database.ListAsync("SELECT table_name, records_processed FROM etl.etl_metadata"));
        Assert.Equal(["S.T|public.t|{\"a\": \"\\u0000\"}|NUL|22021|open"], await database.ListAsync("SELECT source_table, target_table, payload::text, error, sqlstate, status FROM etl.sync_errors"));
        Assert.Equal(["p|4321|done"], await database.ListAsync("SELECT pipeline, rows, status FROM etl.sync_logs"));
        var twice = await Assert.ThrowsAsync<PostgresException>(() => database.ScalarAsync("INSERT INTO etl.quarantine (pipeline, key_text, payload, reason) VALUES ('p', 'k', '{}', 'again')"));
        Assert.Equal("23505", twice.SqlState);
        await database.ScalarAsync("UPDATE etl.quarantine SET status = 'resolved'; INSERT INTO etl.quarantine (pipeline, key_text, payload, reason) VALUES ('p', 'k', '{}', 'again')");
    }

    [Fact]
    public async Task A_table_that_does_not_fit_stands_among_the_errors_until_a_run_goes_well()
    {
        await using var database = await databases.NewAsync();
        await Migrator(database).ApplyAsync();
        await database.ScalarAsync(
            """
            INSERT INTO etl.run (run_id, pipeline, operation, mode, direction, dry_run, status, started_at, ended_at, error_code, error, host, pid, tool_version)
            VALUES ('00000000-0000-0000-0000-000000000001', 'p', 'sync', 'incremental', 'd', false, 'failed', '2026-01-02Z', '2026-01-02Z', 'ETL-DRIFT', 'no column X', 'h', 1, '0'),
                   ('00000000-0000-0000-0000-000000000002', 'p', 'sync', 'incremental', 'd', false, 'done', '2026-01-03Z', '2026-01-03Z', NULL, NULL, 'h', 1, '0');
            INSERT INTO etl.watermark (pipeline, source, target, last_run_id, last_status, last_error)
            VALUES ('p', 'S.T', 'public.t', '00000000-0000-0000-0000-000000000001', 'failed', 'no column X');
            """);

        Assert.Equal(["S.T|error|no column X"], await database.ListAsync("SELECT source_table, last_status, last_error FROM etl.sync_watermarks"));
        Assert.Equal(["S.T|public.t||no column X|open"], await database.ListAsync("SELECT source_table, target_table, payload, error, status FROM etl.sync_errors"));

        await database.ScalarAsync("UPDATE etl.watermark SET last_run_id = '00000000-0000-0000-0000-000000000002', last_status = 'done', last_error = NULL");

        Assert.Equal(["S.T|done|"], await database.ListAsync("SELECT source_table, last_status, last_error FROM etl.sync_watermarks"));
        Assert.Empty(await database.ListAsync("SELECT * FROM etl.sync_errors"));
    }

    [Fact]
    public async Task Medical_tables_take_the_generated_work_orders()
    {
        await using var database = await databases.NewAsync();
        await Migrator(database).ApplyAsync(All);

        await CopyAsync(database, "notification_text", EtlTools.Sandbox.Samples.WorkOrders.Generate(1, 3000, DateTimeOffset.UnixEpoch.AddYears(50)).Select(o => o.Values));
        await CopyAsync(database, "ai_extracted_data", EtlTools.Sandbox.Samples.AiExtracts.Generate(1, 3000, 0.5, DateTimeOffset.UnixEpoch.AddYears(50)));

        Assert.Equal(3000L, await database.ScalarAsync("SELECT count(*) FROM notification_text"));
        Assert.InRange((long)(await database.ScalarAsync("SELECT count(*) FROM ai_extracted_data"))!, 1300, 1700);
        Assert.InRange((long)(await database.ScalarAsync("SELECT count(*) FROM notification_text WHERE noti_text = ''"))!, 5, 100);
        Assert.InRange((long)(await database.ScalarAsync("SELECT count(*) FROM notification_text WHERE noti_text IS NULL"))!, 5, 100);
    }

    private static async Task CopyAsync(NpgsqlDataSource database, string table, IEnumerable<string?[]> rows)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var copy = await connection.BeginTextImportAsync($"COPY {table} FROM STDIN (FORMAT csv)");
        foreach (var row in rows)
            await copy.WriteAsync(string.Join(',', row.Select(v => v is null ? "" : "\"" + v.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"")) + "\n");
    }

    private static async Task<string> DsnOfAsync(NpgsqlDataSource database, string role)
    {
        await using var connection = await database.OpenConnectionAsync();
        return new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = "pw", Pooling = false }.ConnectionString;
    }

    private static PostgresMigrator Migrator(NpgsqlDataSource database) => new(database, NullLogger.Instance);

    private static PostgresMigrator Migrator(NpgsqlDataSource database, params MigrationScript[] scripts) =>
        new(database, NullLogger.Instance, new MigrationCatalog(scripts));

    private static MigrationScript Script(string version, string sql) => new("t", version, "x", $"db/postgres/t/{version}_x.sql", sql);
}
