using System.Text.Json;
using EtlTools.Cli;
using EtlTools.Core.Config;
using EtlTools.IntegrationTests.Sandbox;
using Npgsql;

namespace EtlTools.IntegrationTests.Cli;

/// <summary>The commands on a real pair of databases: those that a kept demo leaves.</summary>
[Collection("demo")]
public sealed class StateCommandsTests : IAsyncLifetime
{
    private const string Orders = "notification_text";
    private string _environmentFile = "", _stop = "", _target = "", _last = "";

    public async Task InitializeAsync()
    {
        var server = Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES");
        Dictionary<string, string> variables = server is { Length: > 0 } ? new() { ["ETL_SANDBOX_POSTGRES"] = server } : [];
        var demo = await CliRun.RunAsync(variables, "demo", "--rows", "300", "--keep", "--json");
        var kept = demo.Json.GetProperty("kept");
        (_environmentFile, _stop) = (kept.GetProperty("env_file").GetString()!, kept.GetProperty("stop").GetString()!);
        // Nobody disposes of what failed to initialize.
        if (demo.ExitCode != 0) await DisposeAsync();
        demo.Ended(ExitCode.Done);
        _target = SettingsLoader.Load(new Dictionary<string, string>(), _environmentFile).Settings.Postgres!.ConnectionString;
        _last = (await JsonAsync(ExitCode.Done, "watermark", "get", Orders)).GetProperty("watermarks")[0].GetProperty("cursor").GetString()!;
    }

    public Task DisposeAsync() => Sql.ShellAsync(_stop);

    [Fact]
    public async Task A_watermark_is_shown_set_and_reset_and_the_next_run_goes_by_it()
    {
        var set = await JsonAsync(ExitCode.Done, "watermark", "set", Orders, "2020-01-01");
        Assert.Equal((_last, "2020-01-01T00:00:00.000000000"), (set.GetProperty("previous_cursor").GetString(), set.GetProperty("cursor").GetString()));
        Assert.Equal((600, 600), ReadAndUnchanged(await JsonAsync(ExitCode.Done, "sync", Orders)));

        await JsonAsync(ExitCode.Done, "watermark", "reset", "public.notification_text");
        Assert.Equal((600, 600), ReadAndUnchanged(await JsonAsync(ExitCode.Done, "sync", Orders)));

        var status = await JsonAsync(ExitCode.Done, "status", "--limit", "1");
        Assert.Equal(_last, status.GetProperty("watermarks").EnumerateArray().Single(w => w.GetProperty("pipeline").GetString() == Orders).GetProperty("cursor").GetString());
        var newest = Assert.Single(status.GetProperty("runs").EnumerateArray());
        Assert.Equal(("done", 600), (newest.GetProperty("status").GetString(), newest.GetProperty("unchanged").GetInt32()));
    }

    [Fact]
    public async Task While_another_run_holds_the_table_sync_does_nothing_and_the_watermark_stays()
    {
        await using var other = new NpgsqlConnection(_target + ";Pooling=false");
        await other.OpenAsync();
        await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock(hashtextextended('etl:{Orders}', 0))", other);
        await take.ExecuteNonQueryAsync();
        await Sql.ExecuteAsync(_target, $"UPDATE etl.watermark SET holder = 'host-x, process 42', holder_since = now() WHERE pipeline = '{Orders}'");

        var sync = (await RunAsync("sync", Orders)).Ended(ExitCode.Done);
        Assert.Contains("Did nothing", sync.Out, StringComparison.Ordinal);
        Assert.Contains("host-x, process 42", sync.Out, StringComparison.Ordinal);
        Assert.Equal("held", (await JsonAsync(ExitCode.Done, "sync", Orders)).GetProperty("runs")[0].GetProperty("status").GetString());

        var reset = (await RunAsync("watermark", "reset", Orders)).Ended(ExitCode.Failed);
        Assert.Contains("host-x, process 42", reset.Error, StringComparison.Ordinal);
        Assert.Equal(_last, await Sql.ScalarAsync(_target, $"SELECT cursor FROM etl.watermark WHERE pipeline = '{Orders}'"));
    }

