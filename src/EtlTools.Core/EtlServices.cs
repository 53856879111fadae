using System.Data.Common;
using EtlTools.Core.Alerts;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.S3;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace EtlTools.Core;

/// <summary>
/// What operations need of the outside world, put together once by a front end: settings, the two systems, resilience, logging and
/// the clock. Connections are opened when an operation first needs them.
/// </summary>
public sealed class EtlServices : IAsyncDisposable
{
    private readonly SnowflakeConnector? _snowflake;
    private readonly PostgresConnector? _postgres;
    private readonly Lazy<S3Storage> _s3;

    /// <param name="settings">The settings.</param>
    /// <param name="localWarehouse">Provider for <c>SNOWFLAKE_ACCOUNT=local</c>; null when the front end has none.</param>
    /// <param name="loggers">Where log lines go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="scrubber">Takes secrets out of alerts; null for one that knows those of the settings.</param>
    public EtlServices(EtlSettings settings, DbProviderFactory? localWarehouse, ILoggerFactory loggers, TimeProvider time, SecretScrubber? scrubber = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(loggers);
        Settings = settings;
        Logger = loggers.CreateLogger("EtlTools");
        Time = time;
        Resilience = new ResiliencePipelines(settings.Resilience, time, Logger, new Dictionary<string, Func<Exception, bool>>
        {
            [ResiliencePipelines.Snowflake] = SnowflakeErrors.IsTransient,
            [ResiliencePipelines.Postgres] = PostgresErrors.IsTransient,
        });
        Alerts = new AlertDispatcher(settings, scrubber ?? SecretScrubber.For(settings), time, Logger);
        _snowflake = settings.Snowflake is { } snowflake ? new SnowflakeConnector(snowflake, localWarehouse, loggers.CreateLogger<SnowflakeConnector>()) : null;
        _postgres = settings.Postgres is { } postgres ? new PostgresConnector(postgres) : null;
        _s3 = new Lazy<S3Storage>(() => new S3Storage(settings.S3, settings.Resilience.Attempts));
    }

    /// <summary>The settings.</summary>
    public EtlSettings Settings { get; }

    /// <summary>Snowflake.</summary>
    /// <exception cref="ConfigurationException">No Snowflake setting is present.</exception>
    public SnowflakeConnector Snowflake => _snowflake ?? throw new ConfigurationException(
        "Snowflake is needed, but SNOWFLAKE_ACCOUNT is not set.", "Set SNOWFLAKE_ACCOUNT and the sign-in settings; config/.env.example lists them.");

    /// <summary>PostgreSQL.</summary>
    /// <exception cref="ConfigurationException">No PostgreSQL setting is present.</exception>
    public PostgresConnector Postgres => _postgres ?? throw new ConfigurationException(
        "PostgreSQL is needed, but neither POSTGRES_CONNECTION_STRING nor POSTGRES_HOST is set.", "Set one of them; config/.env.example lists the settings.");

    /// <summary>The buckets of external stages.</summary>
    internal S3Storage S3 => _s3.Value;

    /// <summary>One resilience pipeline per system.</summary>
    public ResiliencePipelines Resilience { get; }

    /// <summary>Who is told when a run goes wrong.</summary>
    public AlertDispatcher Alerts { get; }

    /// <summary>Where log lines go.</summary>
    public ILogger Logger { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Alerts.DisposeAsync().ConfigureAwait(false);
        if (_snowflake is not null) await _snowflake.DisposeAsync().ConfigureAwait(false);
        if (_postgres is not null) await _postgres.DisposeAsync().ConfigureAwait(false);
        if (_s3.IsValueCreated) _s3.Value.Dispose();
    }
}
