using EtlTools.Cli;

namespace EtlTools.IntegrationTests.Cli;

public sealed class DriverTests
{
    [Fact]
    public async Task Status_says_what_is_missing_and_what_to_do_before_any_other_setting_is_made()
    {
        using var folder = new CliFolder();
        var place = Path.Combine(Path.GetDirectoryName(folder.Configuration)!, "driver");
        var variables = new Dictionary<string, string> { ["ETL_SNOWFLAKE_DRIVER"] = place };

        var json = (await CliRun.RunAsync(variables, "driver", "status", "--json")).Ended(ExitCode.Failed).Json;

        Assert.Equal(place, json.GetProperty("folder").GetString());
        Assert.False(json.GetProperty("usable").GetBoolean());
        Assert.Contains("etl driver install", json.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        var text = (await CliRun.RunAsync(variables, "driver", "status")).Ended(ExitCode.Failed).Out;
        Assert.Contains("The Snowflake driver is not in", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--source /no/such/folder", "Snowflake.Data.dll is missing")]
    [InlineData("--version 4.0", "too old")]
    [InlineData("--source x --version 5.7", "exclude each other")]
    public async Task A_request_that_cannot_be_met_is_refused(string options, string message)
    {
        using var folder = new CliFolder();
        var place = Path.Combine(Path.GetDirectoryName(folder.Configuration)!, "driver");

        var run = await CliRun.RunAsync(new Dictionary<string, string> { ["ETL_SNOWFLAKE_DRIVER"] = place }, ["driver", "install", "--json", .. options.Split(' ')]);

        Assert.Contains(message, run.Ended(ExitCode.Usage).Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(place));
    }
}
