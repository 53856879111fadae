using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlTools.Cli;

/// <summary>
/// What one command works with: settings, tables, services. Each is made when first asked for, so that a command pays only for what
/// it needs.
/// </summary>
internal sealed class CommandSession : IAsyncDisposable
{
    private readonly Lazy<LoadedSettings> _settings;
    private readonly Lazy<EtlConfiguration> _configuration;
    private readonly Lazy<EtlServices> _services;
    private NpgsqlDataSource? _logTable;
    private ILoggerFactory? _loggers;

    public CommandSession(GlobalArguments arguments, CommandSurroundings surroundings, Terminal terminal)
    {
        Arguments = arguments;
        Surroundings = surroundings;
        Terminal = terminal;
        _settings = new(LoadSettings);
        _configuration = new(() => ConfigurationFile.Load(ConfigPath, Settings.Settings.Sync));
        _services = new(MakeServices);
    }

    /// <summary>The global options.</summary>
    public GlobalArguments Arguments { get; }

    /// <summary>The process.</summary>
    public CommandSurroundings Surroundings { get; }

    /// <summary>Where people look.</summary>
    public Terminal Terminal { get; }

    /// <summary>Knows the secrets of the settings once these are loaded.</summary>
    public SecretScrubber Scrubber { get; private set; } = new();

    /// <summary>Settings of the environment and <c>.env</c>.</summary>
    /// <exception cref="ConfigurationException">Lists everything that is wrong, in the YAML file too.</exception>
    public LoadedSettings Settings => _settings.Value;

    /// <summary>The YAML file's path, which may not exist.</summary>
    public string ConfigPath => Arguments.Config ?? Settings.Settings.ConfigPath;

    /// <summary>Whether somebody named the YAML file, or it is in its usual place.</summary>
    public bool HasConfiguration => Arguments.Config is not null || ConfigPath != EtlSettings.DefaultConfigPath || File.Exists(ConfigPath);

    /// <summary>The tables of the YAML file.</summary>
    /// <exception cref="ConfigurationException">Lists everything that is wrong.</exception>
    public EtlConfiguration Configuration => _configuration.Value;

    /// <summary>The two systems.</summary>
    public EtlServices Services => _services.Value;

    /// <summary>Where the log files are.</summary>
    public string LogDirectory => Settings.Settings.Telemetry.LogDirectory;

    /// <summary>Bars while something runs.</summary>
    public ProgressDisplay Progress => new(Terminal, Surroundings.IsErrorTerminal && !Arguments.IsQuiet);

    /// <summary>Opens the database that holds the state.</summary>
    /// <exception cref="EtlException">It cannot be reached, or <c>etl migrate</c> is due.</exception>
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

    public async ValueTask DisposeAsync()
    {
        if (_services.IsValueCreated) await Services.DisposeAsync().ConfigureAwait(false);
        _loggers?.Dispose();
        if (_logTable is not null) await _logTable.DisposeAsync().ConfigureAwait(false);
    }

    private LoadedSettings LoadSettings()
    {
        var loaded = LoadSettingsOrAllProblems();
        Scrubber = SecretScrubber.For(loaded.Settings);
        Scrubber.AddPasswordOf(loaded.Settings.SandboxPostgres);
        if (Arguments.LogLevel is { } level)
            loaded = loaded with { Settings = loaded.Settings with { Telemetry = loaded.Settings.Telemetry with { ConsoleLevel = level } } };
        return loaded;
    }

    private LoadedSettings LoadSettingsOrAllProblems()
    {
        try
        {
            return SettingsLoader.Load(Surroundings.Variables, Arguments.EnvironmentFile);
        }
        catch (ConfigurationException settings) when (Arguments.Config is not null || File.Exists(EtlSettings.DefaultConfigPath))
        {
            // The user corrects both files at once, not one after the other.
            try
            {
                ConfigurationFile.Load(Arguments.Config ?? EtlSettings.DefaultConfigPath, new SyncSettings());
            }
            catch (ConfigurationException tables)
            {
                throw new ConfigurationException([.. settings.Problems, .. tables.Problems], settings.Remedy + " " + tables.Remedy, settings);
            }

            throw;
        }
    }

    // Errors are in the report, with their remedy; a person need not read them twice.
    private void ShowLog(LogLevel level, string message)
    {
        if (level != LogLevel.Error || Arguments.IsJson || Arguments.LogLevel is not null) Terminal.ShowLog(level, message);
    }

    private EtlServices MakeServices()
    {
        var settings = Settings.Settings;
        if (settings is { Telemetry.LogTable: true, Postgres: { } postgres })
            _logTable = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { MaxPoolSize = 1, ApplicationName = "etl-tools log" });
        _loggers = EtlLogging.Create(settings.Telemetry, Surroundings.Time, Scrubber, ShowLog, _logTable);
        return new EtlServices(settings, LocalWarehouseProvider.For(settings), _loggers, Surroundings.Time);
    }
}
