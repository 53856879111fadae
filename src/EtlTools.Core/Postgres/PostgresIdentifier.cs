using System.Text;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Postgres;

/// <summary>Quoting of PostgreSQL names. No name reaches SQL by another way.</summary>
public static class PostgresIdentifier
{
    /// <summary>PostgreSQL cuts longer names silently, so that two of them could meet; they are refused here.</summary>
    public const int MaxBytes = 63;

    /// <summary>Puts a name in quotes, doubling quotes inside it.</summary>
    /// <param name="name">The exact name, as the catalog has it.</param>
    /// <exception cref="ConfigurationException">The name is empty, longer than 63 bytes, or holds a NUL.</exception>
    public static string Quote(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
            throw new ConfigurationException("A PostgreSQL name is empty.", "Give the table or column a name.");
        if (Encoding.UTF8.GetByteCount(name) > MaxBytes)
        {
            throw new ConfigurationException(
                $"The PostgreSQL name \"{name}\" is longer than {MaxBytes} bytes; PostgreSQL would cut it silently.",
                "Use a shorter name.");
        }

        if (name.Contains('\0', StringComparison.Ordinal))
            throw new ConfigurationException("A PostgreSQL name holds a NUL character.", "Remove it from the name.");
        return '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
    }

    /// <summary>Splits a dotted name by PostgreSQL's rules: unquoted parts fold to lower case, quoted ones are exact.</summary>
    /// <exception cref="ConfigurationException">The text is not a dotted name.</exception>
    internal static List<string> Split(string text)
    {
        var parts = new List<string>();
        var at = 0;
        while (true)
        {
            parts.Add(at < text.Length && text[at] == '"' ? QuotedPart(text, ref at) : PlainPart(text, ref at));
            if (at == text.Length) return parts;
            if (text[at++] != '.') throw Malformed(text);
        }
    }

    private static string QuotedPart(string text, ref int at)
    {
        var name = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"') name.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"') name.Append(text[at++]);
            else
            {
                at++;
                return name.Length > 0 ? name.ToString() : throw Malformed(text);
            }
        }

        throw Malformed(text);
    }

    private static string PlainPart(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '$')) at++;
        if (at == start || char.IsAsciiDigit(text[start])) throw Malformed(text);
        return FoldAscii(text[start..at]);
    }

    // PostgreSQL folds ASCII letters only in multi-byte encodings.
    private static string FoldAscii(string name) =>
        string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
        });

    private static ConfigurationException Malformed(string text) => new(
        $"\"{text}\" is not a PostgreSQL table name.",
        "Write it as schema.table; put a part with blanks, upper-case letters or dots in double quotes.");
}
