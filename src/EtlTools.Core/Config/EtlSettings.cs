using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Config;

/// <summary>
/// Everything that comes from the environment and <c>.env</c>, parsed once and immutable. <c>config/.env.example</c> lists
/// every setting with its default; no other place in the product reads the environment.
/// </summary>
public sealed record EtlSettings
{
    /// <summary>How to reach Snowflake; null when no <c>SNOWFLAKE_*</c> setting is present.</summary>
    public SnowflakeSettings? Snowflake { get; init; }

    /// <summary>How to reach PostgreSQL; null when no <c>POSTGRES_*</c> setting is present.</summary>
    public PostgresSettings? Postgres { get; init; }

    /// <summary>How to reach the buckets of external stages.</summary>
    public S3Settings S3 { get; init; } = new();

    /// <summary>Defaults of a sync, which the YAML and then the command line may override.</summary>
    public SyncSettings Sync { get; init; } = new();

    /// <summary>Retries and circuit breaker.</summary>
    public ResilienceSettings Resilience { get; init; } = new();

    /// <summary>Logs and metrics.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    /// <summary>Who is told when a run goes wrong.</summary>
    public AlertSettings Alerts { get; init; } = new();

    /// <summary>Where the YAML file is looked for when nothing says otherwise.</summary>
    public const string DefaultConfigPath = "etl.yaml";

    /// <summary><c>ETL_CONFIG</c>: the YAML file that lists the tables.</summary>
    public string ConfigPath { get; init; } = DefaultConfigPath;

    /// <summary><c>ETL_WORK_DIR</c>: folder for files on their way; null means this user's local application data.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary><c>ETL_ENVIRONMENT</c>: name of this environment, such as <c>production</c>; null when not set.</summary>
    public string? EnvironmentName { get; init; }

    /// <summary><c>ETL_SANDBOX_POSTGRES</c>: complete Npgsql connection string of a server for tests and the demo; null when not set. A secret.</summary>
    public string? SandboxPostgres { get; init; }

    /// <summary>The two systems only: no secret.</summary>
    public override string ToString() => $"{Snowflake?.ToString() ?? "no Snowflake"}; {Postgres?.ToString() ?? "no PostgreSQL"}";
}

/// <summary>How to reach Snowflake. Secrets are never printed: <see cref="ToString"/> leaves them out.</summary>
public sealed record SnowflakeSettings
{
    /// <summary><c>SNOWFLAKE_ACCOUNT</c>; <c>local</c> means the local warehouse on the database of <see cref="LocalPostgres"/>.</summary>
    public required string Account { get; init; }

    /// <summary><c>SNOWFLAKE_AUTHENTICATOR</c>.</summary>
    public SnowflakeAuthenticator Authenticator { get; init; } = SnowflakeAuthenticator.Password;

    /// <summary><c>SNOWFLAKE_USER</c>.</summary>
    public string? User { get; init; }

    /// <summary><c>SNOWFLAKE_PASSWORD</c>.</summary>
    public string? Password { get; init; }

    /// <summary><c>SNOWFLAKE_TOKEN</c>, or the content of <c>SNOWFLAKE_TOKEN_FILE</c>: the OAuth or programmatic access token.</summary>
    public string? Token { get; init; }

    /// <summary><c>SNOWFLAKE_PRIVATE_KEY_FILE</c>: a PKCS#8 (plain or encrypted) or PKCS#1 PEM file.</summary>
    public string? PrivateKeyFile { get; init; }

    /// <summary><c>SNOWFLAKE_PRIVATE_KEY_PASSPHRASE</c>.</summary>
    public string? PrivateKeyPassphrase { get; init; }

    /// <summary><c>SNOWFLAKE_HOST</c>: host other than <c>account.snowflakecomputing.com</c>, with optional <c>http://</c> and port.</summary>
    public string? Host { get; init; }

    /// <summary><c>SNOWFLAKE_ROLE</c>.</summary>
    public string? Role { get; init; }

    /// <summary><c>SNOWFLAKE_WAREHOUSE</c>.</summary>
    public string? Warehouse { get; init; }

    /// <summary><c>SNOWFLAKE_DATABASE</c>: completes table names that have no database.</summary>
    public string? Database { get; init; }

    /// <summary><c>SNOWFLAKE_SCHEMA</c>: completes table names that have no schema.</summary>
    public string? Schema { get; init; }

    /// <summary><c>SNOWFLAKE_LOCAL_POSTGRES</c>: connection string of the database that holds the local warehouse; only with account <c>local</c>.</summary>
    public string? LocalPostgres { get; init; }

    /// <summary><c>SNOWFLAKE_LOCAL_STAGES</c>: folder of the local warehouse's staged files; null means this user's local application data.</summary>
    public string? LocalStages { get; init; }

    /// <summary><c>ETL_SNOWFLAKE_DRIVER</c>: folder of the Snowflake.Data driver; default is <c>etl-tools/snowflake-driver</c> in the user's local application data.</summary>
    public string? DriverFolder { get; init; }

    /// <summary><c>SNOWFLAKE_CONNECT_TIMEOUT</c>.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary><c>SNOWFLAKE_COMMAND_TIMEOUT</c>; zero means no limit.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary><c>SNOWFLAKE_CERT_REVOCATION</c>.</summary>
    public CertificateRevocation Revocation { get; init; } = CertificateRevocation.Enabled;

    /// <summary>True for <c>SNOWFLAKE_ACCOUNT=local</c>.</summary>
    public bool IsLocal => string.Equals(Account, "local", StringComparison.OrdinalIgnoreCase);

