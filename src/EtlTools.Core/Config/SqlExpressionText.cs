namespace EtlTools.Core.Config;

/// <summary>
/// Decides whether a text can be one SQL expression and nothing more. It does not know SQL; it makes sure that the text,
/// put in parentheses, cannot end the expression it stands in: what it is unsure of is refused.
/// </summary>
internal static class SqlExpressionText
{
    /// <summary>What is wrong with the text, as the end of a sentence that names it; null when nothing is.</summary>
    public static string? Fault(string text)
    {
        var depth = 0;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\'' or '"':
                    var end = text.IndexOf(text[at], at + 1);
                    if (end < 0)
                        return "has a quote that is not closed";
                    if (text.AsSpan(at, end - at).Contains('\\'))
                        return "has a backslash in a quoted text, which can end it early; write chr(92)";
                    at = end;
                    break;
                case '(':
                    depth++;
                    break;
                case ')' when --depth < 0:
                    return "closes a parenthesis that it does not open";
                case ';':
                    return "has a semicolon";
                case '$':
                    return "has a dollar sign outside quotes";
                case '-' when At(text, at + 1) == '-':
                case '/' when At(text, at + 1) == '*':
                    return "has a comment";
                case '\0':
                    return "has a NUL character";
            }
        }

        return depth > 0 ? "does not close a parenthesis" : null;
    }

    private static char At(string text, int at) => at < text.Length ? text[at] : ' ';
}
