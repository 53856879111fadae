using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Telemetry;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class AlertSettingsTests
{
    private const string Hook = "https://hooks.slack.com/services/T000/B000/s3cr3t";

    [Fact]
    public void Nothing_is_set_by_itself() => Assert.Equal(new AlertSettings(), Load().Settings.Alerts);

    [Fact]
    public void Every_value_arrives()
    {
        var settings = Load(
            ("ALERT_WEBHOOK_URL", Hook), ("ALERT_WEBHOOK_FORMAT", "Slack"), ("ALERT_COMMAND", "/usr/bin/page --team 'etl team'"), ("ALERT_EVENT_LOG", "yes"),
            ("ALERT_ERROR_SHARE", "0.5%"), ("ALERT_STALL_SECONDS", "90"), ("ALERT_REPEAT_SECONDS", "0")).Settings.Alerts;
        Assert.Equal((new Uri(Hook), WebhookFormat.Slack, true), (settings.WebhookUrl, settings.WebhookFormat, settings.EventLog));
        Assert.Equal("/usr/bin/page", settings.Command!.Program);
        Assert.Equal(["--team", "etl team"], settings.Command.Arguments);
        Assert.Equal((0.005, TimeSpan.FromSeconds(90), TimeSpan.Zero), (settings.ErrorShare, settings.Stall, settings.Repeat));
    }

    [Fact]
    public void What_is_wrong_is_named_and_the_address_is_not_shown()
    {
        var problems = Assert.Throws<ConfigurationException>(() => Load(
            ("ALERT_WEBHOOK_URL", "ftp://hooks/s3cr3t"), ("ALERT_WEBHOOK_FORMAT", "discord"), ("ALERT_COMMAND", "\"unclosed"), ("ALERT_EVENT_LOG", "maybe"),
            ("ALERT_ERROR_SHARE", "5"), ("ALERT_STALL_SECONDS", "-1"), ("ALERT_REPEAT_SECONDS", "1h"))).Problems;
        Assert.Equal(
            [
                "ALERT_WEBHOOK_URL (environment): its value is not an http or https URL without a user name.",
                "ALERT_WEBHOOK_FORMAT (environment): 'discord' is not one of generic, slack, teams.",
                "ALERT_COMMAND (environment): '\"unclosed' is not a program with its arguments; quotes that are opened must be closed.",
                "ALERT_EVENT_LOG (environment): 'maybe' is not true or false.",
                "ALERT_ERROR_SHARE (environment): '5' is not a share such as 5%.",
                "ALERT_STALL_SECONDS (environment): '-1' is not a whole number from 0 to 604800.",
                "ALERT_REPEAT_SECONDS (environment): '1h' is not a whole number from 0 to 604800.",
            ],
            problems);
    }

    [Theory]
    [InlineData("https://user:s3cr3t@hooks.example/x")]
    [InlineData("hooks.example/x")]
    [InlineData("https://")]
    public void Other_addresses_are_refused(string address) =>
        Assert.Throws<ConfigurationException>(() => Load(("ALERT_WEBHOOK_URL", address)));

    [Fact]
    public void The_address_is_masked_wherever_settings_are_shown()
    {
        var loaded = Load(("ALERT_WEBHOOK_URL", Hook));
        Assert.Equal("***", loaded.Values.Single(value => value.Setting.Name == "ALERT_WEBHOOK_URL").Text);
        Assert.DoesNotContain("s3cr3t", loaded.Settings.Alerts.ToString(), StringComparison.Ordinal);
        Assert.Equal("POST ***, path ***", SecretScrubber.For(loaded.Settings).Scrub($"POST {Hook}, path /services/T000/B000/s3cr3t"));
    }

    [Fact]
    public void An_unencrypted_address_elsewhere_is_a_warning()
    {
        Assert.Contains(Load(("ALERT_WEBHOOK_URL", "http://hooks.example/x")).Warnings, warning => warning.Contains("unencrypted", StringComparison.Ordinal));
        Assert.Empty(Load(("ALERT_WEBHOOK_URL", "http://127.0.0.1:8080/x")).Warnings);
    }

    [Theory]
    [InlineData("page", "page", new string[0])]
    [InlineData("  page   a b ", "page", new[] { "a", "b" })]
    [InlineData("\"/opt/my tools/page\" 'a b' c\"d e\"f", "/opt/my tools/page", new[] { "a b", "cd ef" })]
    [InlineData("C:\\tools\\page.exe \"it's\" ''", "C:\\tools\\page.exe", new[] { "it's", "" })]
    [InlineData("page $(id) `id` ; rm -rf ~ | x > y", "page", new[] { "$(id)", "`id`", ";", "rm", "-rf", "~", "|", "x", ">", "y" })]
    public void A_command_is_divided_at_blanks_and_nothing_else_happens(string text, string program, string[] arguments)
    {
        Assert.True(CommandText.TryParse(text, out var command));
        Assert.Equal(program, command.Program);
        Assert.Equal(arguments, command.Arguments);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("'' x")]
    [InlineData("page 'x")]
    public void What_names_no_program_is_none(string text) => Assert.False(CommandText.TryParse(text, out _));

    private static LoadedSettings Load(params (string Name, string Value)[] variables) =>
        SettingsLoader.Load(variables.ToDictionary(v => v.Name, v => v.Value), file: null);
}
