using System.Text;
using System.Text.RegularExpressions;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Schedule.TaskScheduler;

/// <summary>One command line of several arguments, as Windows programs take it apart again.</summary>
internal static partial class WindowsArguments
{
    /// <summary>The command line.</summary>
    public static string Join(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    /// <summary>Refuses what Task Scheduler would replace, because it knows no way to write it.</summary>
    /// <exception cref="ConfigurationException">The text holds <c>%NAME%</c> or <c>$(NAME)</c>.</exception>
    public static void EnsureTaken(string text)
    {
        if (Replaced().Match(text) is { Success: true } match)
            throw new ConfigurationException($"'{text}': Task Scheduler would replace '{match.Value}'.", "Name the table with * in place of these characters, or rename the folder.");
    }

    // Backslashes count only before a quote: there, each is written twice.
    private static string Quote(string argument)
    {
        if (argument.Length > 0 && !argument.Any(c => char.IsWhiteSpace(c) || c == '"')) return argument;
        var text = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in argument)
        {
            if (c == '"') text.Append('\\', backslashes + 1);
            backslashes = c == '\\' ? backslashes + 1 : 0;
            text.Append(c);
        }

        return text.Append('\\', backslashes).Append('"').ToString();
    }

    [GeneratedRegex(@"%[^%]+%|\$\([^)]*\)")]
    private static partial Regex Replaced();
}
