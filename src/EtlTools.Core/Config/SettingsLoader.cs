using EtlTools.Core.Errors;
using EtlTools.Core.Telemetry;
using static EtlTools.Core.Config.SettingsCatalog;

namespace EtlTools.Core.Config;

/// <summary>What <see cref="SettingsLoader"/> found.</summary>
/// <param name="Settings">The settings, complete and checked.</param>
/// <param name="EnvironmentFile">The <c>.env</c> file that was read; null when there was none.</param>
/// <param name="Warnings">What is odd but does not prevent a run.</param>
/// <param name="Values">Every known setting with its value and origin, secrets masked: for <c>etl check</c>.</param>
public sealed record LoadedSettings(
    EtlSettings Settings,
    string? EnvironmentFile,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<SettingValue> Values);

/// <summary>One setting as it applies.</summary>
/// <param name="Setting">Which one.</param>
/// <param name="Text">Its value as written, its default, <c>***</c> for a secret, or null when it has none.</param>
/// <param name="Origin"><c>environment</c>, the file's path, or <c>default</c>.</param>
public sealed record SettingValue(Setting Setting, string? Text, string Origin);

/// <summary>
/// Reads the settings from the environment and a <c>.env</c> file. The environment wins over the file, and an empty value
/// counts as not set. Unknown names are errors in the file, which belongs to this product, when they begin with
/// <c>ETL_</c>, <c>SNOWFLAKE_</c>, <c>POSTGRES_</c> or <c>ALERT_</c>; in the environment unknown <c>ETL_</c> names are warnings, and the others
/// are left alone because other programs have settings of their own there.
/// </summary>
public static class SettingsLoader
{
    private const string DefaultFile = ".env";
    private const string Remedy = "Correct these settings in the environment or the .env file; config/.env.example lists all of them.";

    /// <summary>Loads and checks all settings.</summary>
    /// <param name="environment">The process's environment variables.</param>
    /// <param name="environmentFile">A <c>.env</c> file that must exist; null means <c>.env</c> in <paramref name="folder"/> if there is one.</param>
    /// <param name="folder">Where relative paths begin; null means the working folder.</param>
    /// <param name="credentials">Names and secrets that win over the settings; null for none.</param>
    /// <param name="vault">What a vault gave for each name that <see cref="VaultSecrets"/> found; null where no vault can be read.</param>
    /// <exception cref="ConfigurationException">Lists everything that is wrong at once.</exception>
    public static LoadedSettings Load(
        IReadOnlyDictionary<string, string> environment, string? environmentFile = null, string? folder = null, SettingsCredentials? credentials = null,
        IReadOnlyDictionary<string, VaultAnswer>? vault = null) =>
        Load(Reader(environment, environmentFile, folder, credentials, vault), environment);

    internal static LoadedSettings Load(IReadOnlyDictionary<string, string> environment, EnvironmentFile? file) =>
        Load(new SettingsReader(environment, file), environment);

