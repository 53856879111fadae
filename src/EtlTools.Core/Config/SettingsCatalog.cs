using System.Globalization;
using Microsoft.Extensions.Logging;
using static EtlTools.Core.Config.SettingParsers;

namespace EtlTools.Core.Config;

/// <summary>
/// Every setting there is. The one source of what names exist, what they mean, their defaults and how they are read:
/// <c>config/.env.example</c>, the documentation and <c>etl check</c> are made from this table.
/// </summary>
public static class SettingsCatalog
{
    private const string SnowflakeSection = "Snowflake";
    private const string PostgresSection = "PostgreSQL";
    private const string SyncSection = "Sync";
    private const string RetrySection = "Retries and circuit breaker";
    private const string LogSection = "Logs";
    private const string S3Section = "External stage on S3";
    private const string AlertSection = "Alerts";
    private const string GeneralSection = "General";

    private static readonly SnowflakeSettings s_snowflake = new() { Account = "" };
    private static readonly PostgresSettings s_postgres = new() { ConnectionString = "" };
    private static readonly SyncSettings s_sync = new();
    private static readonly ResilienceSettings s_resilience = new();
    private static readonly TelemetrySettings s_telemetry = new();
    private static readonly AlertSettings s_alerts = new();

    internal static readonly Setting<string> SnowflakeAccount = Plain("SNOWFLAKE_ACCOUNT", SnowflakeSection,
        "Account identifier, such as myorg-myaccount. 'local' is the local warehouse: no account needed.");

    internal static readonly Setting<SnowflakeAuthenticator> SnowflakeAuthenticator = new("SNOWFLAKE_AUTHENTICATOR", SnowflakeSection,
        "How to sign in. snowflake: user and password. externalbrowser: single sign-on in a browser, for people. oauth: token. snowflake_jwt: user and private key, for services. programmatic_access_token: user and token.",
        Authenticators.Format(s_snowflake.Authenticator), false, Word(Authenticators));

    internal static readonly Setting<string> SnowflakeUser = Plain("SNOWFLAKE_USER", SnowflakeSection, "User name; needed by all authenticators except oauth.");
    internal static readonly Setting<string> SnowflakePassword = Secret("SNOWFLAKE_PASSWORD", SnowflakeSection, "Password, for authenticator snowflake.");
    internal static readonly Setting<string> SnowflakeToken = Secret("SNOWFLAKE_TOKEN", SnowflakeSection, "Token, for authenticators oauth and programmatic_access_token.");
    internal static readonly Setting<string> SnowflakeTokenFile = Plain("SNOWFLAKE_TOKEN_FILE", SnowflakeSection, "File that holds the token, instead of SNOWFLAKE_TOKEN.");
    internal static readonly Setting<string> SnowflakePrivateKeyFile = Plain("SNOWFLAKE_PRIVATE_KEY_FILE", SnowflakeSection, "PEM file with the private key (PKCS#8, plain or encrypted, or PKCS#1), for authenticator snowflake_jwt.");
    internal static readonly Setting<string> SnowflakePrivateKeyPassphrase = Secret("SNOWFLAKE_PRIVATE_KEY_PASSPHRASE", SnowflakeSection, "Passphrase of an encrypted private key.");
    internal static readonly Setting<string> SnowflakeRole = Plain("SNOWFLAKE_ROLE", SnowflakeSection, "Role; the user's default role when not set.");
    internal static readonly Setting<string> SnowflakeWarehouse = Plain("SNOWFLAKE_WAREHOUSE", SnowflakeSection, "Warehouse; the user's default warehouse when not set.");
    internal static readonly Setting<string> SnowflakeDatabase = Plain("SNOWFLAKE_DATABASE", SnowflakeSection, "Completes table names that are written without a database.");
    internal static readonly Setting<string> SnowflakeSchema = Plain("SNOWFLAKE_SCHEMA", SnowflakeSection, "Completes table names that are written without a schema.");
    internal static readonly Setting<string> SnowflakeHost = Plain("SNOWFLAKE_HOST", SnowflakeSection, "Host other than <account>.snowflakecomputing.com, such as a private link; may begin with http:// and end with a port.");
    internal static readonly Setting<CertificateRevocation> SnowflakeRevocation = new("SNOWFLAKE_CERT_REVOCATION", SnowflakeSection,
        "Whether the server's certificate is checked against revocation lists. enabled: a list that cannot be fetched is an error. advisory: only a revoked certificate is. disabled: no check.",
        Revocations.Format(s_snowflake.Revocation), false, Word(Revocations));

