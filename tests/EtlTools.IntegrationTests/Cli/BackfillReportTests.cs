using EtlTools.Cli;
using EtlTools.Core.State.Migrations;
using EtlTools.IntegrationTests.Sandbox;
using EtlTools.IntegrationTests.Sync.World;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EtlTools.IntegrationTests.Cli;

[Collection(SyncCollection.Name)]
public sealed class BackfillReportTests(SyncServer server) : IAsyncLifetime
{
    private readonly CliFolder _folder = new();
    private readonly string _output = Directory.CreateTempSubdirectory("etl-report-test-").FullName;
    private Dictionary<string, string> _variables = [];

    public async Task InitializeAsync()
    {
        var database = await server.CreateDatabaseAsync("report");
        _variables = new(_folder.Variables) { ["POSTGRES_CONNECTION_STRING"] = database };
        await using (var target = NpgsqlDataSource.Create(database)) await new PostgresMigrator(target, NullLogger.Instance).ApplyAsync();
        await Sql.ExecuteAsync(
            database,
            """
            INSERT INTO etl.backfill (backfill_id, name, pipeline, source, target, cursor_column, method, parameters, batch_size, partition_count, target_was_empty, estimate_rows,
                estimate_bytes, estimate_files, status, created_by, started_at, finished_at, tool_version)
            VALUES ('00000000-0000-0000-0000-00000000000b', '<b>history</b>', 'orders', 'DB.S.ORDERS', 'public.orders', 'AT', 'stream', '{}', 100, 1, true, 200, 0, 0, 'done', 'etl-1, process 1',
                '2026-01-01 00:00:00Z', '2026-01-01 00:01:40Z', '0.1.0');
            INSERT INTO etl.partition (backfill_id, number, kind, low_inclusive, estimate_rows, status, attempts, started_at, finished_at, records_read, inserted, batches)
            VALUES ('00000000-0000-0000-0000-00000000000b', 1, 'range', true, 200, 'done', 1, '2026-01-01 00:00:00Z', '2026-01-01 00:01:40Z', 200, 200, 1);
            INSERT INTO etl.batch (run_id, seq, pipeline, fence, records_read, committed_at, backfill_id, partition_number, bytes)
            VALUES ('00000000-0000-0000-0000-000000000001', 1, 'orders', 1, 200, '2026-01-01 00:01:40Z', '00000000-0000-0000-0000-00000000000b', 1, 10);
            """);
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        Directory.Delete(_output, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task It_is_printed_as_text_JSON_or_HTML()
    {
        var text = await RunAsync("<b>history</b>");
        Assert.StartsWith("Backfill <b>history</b>: done\n", text.Out, StringComparison.Ordinal);
        Assert.Contains("Rate         2 rows/s", text.Out, StringComparison.Ordinal);

        var json = (await RunAsync("<b>history</b>", "--format", "json")).Json;
        Assert.Equal((200, 100_000), (json.GetProperty("counts").GetProperty("inserted").GetInt64(), json.GetProperty("duration_ms").GetInt64()));

        var html = await RunAsync("<b>history</b>", "--format", "HTML");
        Assert.StartsWith("<!DOCTYPE html>\n", html.Out, StringComparison.Ordinal);
        Assert.Contains("<h1>Backfill &lt;b&gt;history&lt;/b&gt;", html.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_what_its_name_says_and_JSON_says_where_it_is()
    {
        var path = Path.Combine(_output, "report.html");
        var run = await RunAsync("<b>history</b>", "--output", path, "--json");
        Assert.Equal((path, "html"), (run.Json.GetProperty("file").GetString(), run.Json.GetProperty("format").GetString()));
        Assert.Equal(200, run.Json.GetProperty("report").GetProperty("counts").GetProperty("records_read").GetInt64());
        Assert.EndsWith("</html>\n", await File.ReadAllTextAsync(path), StringComparison.Ordinal);

        Assert.Contains("Wrote ", (await RunAsync("<b>history</b>", "-o", path, "--format", "text")).Out, StringComparison.Ordinal);
        Assert.StartsWith("Backfill <b>history</b>: done\n", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_is_wrong_usage()
    {
        Assert.Contains("There is no backfill 'other'", (await RunAsync(ExitCode.Usage, "other")).Error, StringComparison.Ordinal);
        Assert.Contains("cannot be written", (await RunAsync(ExitCode.Usage, "<b>history</b>", "--output", Path.Combine(_output, "no/such/folder/x.html"))).Error, StringComparison.Ordinal);
        Assert.Contains("--format", (await RunAsync(ExitCode.Usage, "<b>history</b>", "--format", "pdf")).Error, StringComparison.Ordinal);
    }

    private Task<CliRun> RunAsync(params string[] args) => RunAsync(ExitCode.Done, args);

    private async Task<CliRun> RunAsync(ExitCode expected, params string[] args) =>
        (await CliRun.RunAsync(_variables, ["backfill", "report", .. args])).Ended(expected);
}
