using EtlTools.Cli;
using EtlTools.Core.Tests.Alerts;

namespace EtlTools.IntegrationTests.Cli;

/// <summary>Alerts of commands, at a web server that is really there.</summary>
public sealed class AlertTests : IDisposable
{
    private readonly CliFolder _folder = new();
    private readonly AlertReceiver _receiver = new();

    public void Dispose()
    {
        _receiver.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_sync_that_cannot_begin_sends_an_alert_without_a_secret()
    {
        var run = (await CliRun.RunAsync(Variables(), "sync", "--config", _folder.Configuration)).Ended(ExitCode.Failed);

        var alert = await _receiver.NextAsync();
        Assert.Equal(
            ("run_failed", "sync", "ETL-CONNECTION", null),
            (alert.GetProperty("reason").GetString(), alert.GetProperty("operation").GetString(), alert.GetProperty("code").GetString(), alert.GetProperty("name").GetString()));
        Assert.Contains("PostgreSQL", alert.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(CliFolder.Secret, _receiver.Requests.Single().Body, StringComparison.Ordinal);
        Assert.DoesNotContain(_receiver.Address.PathAndQuery, run.Everything + _folder.Logs(), StringComparison.Ordinal);
        Assert.Contains("delivered to webhook at 127.0.0.1", _folder.Logs(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_and_a_wrong_command_line_tell_nobody()
    {
        (await CliRun.RunAsync(Variables(), "sync", "--dry-run", "--config", _folder.Configuration)).Ended(ExitCode.Failed);
        (await CliRun.RunAsync(Variables(), "sync", "nothing-like-it", "--config", _folder.Configuration)).Ended(ExitCode.Usage);
        Assert.Empty(_receiver.Requests);
    }

    [Fact]
    public async Task A_test_prints_which_targets_took_it()
    {
        var variables = Variables();
        variables["ALERT_WEBHOOK_FORMAT"] = "teams";
        var done = (await CliRun.RunAsync(variables, "alert", "test")).Ended(ExitCode.Done);
        Assert.Contains("delivered  webhook (teams) at 127.0.0.1", done.Out, StringComparison.Ordinal);
        Assert.Equal("message", (await _receiver.NextAsync()).GetProperty("type").GetString());

        variables["ALERT_COMMAND"] = "no-such-program-anywhere";
        var failed = (await CliRun.RunAsync(variables, "alert", "test", "--json")).Ended(ExitCode.Failed).Json;
        Assert.Equal([true, false], failed.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("delivered").GetBoolean()));
        Assert.Contains("cannot be started", failed.GetProperty("targets")[1].GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_without_a_target_is_a_wrong_setting()
    {
        var run = (await CliRun.RunAsync(_folder.Variables, "alert", "test")).Ended(ExitCode.Usage);
        Assert.Contains("ALERT_WEBHOOK_URL", run.Error, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Variables() => new(_folder.Variables) { ["ALERT_WEBHOOK_URL"] = _receiver.Address.OriginalString };
}