    internal static readonly Setting<TimeSpan> SnowflakeConnectTimeout = Time("SNOWFLAKE_CONNECT_TIMEOUT", SnowflakeSection, "How long signing in may take.", s_snowflake.ConnectTimeout);
    internal static readonly Setting<TimeSpan> SnowflakeCommandTimeout = Time("SNOWFLAKE_COMMAND_TIMEOUT", SnowflakeSection, "How long one statement may take; 0 means no limit.", s_snowflake.CommandTimeout);
    internal static readonly Setting<string> SnowflakeLocalPostgres = Secret("SNOWFLAKE_LOCAL_POSTGRES", SnowflakeSection, "Connection string of the PostgreSQL database that holds the local warehouse; only with SNOWFLAKE_ACCOUNT=local.");
    internal static readonly Setting<string> SnowflakeLocalStages = Plain("SNOWFLAKE_LOCAL_STAGES", SnowflakeSection, "Folder of the local warehouse's staged files; only with SNOWFLAKE_ACCOUNT=local. When not set: EtlTools/LocalWarehouse/stages in this user's local application data.");
    internal static readonly Setting<string> SnowflakeDriver = Plain("ETL_SNOWFLAKE_DRIVER", SnowflakeSection, "Folder of the Snowflake.Data driver. When not set: etl-tools/snowflake-driver in the user's local application data, where 'etl driver install' puts it.");

    internal static readonly Setting<Uri> S3Endpoint = new("ETL_S3_ENDPOINT", S3Section, "URL of an S3-compatible server, such as https://minio.example.com:9000. When not set: Amazon's, by the region.", null, false, WebUrl);
    internal static readonly Setting<string> S3Region = Plain("ETL_S3_REGION", S3Section, "Region of the bucket, such as eu-central-1. When not set: where Amazon's tools find it.");
    internal static readonly Setting<string> S3AccessKeyId = Plain("ETL_S3_ACCESS_KEY_ID", S3Section, "Access key that may put, list and delete objects in the bucket of a stage that 'files: {stage: …}' names. When not set: a profile or the machine's role, as for Amazon's tools.");
    internal static readonly Setting<string> S3SecretAccessKey = Secret("ETL_S3_SECRET_ACCESS_KEY", S3Section, "The access key's secret.");
    internal static readonly Setting<string> S3SessionToken = Secret("ETL_S3_SESSION_TOKEN", S3Section, "Session token of temporary keys.");

    internal static readonly Setting<string> PostgresConnectionString = Secret("POSTGRES_CONNECTION_STRING", PostgresSection, "Complete connection string (Host=…;Database=…;Username=…;Password=…) or postgres:// URL, instead of the single settings below.");
    internal static readonly Setting<string> PostgresHost = Plain("POSTGRES_HOST", PostgresSection, "Host name, or the folder of a Unix socket.");
    internal static readonly Setting<int> PostgresPort = Number("POSTGRES_PORT", PostgresSection, "Port.", 5432, 1, 65535);
    internal static readonly Setting<string> PostgresDatabase = Plain("POSTGRES_DATABASE", PostgresSection, "Database.");
    internal static readonly Setting<string> PostgresUser = Plain("POSTGRES_USER", PostgresSection, "User name.");
    internal static readonly Setting<string> PostgresPassword = Secret("POSTGRES_PASSWORD", PostgresSection, "Password; may be absent where the server trusts the connection or a pgpass file has it.");
    internal static readonly Setting<Npgsql.SslMode> PostgresSslMode = new("POSTGRES_SSLMODE", PostgresSection,
        "disable, allow, prefer, require, verify-ca or verify-full. When not set: verify-full, except on this machine, where it is prefer. require encrypts but does not verify the certificate.",
        null, false, Word(PostgresConnection.SslModes));

