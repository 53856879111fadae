using EtlTools.Cli;

namespace EtlTools.IntegrationTests.Cli;

/// <summary>Command lines and settings that are wrong: exit code 2, and words that say what to do.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("snyc", "Did you mean 'sync'?")]
    [InlineData("sync --dryrun", "Did you mean '--dry-run'?")]
    [InlineData("sync --batch-size 0", "--batch-size: '0' is not a whole number from 1 to 1000000.")]
    [InlineData("sync --batch-size ten", "'ten' is not a whole number")]
    [InlineData("sync --max-errors 101%", "'101%' is not a count such as 100 or a share such as 1%.")]
    [InlineData("sync --lookback 5minutes", "'5minutes' is not a duration")]
    [InlineData("sync --settle -1s", "--settle")]
    [InlineData("sync --mode fast", "one of incremental, full")]
    [InlineData("status --log-level loud", "one of trace, debug")]
    [InlineData("errors discard", "Required argument missing")]
    [InlineData("watermark", "Required command was not provided.")]
    public async Task A_command_line_nobody_understands_is_refused_with_the_reason(string line, string message)
    {
        var run = await CliRun.RunAsync(line.Split(' '));

        Assert.Contains(message, run.Ended(ExitCode.Usage).Error, StringComparison.Ordinal);
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task With_json_a_refusal_is_a_document_too()
    {
        var json = (await CliRun.RunAsync("sync", "--json", "--batch-size", "x")).Ended(ExitCode.Usage).Json;

        Assert.Equal("sync", json.GetProperty("command").GetString());
        Assert.Equal(2, json.GetProperty("exit_code").GetInt32());
        Assert.Equal("ETL-USAGE", json.GetProperty("error").GetProperty("code").GetString());
        Assert.Single(json.GetProperty("error").GetProperty("problems").EnumerateArray());
    }

    [Theory]
    [InlineData("oders", "Did you mean 'orders'?")]
    [InlineData("medical.public.order", "Did you mean 'MEDICAL.PUBLIC.ORDERS'?")]
    [InlineData("nothing*", "It has: orders, extracts.")]
    public async Task An_unknown_table_is_refused_before_anything_is_opened(string table, string message)
    {
        using var folder = new CliFolder();

        var run = await CliRun.RunAsync(folder.Variables, "sync", table, "--config", folder.Configuration);

        Assert.Contains($"There is no table '{table}'", run.Ended(ExitCode.Usage).Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Contains("It has: orders, extracts.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_of_settings_and_of_the_tables_are_listed_together()
    {
        using var folder = new CliFolder("tables:\n  - { source: A.B.C, target: public.c, pk: id, colour: red }\nfrequency: 3\n");
        var variables = new Dictionary<string, string> { ["ETL_BATCH_SIZE"] = "many", ["POSTGRES_HOST"] = "db.example.com" };

        var json = (await CliRun.RunAsync(variables, "sync", "--json", "--config", folder.Configuration)).Ended(ExitCode.Usage).Json;

        var problems = json.GetProperty("error").GetProperty("problems").EnumerateArray().Select(p => p.GetString()!).ToList();
        foreach (var word in (string[])["ETL_BATCH_SIZE", "POSTGRES_DATABASE", "POSTGRES_USER", "colour", "frequency"])
            Assert.Contains(problems, problem => problem.Contains(word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_server_the_exit_code_is_1_and_the_password_is_nowhere()
    {
        using var folder = new CliFolder();
        string[][] lines =
        [
            ["sync"], ["sync", "--json", "--log-level", "trace"], ["check"], ["check", "--json"], ["compare"], ["status"], ["status", "--json"],
            ["watermark", "get"], ["errors", "list"], ["errors", "retry"], ["migrate"], ["migrate", "--json", "--log-level", "trace"],
            ["discover", "--target-schema", "A.B"],
        ];
        foreach (var line in lines)
        {
            var run = await CliRun.RunAsync(folder.Variables, [.. line, "--config", folder.Configuration]);

            Assert.Equal((string.Join(' ', line), 1), (string.Join(' ', line), run.ExitCode));
            Assert.DoesNotContain(CliFolder.Secret, run.Everything, StringComparison.Ordinal);
            if (line.Contains("--json")) Assert.Equal(1, run.Json.GetProperty("exit_code").GetInt32());
        }

        Assert.DoesNotContain(CliFolder.Secret, folder.Logs(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_in_a_setting_that_cannot_be_read_is_not_repeated()
    {
        var variables = new Dictionary<string, string> { ["POSTGRES_CONNECTION_STRING"] = $"Host=h;Databas=d;Password={CliFolder.Secret}" };

        var run = await CliRun.RunAsync(variables, "status");

        Assert.Contains("POSTGRES_CONNECTION_STRING", run.Ended(ExitCode.Usage).Error, StringComparison.Ordinal);
        Assert.DoesNotContain(CliFolder.Secret, run.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_documents_every_exit_code()
    {
        var help = (await CliRun.RunAsync("--help")).Ended(ExitCode.Done).Out;

        foreach (var code in Enum.GetValues<ExitCode>())
            Assert.Matches($@"(?m)^\s+{(int)code}\s+\w", help);
    }
}