    /// <summary>Account and user only.</summary>
    public override string ToString() => $"Snowflake account {Account}, user {User ?? "(none)"}";
}

/// <summary>Ways to sign in to Snowflake, as <c>SNOWFLAKE_AUTHENTICATOR</c> names them in Snowflake's own words.</summary>
public enum SnowflakeAuthenticator
{
    /// <summary><c>snowflake</c>: user and password. Snowflake closed password-only sign-in for service users in 2026.</summary>
    Password,

    /// <summary><c>externalbrowser</c>: single sign-on in a browser; needs a person.</summary>
    ExternalBrowser,

    /// <summary><c>oauth</c>: a token from an identity provider.</summary>
    OAuth,

    /// <summary><c>snowflake_jwt</c>: key pair.</summary>
    KeyPair,

    /// <summary><c>programmatic_access_token</c>.</summary>
    ProgrammaticAccessToken,
}

/// <summary>How strictly the server's certificate is checked against revocation lists.</summary>
public enum CertificateRevocation
{
    /// <summary><c>enabled</c>: a revoked certificate, and a list that cannot be fetched, end the connection.</summary>
    Enabled,

    /// <summary><c>advisory</c>: only a revoked certificate ends the connection.</summary>
    Advisory,

    /// <summary><c>disabled</c>: no check.</summary>
    Disabled,
}

/// <summary>How to reach PostgreSQL. <see cref="ToString"/> leaves the password out.</summary>
public sealed record PostgresSettings
{
    /// <summary>A complete Npgsql connection string: <c>POSTGRES_CONNECTION_STRING</c>, or built from the single <c>POSTGRES_*</c> settings.</summary>
    public required string ConnectionString { get; init; }

    /// <summary><c>POSTGRES_COMMAND_TIMEOUT</c>; zero means no limit.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary><c>POSTGRES_LEASE_TIMEOUT</c>: after this long without a sign of life the server ends a runner's session, so that another may take over.</summary>
    public TimeSpan LeaseTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Host, port, database and user only.</summary>
    public override string ToString()
    {
        var parts = new Npgsql.NpgsqlConnectionStringBuilder(ConnectionString);
        return $"PostgreSQL {parts.Host}:{parts.Port}, database {parts.Database}, user {parts.Username}";
    }
}

/// <summary>Defaults of a sync.</summary>
public sealed record SyncSettings
{
    /// <summary><c>ETL_BATCH_SIZE</c>: rows a batch.</summary>
    public int BatchSize { get; init; } = 10_000;

    /// <summary><c>ETL_MAX_ERRORS</c>: how many rows of a run may be quarantined before the run fails.</summary>
    public ErrorLimit MaxErrors { get; init; } = new(100, null);

    /// <summary><c>ETL_LOOKBACK</c>: how far behind the watermark each window begins, for time cursors.</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>ETL_SETTLE</c>: rows younger than this wait for the next run, for time cursors.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.Zero;
}

/// <summary>How many rows may be refused: a count, or a share (0..1) of the rows read. Exactly one is set.</summary>
public sealed record ErrorLimit(long? Count, double? Share)
{
    /// <summary>Whether <paramref name="refused"/> of <paramref name="read"/> rows is more than allowed.</summary>
    public bool IsExceeded(long refused, long read) =>
        Count is { } count ? refused > count : refused > Share!.Value * read;

    /// <summary>As it is written in settings: <c>100</c> or <c>1%</c>.</summary>
    public override string ToString() => Count is { } count
        ? count.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : (Share!.Value * 100).ToString(System.Globalization.CultureInfo.InvariantCulture) + "%";
}

/// <summary>Retries and circuit breaker, the same for every outside system.</summary>
public sealed record ResilienceSettings
{
    /// <summary><c>ETL_RETRY_ATTEMPTS</c>: how often a transient failure is tried again; 0 means never.</summary>
    public int Attempts { get; init; } = 8;

    /// <summary><c>ETL_RETRY_BASE_DELAY</c>: the first delay; it doubles each time, with jitter.</summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary><c>ETL_RETRY_MAX_DELAY</c>.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>ETL_BREAKER_FAILURES</c>: consecutive failures that open the circuit; 0 switches the breaker off.</summary>
    public int BreakerFailures { get; init; } = 20;

    /// <summary><c>ETL_BREAKER_PAUSE</c>: how long an open circuit refuses calls.</summary>
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Logs and metrics.</summary>
public sealed record TelemetrySettings
{
    /// <summary><c>ETL_LOG_DIR</c>: folder of the rolling JSON-lines files; default <c>logs</c> in the working folder.</summary>
    public string LogDirectory { get; init; } = "logs";

    /// <summary><c>ETL_LOG_LEVEL</c>: what goes to the console; the file has one level more.</summary>
    public LogLevel ConsoleLevel { get; init; } = LogLevel.Warning;

    /// <summary><c>ETL_LOG_RETENTION_DAYS</c>: daily files kept.</summary>
    public int RetentionDays { get; init; } = 31;

    /// <summary><c>ETL_REPORT_DIR</c>: folder in which each backfill leaves its report when it ends; null for none. Default <c>reports</c> in <see cref="LogDirectory"/>.</summary>
    public string? ReportDirectory { get; init; } = Path.Combine("logs", "reports");

    /// <summary><c>ETL_LOG_TABLE</c>: whether warnings and errors also go to <c>etl.log</c>.</summary>
    public bool LogTable { get; init; } = true;
}