    internal static readonly Setting<string> PostgresSslRootCertificate = Plain("POSTGRES_SSLROOTCERT", PostgresSection, "File with the certificate authority that signed the server's certificate, when the system does not know it.");
    internal static readonly Setting<TimeSpan> PostgresCommandTimeout = Time("POSTGRES_COMMAND_TIMEOUT", PostgresSection, "How long one statement may take; 0 means no limit.", s_postgres.CommandTimeout);
    internal static readonly Setting<TimeSpan> PostgresLeaseTimeout = Time("POSTGRES_LEASE_TIMEOUT", PostgresSection, "After this long without a sign of life the server ends a runner's session, so that another may take over.", s_postgres.LeaseTimeout);

    internal static readonly Setting<int> BatchSize = Number("ETL_BATCH_SIZE", SyncSection, "Rows a batch, 1 to 1000000.", s_sync.BatchSize, 1, 1_000_000);
    internal static readonly Setting<ErrorLimit> MaxErrors = new("ETL_MAX_ERRORS", SyncSection, "How many rows of a run may be quarantined before the run fails: a count such as 100, or a share such as 1%.", s_sync.MaxErrors.ToString(), false, SettingParsers.ErrorLimit);
    internal static readonly Setting<TimeSpan> Lookback = Time("ETL_LOOKBACK", SyncSection, "How far behind the watermark each window begins, to catch rows that became visible late.", s_sync.Lookback);
    internal static readonly Setting<TimeSpan> Settle = Time("ETL_SETTLE", SyncSection, "Rows younger than this wait for the next run.", s_sync.Settle);

    internal static readonly Setting<int> RetryAttempts = Number("ETL_RETRY_ATTEMPTS", RetrySection, "How often a transient failure is tried again; 0 means never.", s_resilience.Attempts, 0, 100);
    internal static readonly Setting<TimeSpan> RetryBaseDelay = Time("ETL_RETRY_BASE_DELAY", RetrySection, "The first delay; it doubles each time, with jitter.", s_resilience.BaseDelay);
    internal static readonly Setting<TimeSpan> RetryMaxDelay = Time("ETL_RETRY_MAX_DELAY", RetrySection, "The longest delay.", s_resilience.MaxDelay);
    internal static readonly Setting<int> BreakerFailures = Number("ETL_BREAKER_FAILURES", RetrySection, "Consecutive failures that open the circuit; 0 switches the breaker off.", s_resilience.BreakerFailures, 0, 100_000);
    internal static readonly Setting<TimeSpan> BreakerPause = Time("ETL_BREAKER_PAUSE", RetrySection, "How long an open circuit refuses calls.", s_resilience.BreakerPause);

    internal static readonly Setting<string> LogDirectory = new("ETL_LOG_DIR", LogSection, "Folder of the daily JSON-lines files.", s_telemetry.LogDirectory, false, Text);
    internal static readonly Setting<LogLevel> ConsoleLevel = new("ETL_LOG_LEVEL", LogSection, "What goes to the console: " + string.Join(", ", "trace", "debug", "information", "warning", "error", "critical", "none") + ". The file has one level more.", LogLevels.Format(s_telemetry.ConsoleLevel), false, Word(LogLevels));
    internal static readonly Setting<int> RetentionDays = Number("ETL_LOG_RETENTION_DAYS", LogSection, "Daily files kept.", s_telemetry.RetentionDays, 1, 3650);
    internal static readonly Setting<string> ReportDirectory = Plain("ETL_REPORT_DIR", LogSection, "Folder in which each backfill leaves its report when it ends, a page and a JSON document; none: no report is written. When not set: reports in ETL_LOG_DIR.");
    internal static readonly Setting<bool> LogTable = new("ETL_LOG_TABLE", LogSection, "Whether warnings and errors also go to the table etl.log.", s_telemetry.LogTable ? "true" : "false", false, SettingParsers.Boolean);

