using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlTools.Core;

/// <summary>
/// What one command works with: settings, tables, services. Each is made when first asked for, so that a command pays only for what
/// it needs. Front ends make one for each command and dispose it at the end.
/// </summary>
public sealed class EtlSession : IAsyncDisposable
{
    private readonly EtlSessionOptions _options;
    private readonly Lazy<LoadedSettings> _settings;
    private readonly Lazy<EtlConfiguration> _configuration;
    private readonly Lazy<EtlServices> _services;
    private NpgsqlDataSource? _logTable;
    private ILoggerFactory? _loggers;

    /// <summary>Makes a session; nothing is read or opened yet.</summary>
    public EtlSession(EtlSessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _settings = new(LoadSettings);
        _configuration = new(() => ConfigurationFile.Load(ConfigPath, Settings.Settings.Sync));
        _services = new(MakeServices);
    }

    /// <summary>Knows the secrets of the settings once these are loaded.</summary>
    public SecretScrubber Scrubber { get; private set; } = new();

    /// <summary>Settings of the environment and <c>.env</c>.</summary>
    /// <exception cref="ConfigurationException">Lists everything that is wrong, in the YAML file too.</exception>
    public LoadedSettings Settings => _settings.Value;

    /// <summary>What is odd about the settings but does not prevent the work; empty while they are not loaded.</summary>
    public IReadOnlyList<string> SettingsWarnings => _settings.IsValueCreated ? Settings.Warnings : [];

    /// <summary>The YAML file's path, which may not exist.</summary>
    public string ConfigPath => _options.Config ?? Settings.Settings.ConfigPath;

    /// <summary>Whether somebody named the YAML file, or it is in its usual place.</summary>
    public bool HasConfiguration => _options.Config is not null || ConfigPath != DefaultConfigPath || File.Exists(ConfigPath);

    /// <summary>The tables of the YAML file.</summary>
    /// <exception cref="ConfigurationException">Lists everything that is wrong.</exception>
    public EtlConfiguration Configuration => _configuration.Value;

    /// <summary>The two systems.</summary>
    public EtlServices Services => _services.Value;

    /// <summary>The clock.</summary>
    public TimeProvider Time => _options.Time;

    /// <summary>Where the log files are.</summary>
    public string LogDirectory => Settings.Settings.Telemetry.LogDirectory;

    private string DefaultConfigPath => InFolder(EtlSettings.DefaultConfigPath);

    /// <summary>A session like this one, with other settings.</summary>
    public EtlSession With(Func<EtlSessionOptions, EtlSessionOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new EtlSession(change(_options));
    }

    /// <summary>Opens the database that holds the state.</summary>
    /// <exception cref="EtlException">It cannot be reached, or migrations are due.</exception>
    public async Task<NpgsqlConnection> OpenStateAsync(CancellationToken stop)
    {
        await new PostgresMigrator(Services.Postgres.DataSource, Services.Logger).EnsureCurrentAsync(cancellationToken: stop).ConfigureAwait(false);
        return await Services.Postgres.OpenAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Puts an exception with its stack into the log, if logging has begun.</summary>
    public void Log(Exception exception)
    {
        if (_services.IsValueCreated) CommandLog.CommandFailed(Services.Logger, exception);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_services.IsValueCreated) await Services.DisposeAsync().ConfigureAwait(false);
        _loggers?.Dispose();
        if (_logTable is not null) await _logTable.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary><c>ETL_SANDBOX_POSTGRES</c>, even when other settings are wrong: what makes a throw-away server needs no others.</summary>
    public string? SandboxServer()
    {
        try
        {
            return Settings.Settings.SandboxPostgres;
        }
        catch (ConfigurationException)
        {
            var server = _options.Variables.GetValueOrDefault(SettingsCatalog.SandboxPostgres.Name);
            Scrubber.AddPasswordOf(server);
            return server;
        }
    }

    /// <summary>The driver folder, even when other settings are wrong or missing: a driver is installed before an account is set up.</summary>
    /// <exception cref="ConfigurationException">The <c>.env</c> file cannot be read.</exception>
    public string DriverFolder() => SettingsLoader.DriverFolder(_options.Variables, _options.EnvironmentFile, _options.Folder) ?? SnowflakeDriver.DefaultFolder;

    private LoadedSettings LoadSettings()
    {
        var loaded = LoadSettingsOrAllProblems();
        Scrubber = SecretScrubber.For(loaded.Settings);
        Scrubber.AddPasswordOf(loaded.Settings.SandboxPostgres);
        if (_options.ShownFrom is { } severity)
            loaded = loaded with { Settings = loaded.Settings with { Telemetry = loaded.Settings.Telemetry with { ConsoleLevel = (LogLevel)severity } } };
        return loaded;
    }

    private LoadedSettings LoadSettingsOrAllProblems()
    {
        try
        {
            return SettingsLoader.Load(_options.Variables, _options.EnvironmentFile, _options.Folder, _options.Credentials, _options.Vault);
        }
        catch (ConfigurationException settings) when (_options.Config is not null || File.Exists(DefaultConfigPath))
        {
            // The user corrects both files at once, not one after the other.
            try
            {
                ConfigurationFile.Load(_options.Config ?? DefaultConfigPath, new SyncSettings());
            }
            catch (ConfigurationException tables)
            {
                throw new ConfigurationException([.. settings.Problems, .. tables.Problems], settings.Remedy + " " + tables.Remedy, settings);
            }

            throw;
        }
    }

    private string InFolder(string path) => _options.Folder is { } folder ? Path.Combine(folder, path) : path;

    private EtlServices MakeServices()
    {
        var settings = Settings.Settings;
        if (settings is { Telemetry.LogTable: true, Postgres: { } postgres })
            _logTable = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { MaxPoolSize = 1, ApplicationName = "etl-tools log" });
        Action<LogLevel, string>? show = _options.ShowLog is { } showLog ? (level, message) => showLog((LogSeverity)level, message) : null;
        _loggers = EtlLogging.Create(settings.Telemetry, _options.Time, Scrubber, show, _logTable);
        return new EtlServices(settings, _options.LocalWarehouse(settings), _loggers, _options.Time, Scrubber);
    }
}
