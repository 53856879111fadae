using System.Text;

namespace EtlTools.Core.Config;

/// <summary>A program and its arguments, as they are started: no shell reads them, so nothing in them is expanded.</summary>
/// <param name="Program">Name or path.</param>
/// <param name="Arguments">Each as the program sees it.</param>
public sealed record CommandText(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Completes "is not …" in a message.</summary>
    internal const string Expected = "a program with its arguments; quotes that are opened must be closed";

    /// <summary>
    /// Divides a line at blanks. Blanks between double or single quotes belong to the word; a backslash is a character like any other, so
    /// that paths of Windows can be written as they are.
    /// </summary>
    internal static bool TryParse(string text, out CommandText command)
    {
        command = new("", []);
        var words = new List<string>();
        var word = new StringBuilder();
        var isInWord = false;
        char? quote = null;
        foreach (var c in text)
        {
            if (quote is null && char.IsWhiteSpace(c))
            {
                if (isInWord) words.Add(word.ToString());
                word.Clear();
                isInWord = false;
                continue;
            }

            isInWord = true;
            if (c == quote) quote = null;
            else if (quote is null && c is '"' or '\'') quote = c;
            else word.Append(c);
        }

        if (isInWord) words.Add(word.ToString());
        if (quote is not null || words.Count == 0 || words[0].Length == 0 || text.Contains('\0', StringComparison.Ordinal)) return false;
        command = new(words[0], [.. words.Skip(1)]);
        return true;
    }
}
