using System.Data.Common;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Snowflake;

/// <summary>
/// Opens sessions, on Snowflake or on the local warehouse; after that line both are the same to the rest of the product.
/// Retries are the caller's: the driver has its own on every call, and a second layer here would multiply them.
/// </summary>
public sealed partial class SnowflakeConnector : IAsyncDisposable
{
    private readonly SnowflakeSettings _settings;
    private readonly DbProviderFactory? _localWarehouse;
    private readonly IBrowserProbe _browser;
    private readonly ILogger _logger;
    private readonly Lock _loading = new();
    private SnowflakeDriver? _driver;

    /// <param name="settings">How to sign in.</param>
    /// <param name="localWarehouse">The local warehouse's factory, handed in by the front end; needed when <see cref="SnowflakeSettings.IsLocal"/>, not used otherwise.</param>
    /// <param name="logger">Where opened sessions and the time of each statement are reported.</param>
    /// <param name="browser">Whether a browser can be opened; null means looking at this process.</param>
    public SnowflakeConnector(SnowflakeSettings settings, DbProviderFactory? localWarehouse, ILogger<SnowflakeConnector> logger, IBrowserProbe? browser = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(logger);
        if (settings.IsLocal && localWarehouse is null)
            throw new ArgumentNullException(nameof(localWarehouse), "the account is local");
        _settings = settings;
        _localWarehouse = localWarehouse;
        _logger = logger;
        _browser = browser ?? new BrowserProbe();
    }

    /// <summary>The account and user it signs in with.</summary>
    public SnowflakeSettings Settings => _settings;

    /// <summary>Stands between the provider and its users, for tests that break connections; null in the product.</summary>
    internal Func<DbProviderFactory, DbProviderFactory>? Around { get; set; }

    /// <summary>The driver; null for the local warehouse. Loads it when that has not happened yet.</summary>
    /// <exception cref="ConfigurationException">The driver is missing, broken or too old.</exception>
    public SnowflakeDriver? Driver
    {
        get
        {
            if (_settings.IsLocal)
                return null;
            lock (_loading)
                return _driver ??= SnowflakeDriver.Load(_settings.DriverFolder);
        }
    }

    /// <summary>Opens a session with UTC and exact output formats. The caller disposes it.</summary>
    /// <param name="queryTag">What Snowflake's query history shows beside each statement; no secret, no row data.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="ConfigurationException">A setting is wrong, or the driver is missing.</exception>
    /// <exception cref="ConnectionException">Snowflake refused the sign-in or was not reached; <see cref="SnowflakeErrors.IsTransient"/> tells which.</exception>
    public async Task<DbConnection> OpenAsync(string queryTag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queryTag);
        var connectionString = SnowflakeSignIn.ConnectionString(_settings, _browser);
        var provider = Driver?.Factory ?? _localWarehouse!;
        var factory = new TimedFactory(Around?.Invoke(provider) ?? provider, _logger);
        var connection = factory.CreateConnection() ?? throw new InvalidOperationException($"{factory.GetType()} makes no connections.");
        try
        {
            connection.ConnectionString = connectionString;
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await SetUpAsync(connection, queryTag, cancellationToken).ConfigureAwait(false);
            LogOpened(_logger, _settings.Account, queryTag);
            return connection;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (e is EtlException)
                throw;

            // Nobody asked for the cancellation, so it is the driver's or the HTTP client's own time limit.
            var cause = SnowflakeErrors.Flatten(e).Any(inner => inner is OperationCanceledException)
                ? new TimeoutException($"no answer within {DurationText.Format(_settings.ConnectTimeout)}", e)
                : e;
            throw SnowflakeSignInErrors.Translate(_settings, cause);
        }
    }

    /// <summary>Closes the pooled sessions at the server.</summary>
    public async ValueTask DisposeAsync()
    {
        // The driver closes each session with a request of its own, synchronously.
        if (_driver is { } driver)
            await Task.Run(driver.CloseSessions).ConfigureAwait(false);
        // The local warehouse keeps connections as a driver keeps sessions.
        if (_localWarehouse is IDisposable pooled)
            pooled.Dispose();
    }

    private async Task SetUpAsync(DbConnection connection, string queryTag, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var disposal = command.ConfigureAwait(false);
        command.CommandText = SnowflakeSessionParameters.SetUp(queryTag, _settings);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug, Message = "Snowflake session opened on account {Account} for {QueryTag}")]
    private static partial void LogOpened(ILogger logger, string account, string queryTag);
}
