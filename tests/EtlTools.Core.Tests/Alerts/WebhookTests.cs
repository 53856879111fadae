using System.Diagnostics;
using System.Globalization;
using EtlTools.Core.Alerts;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Tests.Telemetry;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtlTools.Core.Tests.Alerts;

/// <summary>Delivery to a web server that is really there.</summary>
public sealed class WebhookTests
{
    private static readonly ConnectionException s_error = new("Snowflake cannot be reached.", "Wait, then run it again.");
    private readonly ListLogger _log = new();

    [Fact]
    public async Task A_failure_arrives_with_all_its_fields()
    {
        using var receiver = new AlertReceiver();
        var run = Guid.NewGuid();
        await using var alerts = Dispatcher(receiver);

        using (var watch = alerts.Watch("sync", "orders", run))
        {
            watch.Progress(5000, 2);
            watch.Failed(s_error);
        }

        var alert = await receiver.NextAsync();
        Assert.Equal("application/json; charset=utf-8", receiver.Requests.Single().ContentType);
        Assert.Equal(
            ("etl-tools", "run_failed", "error", "sync", "orders", run.ToString(), "ETL-CONNECTION", "production"),
            (Text("source"), Text("reason"), Text("severity"), Text("operation"), Text("name"), Text("run_id"), Text("code"), Text("environment")));
        Assert.Equal("EtlTools: sync of orders failed.", Text("title"));
        Assert.Equal(("Snowflake cannot be reached.", "Wait, then run it again."), (Text("message"), Text("remedy")));
        Assert.Equal((5000, 2), (alert.GetProperty("read").GetInt64(), alert.GetProperty("refused").GetInt64()));
        Assert.True(DateTimeOffset.UtcNow - DateTimeOffset.Parse(Text("at")!, CultureInfo.InvariantCulture) < TimeSpan.FromMinutes(1));

        string? Text(string name) => alert.GetProperty(name).GetString();
    }

    [Fact]
    public async Task After_503_and_429_it_is_sent_again_and_Retry_After_is_waited_for()
    {
        using var receiver = new AlertReceiver().Answer(503).Answer(429, retryAfter: "1");
        await using (var alerts = Dispatcher(receiver)) alerts.Failed("sync", null, s_error);

        var times = receiver.Requests.Select(request => request.At).ToArray();
        Assert.Equal(3, times.Length);
        Assert.True(times[2] - times[1] >= TimeSpan.FromMilliseconds(950), $"Retry-After was not waited for: {times[2] - times[1]}");
        Assert.Single(_log.Messages, message => message.Contains("delivered", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(404, "ALERT_WEBHOOK_URL is wrong or was withdrawn")]
    [InlineData(400, "ALERT_WEBHOOK_FORMAT")]
    [InlineData(302, "Redirects are not followed")]
    public async Task What_will_not_pass_is_not_tried_again_and_the_log_says_what_to_do(int status, string hint)
    {
        using var receiver = new AlertReceiver().Answer(status);
        await using (var alerts = Dispatcher(receiver)) alerts.Failed("sync", "orders", s_error);

        Assert.Single(receiver.Requests);
        var (level, _, message) = Assert.Single(_log.Entries);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), message, StringComparison.Ordinal);
        Assert.Contains(hint, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_holds_up_neither_the_run_nor_for_long_the_end()
    {
        using var receiver = new AlertReceiver().BeSilent();
        var clock = Stopwatch.StartNew();
        await using (var alerts = Dispatcher(receiver, pace: AlertWorld.Quick with { FlushTime = TimeSpan.FromSeconds(1), AttemptTimeout = TimeSpan.FromMinutes(5) }))
        {
            for (var i = 0; i < 1000; i++) alerts.Failed("sync", $"t{i}", s_error);
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"raising took {clock.Elapsed}");
        }

        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromMinutes(2));
        Assert.Equal(1000, _log.Messages.Count(message => message.Contains("did not reach", StringComparison.Ordinal)));
        Assert.Contains(_log.Messages, message => message.Contains("the process ended before", StringComparison.Ordinal));
        Assert.Contains(_log.Messages, message => message.Contains("its queue is full", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_at_the_port_is_a_line_in_the_log_without_the_address()
    {
        var address = new Uri($"http://127.0.0.1:{AlertReceiver.FreePort()}/services/T000/B000/s3cr3t-path-of-the-hook");
        await using (var alerts = AlertWorld.Dispatcher(new AlertSettings { WebhookUrl = address }, _log)) alerts.Failed("sync", "orders", s_error);

        Assert.Contains(_log.Messages, message => message.Contains("webhook at 127.0.0.1: it cannot be reached (ConnectionError)", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Messages, message => message.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_given_up_at_the_end_is_logged_with_its_last_problem()
    {
        using var receiver = new AlertReceiver().Answer(503);
        var pace = AlertWorld.Quick with { BaseDelay = TimeSpan.FromMinutes(5), MaxDelay = TimeSpan.FromMinutes(5), FlushTime = TimeSpan.FromSeconds(1) };
        await using (var alerts = Dispatcher(receiver, pace))
        {
            alerts.Failed("sync", "orders", s_error);
            await receiver.NextAsync();
        }

        Assert.Contains(_log.Messages, message => message.EndsWith("it answered 503 ServiceUnavailable. Then the process ended.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_address_and_other_secrets_are_masked_in_the_payload()
    {
        using var receiver = new AlertReceiver();
        await using (var alerts = Dispatcher(receiver))
            alerts.Failed("sync", "orders", new ConnectionException($"POST {receiver.Address} and {receiver.Address.PathAndQuery} and postgres://u:hunter22@h failed.", "password=hunter22"));

        var body = receiver.Requests.Single().Body;
        Assert.DoesNotContain("s3cr3t", body, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", body, StringComparison.Ordinal);
        Assert.Contains("POST *** and *** and postgres://u:***@h failed.", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_says_which_targets_took_it()
    {
        using var receiver = new AlertReceiver();
        var settings = new AlertSettings { WebhookUrl = receiver.Address, WebhookFormat = WebhookFormat.Slack, Command = new("/no/such/program", []) };
        await using var alerts = AlertWorld.Dispatcher(settings, _log);

        var trials = await alerts.TestAsync(CancellationToken.None);

        Assert.Equal([("webhook (slack) at 127.0.0.1", true), ("command program", false)], trials.Select(trial => (trial.Target, trial.IsDelivered)));
        Assert.Contains("cannot be started", trials[1].Problem, StringComparison.Ordinal);
        Assert.Contains("this is a test", receiver.Requests.Single().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_without_a_target_says_which_settings_there_are()
    {
        await using var alerts = AlertWorld.Dispatcher(new AlertSettings(), _log);
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => alerts.TestAsync(CancellationToken.None));
        Assert.Contains("ALERT_WEBHOOK_URL", refusal.Message, StringComparison.Ordinal);
    }

    private AlertDispatcher Dispatcher(AlertReceiver receiver, AlertPace? pace = null) =>
        AlertWorld.Dispatcher(new AlertSettings { WebhookUrl = receiver.Address }, _log, pace: pace);
}
