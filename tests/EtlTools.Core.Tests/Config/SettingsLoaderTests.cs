using System.Collections;
using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class SettingsLoaderTests
{
    [Fact]
    public void Without_any_setting_the_defaults_apply()
    {
        var settings = Load().Settings;
        Assert.Null(settings.Snowflake);
        Assert.Null(settings.Postgres);
        Assert.Equal(new SyncSettings(), settings.Sync);
        Assert.Equal(new ResilienceSettings(), settings.Resilience);
        Assert.Equal(new TelemetrySettings(), settings.Telemetry);
        Assert.Equal("etl.yaml", settings.ConfigPath);
    }

    [Fact]
    public void Every_value_arrives_also_where_the_comma_is_the_decimal_point()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            var settings = Load(
                ("ETL_BATCH_SIZE", "5000"), ("ETL_MAX_ERRORS", "0.5%"), ("ETL_LOOKBACK", "15m"), ("ETL_SETTLE", "30s"),
                ("ETL_RETRY_ATTEMPTS", "3"), ("ETL_RETRY_BASE_DELAY", "100ms"), ("ETL_RETRY_MAX_DELAY", "1s"),
                ("ETL_BREAKER_FAILURES", "0"), ("ETL_BREAKER_PAUSE", "1m"),
                ("ETL_LOG_DIR", "/var/log/etl"), ("ETL_LOG_LEVEL", "Debug"), ("ETL_LOG_RETENTION_DAYS", "7"), ("ETL_REPORT_DIR", "/var/reports"), ("ETL_LOG_TABLE", "no"),
                ("ETL_CONFIG", "prod.yaml"), ("ETL_ENVIRONMENT", "production")).Settings;
            Assert.Equal(new SyncSettings { BatchSize = 5000, MaxErrors = new ErrorLimit(null, 0.005), Lookback = TimeSpan.FromMinutes(15), Settle = TimeSpan.FromSeconds(30) }, settings.Sync);
            Assert.Equal(new ResilienceSettings { Attempts = 3, BaseDelay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(1), BreakerFailures = 0, BreakerPause = TimeSpan.FromMinutes(1) }, settings.Resilience);
            Assert.Equal(new TelemetrySettings { LogDirectory = "/var/log/etl", ConsoleLevel = LogLevel.Debug, RetentionDays = 7, ReportDirectory = "/var/reports", LogTable = false }, settings.Telemetry);
            Assert.Equal("prod.yaml", settings.ConfigPath);
            Assert.Equal("production", settings.EnvironmentName);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void All_problems_are_reported_at_once_each_with_its_setting()
    {
        var problems = Problems(
            ("ETL_BATCH_SIZE", "0"), ("ETL_MAX_ERRORS", "1,5%"), ("ETL_LOOKBACK", "10 minutes"), ("ETL_LOG_LEVEL", "loud"),
            ("ETL_LOG_TABLE", "maybe"), ("SNOWFLAKE_ACCOUNT", "a-b"), ("SNOWFLAKE_AUTHENTICATOR", "kerberos"), ("POSTGRES_HOST", "h"));
        Assert.Equal(
            [
                "SNOWFLAKE_AUTHENTICATOR (environment): 'kerberos' is not one of snowflake, externalbrowser, oauth, snowflake_jwt, programmatic_access_token.",
                "POSTGRES_DATABASE is missing, although POSTGRES_HOST is set.",
                "POSTGRES_USER is missing, although POSTGRES_HOST is set.",
                "ETL_BATCH_SIZE (environment): '0' is not a whole number from 1 to 1000000.",
                "ETL_MAX_ERRORS (environment): '1,5%' is not a count such as 100 or a share such as 1%.",
                "ETL_LOOKBACK (environment): '10 minutes' is not a duration such as 500ms, 30s, 10m, 2h, 1d, or 0.",
                "ETL_LOG_LEVEL (environment): 'loud' is not one of trace, debug, information, warning, error, critical, none.",
                "ETL_LOG_TABLE (environment): 'maybe' is not true or false.",
            ],
            problems);
    }

    [Theory]
    [InlineData(null, "logs2/reports")]
    [InlineData("reports", "reports")]
    [InlineData("None", null)]
    public void Reports_go_beside_the_logs_elsewhere_or_nowhere(string? value, string? expected)
    {
        var file = "ETL_LOG_DIR=logs2\n" + (value is null ? "" : $"ETL_REPORT_DIR={value}\n");
        Assert.Equal(expected?.Replace('/', Path.DirectorySeparatorChar), LoadWith(file).Settings.Telemetry.ReportDirectory);
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_an_empty_value_counts_as_not_set()
    {
        var loaded = LoadWith("ETL_BATCH_SIZE=1\nETL_CONFIG=file.yaml\nETL_LOG_DIR=fromfile\n", ("ETL_BATCH_SIZE", "2"), ("ETL_CONFIG", ""));
        Assert.Equal(2, loaded.Settings.Sync.BatchSize);
        Assert.Equal("file.yaml", loaded.Settings.ConfigPath);
        var values = loaded.Values.ToDictionary(v => v.Setting.Name, v => (v.Text, v.Origin));
        Assert.Equal(("2", "environment"), values["ETL_BATCH_SIZE"]);
        Assert.Equal(("fromfile", ".env"), values["ETL_LOG_DIR"]);
        Assert.Equal(("5m", "default"), values["ETL_LOOKBACK"]);
    }

    [Fact]
    public void Unknown_names_in_the_file_are_errors_with_a_suggestion()
    {
        var thrown = Assert.Throws<ConfigurationException>(() => LoadWith("ETL_BATCHSIZE=1\nSNOWFLAKE_ACOUNT=x\nPOSTGRES_FROB=1\nOTHER=1\n"));
        Assert.Equal(
            [
                ".env: there is no setting 'ETL_BATCHSIZE'. Did you mean 'ETL_BATCH_SIZE'?",
                ".env: there is no setting 'POSTGRES_FROB'.",
                ".env: there is no setting 'SNOWFLAKE_ACOUNT'. Did you mean 'SNOWFLAKE_ACCOUNT'?",
            ],
            thrown.Problems);
    }

    [Fact]
    public void Unknown_names_in_the_environment_are_a_warning_for_ours_and_nothing_for_others()
    {
        var loaded = Load(("ETL_BATCHSIZE", "1"), ("SNOWFLAKE_HOME", "/x"), ("POSTGRES_INITDB_ARGS", "x"));
        Assert.Equal(["environment: there is no setting 'ETL_BATCHSIZE'. Did you mean 'ETL_BATCH_SIZE'?"], loaded.Warnings);
        Assert.Null(loaded.Settings.Snowflake);
        Assert.Null(loaded.Settings.Postgres);
    }

    [Fact]
    public void A_file_that_was_asked_for_must_exist()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "nowhere.env");
        var thrown = Assert.Throws<ConfigurationException>(() => SettingsLoader.Load(new Dictionary<string, string>(), path));
        Assert.Equal([$"{path}: the file does not exist."], thrown.Problems);
    }

    [Fact]
    public void Reading_a_file_leaves_the_process_environment_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("my.env", "ETL_BATCH_SIZE=77\nETL_TEST_LEFTOVER=1\n");
        Assert.Throws<ConfigurationException>(() => SettingsLoader.Load(new Dictionary<string, string>(), path));
        File.WriteAllText(path, "ETL_BATCH_SIZE=77\n");
        var loaded = SettingsLoader.Load(new Dictionary<string, string>(), path);
        Assert.Equal(77, loaded.Settings.Sync.BatchSize);
        Assert.Equal(path, loaded.EnvironmentFile);
        Assert.DoesNotContain(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>(), e => (string?)e.Value == "77");
        Assert.Null(Environment.GetEnvironmentVariable("ETL_TEST_LEFTOVER"));
    }

    [Fact]
    public void Secrets_are_in_no_message_listing_or_text_form()
    {
        const string secret = "hunter2-topsecret";
        (string, string)[] good =
        [
            ("SNOWFLAKE_ACCOUNT", "a-b"), ("SNOWFLAKE_USER", "u"), ("SNOWFLAKE_PASSWORD", secret),
            ("POSTGRES_CONNECTION_STRING", $"Host=h;Database=d;Username=u;Password={secret}"),
            ("ETL_SANDBOX_POSTGRES", $"postgres://u:{secret}@localhost/d"),
        ];
        var loaded = Load(good);
        Assert.DoesNotContain(secret, loaded.Settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, loaded.ToString(), StringComparison.Ordinal);
        Assert.All(loaded.Values, v => Assert.DoesNotContain(secret, v.ToString(), StringComparison.Ordinal));

        var thrown = Assert.Throws<ConfigurationException>(() => Load(
            [.. good.Select(g => g.Item1 == "POSTGRES_CONNECTION_STRING" ? (g.Item1, $"Host=h;Port={secret};Pasword={secret};Database=d") : g),
            ("SNOWFLAKE_TOKEN", secret), ("SNOWFLAKE_LOCAL_POSTGRES", $"garbage {secret}")]));
        Assert.Contains("SNOWFLAKE_LOCAL_POSTGRES", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, thrown.ToString() + thrown.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Retry_delays_must_fit_together() =>
        Assert.Equal(
            ["ETL_RETRY_MAX_DELAY (1s) is shorter than ETL_RETRY_BASE_DELAY (2s)."],
            Problems(("ETL_RETRY_BASE_DELAY", "2s"), ("ETL_RETRY_MAX_DELAY", "1s")));

    [Fact]
    public void The_local_warehouse_needs_its_database_and_nothing_else()
    {
        Assert.Equal(
            ["SNOWFLAKE_LOCAL_POSTGRES is missing: with SNOWFLAKE_ACCOUNT=local it names the PostgreSQL database that holds the local warehouse."],
            Problems(("SNOWFLAKE_ACCOUNT", "local")));
        var snowflake = Load(("SNOWFLAKE_ACCOUNT", "LOCAL"), ("SNOWFLAKE_LOCAL_POSTGRES", "Host=localhost;Database=w")).Settings.Snowflake!;
        Assert.True(snowflake.IsLocal);
        Assert.Contains("Database=w", snowflake.LocalPostgres, StringComparison.Ordinal);
    }

    [Fact]
    public void Snowflake_settings_without_an_account_are_an_error() =>
        Assert.Equal(["SNOWFLAKE_ACCOUNT is missing, although SNOWFLAKE_USER is set."], Problems(("SNOWFLAKE_USER", "u")));

    [Fact]
    public void A_token_can_come_from_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", "abc\n");
        var snowflake = Load(("SNOWFLAKE_ACCOUNT", "a-b"), ("SNOWFLAKE_AUTHENTICATOR", "oauth"), ("SNOWFLAKE_TOKEN_FILE", file)).Settings.Snowflake!;
        Assert.Equal("abc", snowflake.Token);
        Assert.Equal(
            ["SNOWFLAKE_TOKEN and SNOWFLAKE_TOKEN_FILE are both set; keep one."],
            Problems(("SNOWFLAKE_ACCOUNT", "a-b"), ("SNOWFLAKE_AUTHENTICATOR", "oauth"), ("SNOWFLAKE_TOKEN_FILE", file), ("SNOWFLAKE_TOKEN", "x")));
    }

    private static LoadedSettings Load(params (string Name, string Value)[] environment) =>
        SettingsLoader.Load(environment.ToDictionary(e => e.Name, e => e.Value), (EnvironmentFile?)null);

    private static LoadedSettings LoadWith(string file, params (string Name, string Value)[] environment) =>
        SettingsLoader.Load(environment.ToDictionary(e => e.Name, e => e.Value), EnvironmentFile.Parse(file, ".env"));

    private static IReadOnlyList<string> Problems(params (string Name, string Value)[] environment) =>
        Assert.Throws<ConfigurationException>(() => Load(environment)).Problems;
}
