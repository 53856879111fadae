using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using Microsoft.Extensions.Logging;
using Npgsql;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace EtlTools.Core.Telemetry;

/// <summary>Sets up where messages go: the JSON-lines file, the front end's console, the table <c>etl.log</c>.</summary>
public static class EtlLogging
{
    private const long FileSizeLimit = 100L * 1024 * 1024;

    /// <summary>Makes the logger factory of a process; disposing it writes out what is pending (a few seconds at most).</summary>
    /// <param name="settings">Folder, levels, retention.</param>
    /// <param name="time">The clock of the messages.</param>
    /// <param name="scrubber">Takes secrets out of everything that is written.</param>
    /// <param name="consoleSink">Receives messages of <see cref="TelemetrySettings.ConsoleLevel"/> and above, from any thread; null for none.</param>
    /// <param name="logTable">Database with <c>etl.log</c>, which may be missing or away; null for no table. Not disposed.</param>
    /// <exception cref="ConfigurationException">The log folder cannot be written.</exception>
    public static ILoggerFactory Create(
        TelemetrySettings settings, TimeProvider time, SecretScrubber scrubber, Action<LogLevel, string>? consoleSink = null, NpgsqlDataSource? logTable = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var fileLevel = FileLevel(settings.ConsoleLevel);
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(fileLevel)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            .WriteTo.File(
                new JsonLineFormatter(time, scrubber),
                Path.Combine(WritableFolder(settings.LogDirectory), "etl-.jsonl"),
                rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: FileSizeLimit,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: null,
                retainedFileTimeLimit: TimeSpan.FromDays(settings.RetentionDays),
                shared: true);

        if (consoleSink is not null && settings.ConsoleLevel != LogLevel.None)
            configuration.WriteTo.Sink(new ConsoleSink(time, scrubber, consoleSink), SerilogLevel(settings.ConsoleLevel));

        if (logTable is not null && settings.LogTable)
            configuration.WriteTo.Sink(new LogTableSink(logTable, time, scrubber));

        return new SerilogLoggerFactory(configuration.CreateLogger(), dispose: true);
    }

    /// <summary>One level more than the console, and at least the start and end of runs.</summary>
    private static LogEventLevel FileLevel(LogLevel consoleLevel)
    {
        var oneMore = consoleLevel is LogLevel.None or LogLevel.Trace ? consoleLevel : consoleLevel - 1;
        return SerilogLevel(oneMore > LogLevel.Information ? LogLevel.Information : oneMore);
    }

    private static LogEventLevel SerilogLevel(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        _ => LogEventLevel.Fatal,
    };

    private static string WritableFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException(
                $"ETL_LOG_DIR: folder '{folder}' cannot be written: {error.Message}", "Name a folder this user may write to, or change its rights.", error);
        }
    }
}