    /// <summary>A reader of the environment and the file that is meant.</summary>
    internal static SettingsReader Reader(
        IReadOnlyDictionary<string, string> environment, string? environmentFile, string? folder, SettingsCredentials? credentials,
        IReadOnlyDictionary<string, VaultAnswer>? vault)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return new SettingsReader(environment, FindFile(environmentFile, folder), folder, credentials, vault);
    }

    /// <summary>The driver folder alone, so that a driver can be installed before anything else is set.</summary>
    /// <returns>What <c>ETL_SNOWFLAKE_DRIVER</c> says; null when it is not set.</returns>
    /// <inheritdoc cref="Load(IReadOnlyDictionary{string, string}, string?, string?, SettingsCredentials?, IReadOnlyDictionary{string, VaultAnswer}?)"/>
    public static string? DriverFolder(IReadOnlyDictionary<string, string> environment, string? environmentFile = null, string? folder = null)
    {
        var reader = Reader(environment, environmentFile, folder, credentials: null, vault: null);
        return reader.File is { Problems.Count: > 0 } file ? throw new ConfigurationException(file.Problems, Remedy) : reader.GetPath(SnowflakeDriver);
    }

    private static EnvironmentFile? FindFile(string? environmentFile, string? folder)
    {
        var usual = folder is null ? DefaultFile : Path.Combine(folder, DefaultFile);
        return environmentFile is not null || File.Exists(usual) ? EnvironmentFile.Read(environmentFile ?? usual) : null;
    }

    private static LoadedSettings Load(SettingsReader reader, IReadOnlyDictionary<string, string> environment)
    {
        var file = reader.File;
        if (file is not null)
        {
            reader.Problems.AddRange(file.Problems);
            reader.Problems.AddRange(UnknownNames(file.Values.Keys, "ETL_", "SNOWFLAKE_", "POSTGRES_", "ALERT_").Select(p => $"{file.Path}: {p}"));
        }

        var settings = new EtlSettings
        {
            Snowflake = SnowflakeSettingsReader.Read(reader),
            Postgres = PostgresSettingsReader.Read(reader),
            S3 = S3SettingsReader.Read(reader),
            Sync = ReadSync(reader),
            Resilience = ReadResilience(reader),
            Telemetry = ReadTelemetry(reader),
            Alerts = AlertSettingsReader.Read(reader),
            ConfigPath = reader.InFolder(reader.Get(ConfigPath, EtlSettings.DefaultConfigPath)),
            WorkDirectory = reader.Get(WorkDirectory) is { } folder ? reader.InFolder(folder) : null,
            EnvironmentName = reader.Get(EnvironmentName),
            SandboxPostgres = PostgresSettingsReader.ReadSecond(reader, SandboxPostgres),
        };
        if (reader.Problems.Count > 0)
            throw new ConfigurationException(reader.Problems, Remedy);

        List<string> warnings = [.. file?.Warnings ?? [], .. UnknownNames(environment.Keys, "ETL_").Select(p => $"environment: {p}"), .. AlertSettingsReader.Warnings(settings.Alerts)];
        return new LoadedSettings(settings, file?.Path, warnings, [.. All.Select(s => Value(s, reader))]);
    }

    private static SyncSettings ReadSync(SettingsReader reader)
    {
        var normal = new SyncSettings();
        return new SyncSettings
        {
            BatchSize = reader.Get(BatchSize, normal.BatchSize),
            MaxErrors = reader.Get(MaxErrors, normal.MaxErrors),
            Lookback = reader.Get(Lookback, normal.Lookback),
            Settle = reader.Get(Settle, normal.Settle),
        };
    }

    private static ResilienceSettings ReadResilience(SettingsReader reader)
    {
        var normal = new ResilienceSettings();
        var settings = new ResilienceSettings
        {
            Attempts = reader.Get(RetryAttempts, normal.Attempts),
            BaseDelay = reader.Get(RetryBaseDelay, normal.BaseDelay),
            MaxDelay = reader.Get(RetryMaxDelay, normal.MaxDelay),
            BreakerFailures = reader.Get(BreakerFailures, normal.BreakerFailures),
            BreakerPause = reader.Get(BreakerPause, normal.BreakerPause),
        };
        if (settings.MaxDelay < settings.BaseDelay)
            reader.Problems.Add($"ETL_RETRY_MAX_DELAY ({DurationText.Format(settings.MaxDelay)}) is shorter than ETL_RETRY_BASE_DELAY ({DurationText.Format(settings.BaseDelay)}).");
        if (settings.BreakerPause > TimeSpan.FromDays(1))
            reader.Problems.Add("ETL_BREAKER_PAUSE is longer than 1d.");
        return settings;
    }

    private static TelemetrySettings ReadTelemetry(SettingsReader reader)
    {
        var normal = new TelemetrySettings();
        var logs = reader.InFolder(reader.Get(LogDirectory, normal.LogDirectory));
        return new TelemetrySettings
        {
            LogDirectory = logs,
            ReportDirectory = reader.Get(ReportDirectory) switch
            {
                null => Path.Combine(logs, "reports"),
                var word when word.Equals("none", StringComparison.OrdinalIgnoreCase) => null,
                var folder => reader.InFolder(folder),
            },
            ConsoleLevel = reader.Get(ConsoleLevel, normal.ConsoleLevel),
            RetentionDays = reader.Get(RetentionDays, normal.RetentionDays),
            LogTable = reader.Get(LogTable, normal.LogTable),
        };
    }

    private static IEnumerable<string> UnknownNames(IEnumerable<string> names, params string[] prefixes)
    {
        var known = All.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return names
            .Where(n => !known.Contains(n) && prefixes.Any(p => n.StartsWith(p, StringComparison.OrdinalIgnoreCase)))
            .Order(StringComparer.Ordinal)
            .Select(n => $"there is no setting '{n}'.{NearestName.Hint(n, known)}");
    }

    private static SettingValue Value(Setting setting, SettingsReader reader) => reader.Find(setting.Name) is { } found
        ? new SettingValue(setting, setting.IsSecret ? SecretScrubber.Mask : found.Text, found.Origin)
        : new SettingValue(setting, setting.Default, "default");
}