    [Fact]
    public async Task Refused_rows_are_listed_shown_retried_after_the_repair_and_discarded()
    {
        var three = (string)(await Sql.ScalarAsync(
            _target, $"SELECT string_agg(quote_literal(notification_id), ', ') FROM (SELECT notification_id FROM public.{Orders} ORDER BY 1 LIMIT 3) o"))!;
        await Sql.ExecuteAsync(
            _target,
            $"""
            DELETE FROM public.ai_extracted_data; TRUNCATE public.{Orders} CASCADE;
            ALTER TABLE public.{Orders} ADD CONSTRAINT not_these CHECK (notification_id NOT IN ({three}));
            """);
        await JsonAsync(ExitCode.Done, "watermark", "reset", Orders);
        var sync = await JsonAsync(ExitCode.Quarantined, "sync", Orders);
        Assert.Equal(3, sync.GetProperty("totals").GetProperty("quarantined").GetInt32());
        await JsonAsync(ExitCode.Quarantined, "compare", Orders);

        var listed = (await JsonAsync(ExitCode.Done, "errors", "list", Orders)).GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(3, listed.Count);
        Assert.All(listed, entry => Assert.Equal("23514", entry.GetProperty("sqlstate").GetString()));
        Assert.All(listed, entry => Assert.False(entry.TryGetProperty("payload", out _)));
        var id = listed[0].GetProperty("id").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var shown = Assert.Single((await JsonAsync(ExitCode.Done, "errors", "show", id)).GetProperty("entries").EnumerateArray());
        Assert.Equal(shown.GetProperty("key").GetProperty("notification_id").GetString(), shown.GetProperty("payload").GetProperty("notification_id").GetString());

        Assert.Equal(1, (await JsonAsync(ExitCode.Done, "errors", "discard", id)).GetProperty("discarded").GetInt32());
        await JsonAsync(ExitCode.Quarantined, "errors", "retry", Orders);
        await Sql.ExecuteAsync(_target, $"ALTER TABLE public.{Orders} DROP CONSTRAINT not_these");
        Assert.Equal(2, (await JsonAsync(ExitCode.Done, "errors", "retry")).GetProperty("totals").GetProperty("inserted").GetInt32());
        Assert.Empty((await JsonAsync(ExitCode.Done, "errors", "list")).GetProperty("entries").EnumerateArray());
    }

    [Fact]
    public async Task A_person_who_does_not_confirm_changes_nothing()
    {
        var run = await CliRun.RunAsync(
            s => s with { IsInteractive = true, In = new StringReader("n\n") }, CancellationToken.None, "watermark", "reset", Orders, "--env-file", _environmentFile);

        Assert.Contains($"Forget the watermark {_last} of {Orders}? [y/N]", run.Ended(ExitCode.Stopped).Error, StringComparison.Ordinal);
        Assert.Equal(_last, await Sql.ScalarAsync(_target, $"SELECT cursor FROM etl.watermark WHERE pipeline = '{Orders}'"));
    }

    [Fact]
    public async Task Check_and_compare_find_what_is_wrong_with_one_table()
    {
        await JsonAsync(ExitCode.Done, "check");
        Assert.True((await JsonAsync(ExitCode.Done, "compare")).GetProperty("is_equal").GetBoolean());

        await Sql.ExecuteAsync(_target, "DROP TABLE public.ai_extracted_data");

        var check = await JsonAsync(ExitCode.Failed, "check");
        var wrong = Assert.Single(check.GetProperty("findings").EnumerateArray(), f => f.GetProperty("severity").GetString() == "error");
        Assert.Equal("ai_extracted_data", wrong.GetProperty("subject").GetString());
        Assert.NotEmpty(wrong.GetProperty("remedy").GetString()!);
        var compare = (await JsonAsync(ExitCode.Failed, "compare")).GetProperty("tables").EnumerateArray().ToList();
        Assert.Equal("ETL-DRIFT", compare[1].GetProperty("error").GetProperty("code").GetString());
        Assert.True(compare[0].GetProperty("is_equal").GetBoolean());
        Assert.Equal(1, (await JsonAsync(ExitCode.Failed, "sync")).GetProperty("runs").EnumerateArray().Count(r => r.GetProperty("status").GetString() == "failed"));
    }

    private static (int, int) ReadAndUnchanged(JsonElement sync)
    {
        var totals = sync.GetProperty("totals");
        return (totals.GetProperty("records_read").GetInt32(), totals.GetProperty("unchanged").GetInt32());
    }

    private Task<CliRun> RunAsync(params string[] args) => CliRun.RunAsync([.. args, "--env-file", _environmentFile]);

    private async Task<JsonElement> JsonAsync(ExitCode expected, params string[] args) => (await RunAsync([.. args, "--json"])).Ended(expected).Json;
}
