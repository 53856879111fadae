using System.Text;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Snowflake;

/// <summary>
/// One identifier of Snowflake, as it is stored. Written without quotes, ASCII names fold to upper case; names with other
/// letters are kept as they are, as if quoted, so that <c>规模明细</c> can be written plainly. Written in double quotes a name is
/// exact, and <c>""</c> stands for one quote.
/// </summary>
public sealed record SnowflakeIdentifier
{
    /// <summary>The longest identifier, in characters.</summary>
    public const int MaximumLength = 255;

    private const string Remedy = "Write it as in Snowflake SQL: letters, digits, _ and $, or anything in \"double quotes\".";

    private SnowflakeIdentifier(string name) => Name = name;

    /// <summary>The name as stored, without quotes.</summary>
    public string Name { get; }

    /// <summary>An identifier by its stored name.</summary>
    /// <exception cref="ConfigurationException">It is empty, too long, or has a NUL character.</exception>
    public static SnowflakeIdentifier Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
            throw new ConfigurationException("A Snowflake name has an empty part.", Remedy);
        if (name.Length > MaximumLength)
            throw new ConfigurationException(FormattableString.Invariant($"The Snowflake name '{name[..40]}…' has {name.Length} characters; at most {MaximumLength} are possible."), Remedy);
        if (name.Contains('\0', StringComparison.Ordinal))
            throw new ConfigurationException("A Snowflake name has a NUL character in it.", Remedy);
        return new SnowflakeIdentifier(name);
    }

    /// <summary>Reads one identifier as it is written in SQL.</summary>
    /// <exception cref="ConfigurationException">It is not exactly one identifier.</exception>
    public static SnowflakeIdentifier Parse(string text) => ParseParts(text) is [var only]
        ? only
        : throw new ConfigurationException($"'{text}' is not one Snowflake name but several with dots between them.", Remedy);

    /// <summary>For SQL: always in quotes.</summary>
    public string ToSql() => Quote(Name);

    /// <inheritdoc cref="ToSql"/>
    public override string ToString() => ToSql();

    /// <summary>Puts a stored name into double quotes.</summary>
    public static string Quote(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }

    /// <summary>Reads identifiers with dots between them.</summary>
    internal static IReadOnlyList<SnowflakeIdentifier> ParseParts(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = new List<SnowflakeIdentifier>();
        var at = 0;
        while (true)
        {
            parts.Add(at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Plain(text, ref at));
            if (at == text.Length)
                return parts;
            if (text[at] != '.')
                throw new ConfigurationException(FormattableString.Invariant($"'{text}' is not a Snowflake name: unexpected '{text[at]}' at position {at + 1}."), Remedy);
            at++;
        }
    }

    private static SnowflakeIdentifier Quoted(string text, ref int at)
    {
        var name = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
                name.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"')
                name.Append(text[at++]);
            else
            {
                at++;
                return Of(name.ToString());
            }
        }

        throw new ConfigurationException($"'{text}' is not a Snowflake name: the closing double quote is missing.", Remedy);
    }

    private static SnowflakeIdentifier Plain(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && IsPlain(text[at], at == start))
            at++;
        if (at == start && at < text.Length && text[at] != '.')
            throw new ConfigurationException(FormattableString.Invariant($"'{text}' is not a Snowflake name: unexpected '{text[at]}' at position {at + 1}."), Remedy);
        if (at == start)
            throw new ConfigurationException($"'{text}' is not a Snowflake name: a part is empty.", Remedy);
        var name = text[start..at];
        return Of(name.All(char.IsAscii) ? name.ToUpperInvariant() : name);
    }

    private static bool IsPlain(char c, bool isFirst) =>
        char.IsLetter(c) || char.IsSurrogate(c) || c == '_'
        || (!isFirst && (char.IsDigit(c) || c == '$' || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark));
}