    internal static readonly Setting<Uri> AlertWebhookUrl = new("ALERT_WEBHOOK_URL", AlertSection, "Where alerts are posted when a run fails, refuses too many rows or stalls: an http or https URL. Who knows it can post there, so it is a secret.", null, true, WebUrl);
    internal static readonly Setting<WebhookFormat> AlertWebhookFormat = new("ALERT_WEBHOOK_FORMAT", AlertSection, "What the webhook understands. generic: the alert's fields as JSON. slack: a Slack incoming webhook. teams: a Teams workflow.", WebhookFormats.Format(s_alerts.WebhookFormat), false, Word(WebhookFormats));
    internal static readonly Setting<CommandText> AlertCommand = new("ALERT_COMMAND", AlertSection, "A program, with arguments, that is given each alert as JSON on its standard input. No shell reads it: quote arguments with blanks, nothing is expanded. Not a place for secrets.", null, false, Command);
    internal static readonly Setting<bool> AlertEventLog = new("ALERT_EVENT_LOG", AlertSection, "Whether alerts go to the Windows Event Log (Application).", s_alerts.EventLog ? "true" : "false", false, SettingParsers.Boolean);
    internal static readonly Setting<double> AlertErrorShare = new("ALERT_ERROR_SHARE", AlertSection, "A run of which more than this share of rows is refused is reported, though it goes on: such as 5%; 0% means never.", "5%", false, Share);
    internal static readonly Setting<int> AlertStall = Number("ALERT_STALL_SECONDS", AlertSection, "A run that does not get on for so many seconds is reported; 0 means never.", (int)s_alerts.Stall.TotalSeconds, 0, 604_800);
    internal static readonly Setting<int> AlertRepeat = Number("ALERT_REPEAT_SECONDS", AlertSection, "The same alert of the same table is not sent again by the same process within so many seconds; 0 means it always is.", (int)s_alerts.Repeat.TotalSeconds, 0, 604_800);

    internal static readonly Setting<string> ConfigPath = new("ETL_CONFIG", GeneralSection, "YAML file that lists the tables; --config on the command line wins.", EtlSettings.DefaultConfigPath, false, Text);
    internal static readonly Setting<string> WorkDirectory = Plain("ETL_WORK_DIR", GeneralSection, "Folder for files on their way to Snowflake; each run makes a private folder in it and deletes it. When not set: etl-tools/work in this user's local application data.");
    internal static readonly Setting<string> EnvironmentName = Plain("ETL_ENVIRONMENT", GeneralSection, "Name of this environment, such as production or test; shown in checks and used by the guard against destructive commands.");
    internal static readonly Setting<string> SandboxPostgres = Secret("ETL_SANDBOX_POSTGRES", GeneralSection, "Connection string of a PostgreSQL server on which tests and the demo may create and drop databases.");

    /// <summary>All settings, in the order in which they are shown.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        SnowflakeAccount, SnowflakeAuthenticator, SnowflakeUser, SnowflakePassword, SnowflakeToken, SnowflakeTokenFile,
        SnowflakePrivateKeyFile, SnowflakePrivateKeyPassphrase, SnowflakeRole, SnowflakeWarehouse, SnowflakeDatabase, SnowflakeSchema,
        SnowflakeHost, SnowflakeRevocation, SnowflakeConnectTimeout, SnowflakeCommandTimeout, SnowflakeLocalPostgres, SnowflakeLocalStages, SnowflakeDriver,
        S3Endpoint, S3Region, S3AccessKeyId, S3SecretAccessKey, S3SessionToken,
        PostgresConnectionString, PostgresHost, PostgresPort, PostgresDatabase, PostgresUser, PostgresPassword, PostgresSslMode,
        PostgresSslRootCertificate, PostgresCommandTimeout, PostgresLeaseTimeout,
        BatchSize, MaxErrors, Lookback, Settle,
        RetryAttempts, RetryBaseDelay, RetryMaxDelay, BreakerFailures, BreakerPause,
        LogDirectory, ConsoleLevel, RetentionDays, ReportDirectory, LogTable,
        AlertWebhookUrl, AlertWebhookFormat, AlertCommand, AlertEventLog, AlertErrorShare, AlertStall, AlertRepeat,
        ConfigPath, WorkDirectory, EnvironmentName, SandboxPostgres,
    ];

    private static Setting<string> Plain(string name, string section, string description) => new(name, section, description, null, false, Text);

    private static Setting<string> Secret(string name, string section, string description) => new(name, section, description, null, true, Text);

    private static Setting<int> Number(string name, string section, string description, int normal, int lowest, int highest) =>
        new(name, section, description, normal.ToString(CultureInfo.InvariantCulture), false, Integer(lowest, highest));

    private static Setting<TimeSpan> Time(string name, string section, string description, TimeSpan normal) =>
        new(name, section, description, DurationText.Format(normal), false, Duration);
}
