using EtlTools.Core.Telemetry;
using Spectre.Console;

namespace EtlTools.Cli.Rendering;

/// <summary>Standard output and standard error, with colour only where a person sees it.</summary>
internal sealed class Terminal(CommandSurroundings surroundings)
{
    /// <summary>Wide enough that nothing is wrapped when a program or a file reads it.</summary>
    private const int Unwrapped = 10_000;

    private readonly Lazy<IAnsiConsole> _out = new(() => Make(surroundings.Out, surroundings.IsOutTerminal, surroundings));
    private readonly Lazy<IAnsiConsole> _error = new(() => Make(surroundings.Error, surroundings.IsErrorTerminal, surroundings));

    /// <summary>Standard output.</summary>
    public IAnsiConsole Out => _out.Value;

    /// <summary>Standard error.</summary>
    public IAnsiConsole Error => _error.Value;

    /// <summary>Shows a log line on standard error, above the progress bars if there are any.</summary>
    public void ShowLog(LogSeverity level, string message) =>
        new TextReport(Error, new SecretScrubber()).Line(
            $"{Word(level)}: {message}",
            level switch { >= LogSeverity.Error => TextReport.Bad, LogSeverity.Warning => TextReport.Doubtful, _ => TextReport.Plain });

    private static string Word(LogSeverity level) => level switch
    {
        LogSeverity.Trace => "trace",
        LogSeverity.Debug => "debug",
        LogSeverity.Information => "info",
        LogSeverity.Warning => "warning",
        LogSeverity.Error => "error",
        _ => "critical",
    };

    // Left alone, Spectre.Console looks at TERM of the process, whatever variables it is given.
    private static AnsiSupport AnsiOf(CommandSurroundings surroundings)
    {
        if (OperatingSystem.IsWindows()) return AnsiSupport.Detect;
        return surroundings.Variables.TryGetValue("TERM", out var term) && term is not ("" or "dumb") ? AnsiSupport.Yes : AnsiSupport.No;
    }

    private static IAnsiConsole Make(TextWriter writer, bool isTerminal, CommandSurroundings surroundings)
    {
        var hasColour = isTerminal && !surroundings.NoColor;
        var settings = new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiOf(surroundings) : AnsiSupport.No,
            ColorSystem = hasColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            EnvironmentVariables = new Dictionary<string, string>(surroundings.Variables),
        };
        settings.Enrichment.UseDefaultEnrichers = false;
        var console = AnsiConsole.Create(settings);
        console.Profile.Width = isTerminal ? surroundings.Width : Unwrapped;
        return console;
    }
}
