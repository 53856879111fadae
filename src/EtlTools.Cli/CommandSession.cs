using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core;
using EtlTools.Core.Telemetry;
using EtlTools.Sandbox;

namespace EtlTools.Cli;

/// <summary>What one command works with: the core's session, the options that all commands have, the process and the terminal.</summary>
internal sealed class CommandSession : IAsyncDisposable
{
    public CommandSession(GlobalArguments arguments, CommandSurroundings surroundings, Terminal terminal)
    {
        Arguments = arguments;
        Surroundings = surroundings;
        Terminal = terminal;
        Etl = new EtlSession(new EtlSessionOptions
        {
            Variables = surroundings.Variables,
            EnvironmentFile = arguments.EnvironmentFile,
            Config = arguments.Config,
            LocalWarehouse = LocalWarehouseProvider.For,
            ShownFrom = (LogSeverity?)arguments.LogLevel,
            ShowLog = ShowLog,
            Time = surroundings.Time,
        });
    }

    /// <summary>The global options.</summary>
    public GlobalArguments Arguments { get; }

    /// <summary>The process.</summary>
    public CommandSurroundings Surroundings { get; }

    /// <summary>Where people look.</summary>
    public Terminal Terminal { get; }

    /// <summary>Settings, tables, services.</summary>
    public EtlSession Etl { get; }

    /// <summary>Bars while something runs.</summary>
    public ProgressDisplay Progress => new(Terminal, Surroundings.IsErrorTerminal && !Arguments.IsQuiet);

    /// <summary>Bars or lines while a backfill goes on.</summary>
    public BackfillDisplay Backfills => new(Terminal, Surroundings.Error, Surroundings.IsErrorTerminal, Arguments.IsQuiet);

    public ValueTask DisposeAsync() => Etl.DisposeAsync();

    // Errors are in the report, with their remedy; a person need not read them twice.
    private void ShowLog(LogSeverity severity, string message)
    {
        if (severity != LogSeverity.Error || Arguments.IsJson || Arguments.LogLevel is not null) Terminal.ShowLog(severity, message);
    }
}
