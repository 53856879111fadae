using System.Collections;
using System.Text;

namespace EtlTools.Cli;

/// <summary>What a command sees of the process it runs in; tests hand in their own.</summary>
internal sealed record CommandSurroundings
{
    /// <summary>Standard output: the result, and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error: progress, log lines, errors in words.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input, for confirmations.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether standard output is a terminal.</summary>
    public bool IsOutTerminal { get; init; }

    /// <summary>Whether standard error is a terminal: only then progress is shown.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Whether a person can be asked.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 80;

    /// <summary>The working folder.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;

    /// <summary>What runs this program again: its full path, and the arguments that come before its own.</summary>
    public IReadOnlyList<string> Program { get; init; } = ["etl"];

    /// <summary>What a stop request is answered with.</summary>
    public StopNotice StopNotice { get; init; } = new();

    /// <summary>A command line that runs this program again, without arguments.</summary>
    public string ProgramCommand => string.Join(' ', Program.Select(Quote));

    /// <summary>Whether the user forbids colour (no-color.org).</summary>
    public bool NoColor => Variables.TryGetValue("NO_COLOR", out var value) && value.Length > 0;

    /// <summary>This process's own.</summary>
    public static CommandSurroundings OfThisProcess()
    {
        var (isOutTerminal, isErrorTerminal) = (!Console.IsOutputRedirected, !Console.IsErrorRedirected);
        // Data is Unicode whatever the console's code page was.
        if (OperatingSystem.IsWindows() && Console.OutputEncoding.CodePage != Encoding.UTF8.CodePage) Console.OutputEncoding = new UTF8Encoding(false);
        return new CommandSurroundings
        {
            Out = Console.Out,
            Error = Console.Error,
            In = Console.In,
            Variables = ReadVariables(),
            IsOutTerminal = isOutTerminal,
            IsErrorTerminal = isErrorTerminal,
            IsInteractive = isErrorTerminal && !Console.IsInputRedirected,
            Width = isOutTerminal || isErrorTerminal ? TerminalWidth() : 80,
            Program = ThisProgram(),
        };
    }

    private static Dictionary<string, string> ReadVariables()
    {
        var variables = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return variables;
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    private static string[] ThisProgram()
    {
        var path = Environment.ProcessPath ?? "etl";
        return Path.GetFileNameWithoutExtension(path).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? [path, Path.Combine(AppContext.BaseDirectory, "etl.dll")]
            : [path];
    }

    private static string Quote(string path) => path.Any(c => char.IsWhiteSpace(c) || c is '\'' or '"' or '$')
        ? OperatingSystem.IsWindows() ? $"& '{path.Replace("'", "''", StringComparison.Ordinal)}'" : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'"
        : path;
}
