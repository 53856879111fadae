using System.Globalization;
using System.Text;
using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>Single-quoted literals: '' and backslash escapes, as Snowflake processes them.</summary>
internal static class StringLiteral
{
    internal static string Read(string sql, ref int at, ref int line, ref int lineStart)
    {
        var (startLine, startColumn) = (line, at - lineStart);
        var text = new StringBuilder();
        for (at++; at < sql.Length; at++)
        {
            var c = sql[at];
            if (c == '\n')
            {
                line++;
                lineStart = at + 1;
            }

            if (c == '\'')
            {
                if (at + 1 < sql.Length && sql[at + 1] == '\'')
                {
                    text.Append('\'');
                    at++;
                    continue;
                }

                at++;
                return RefuseNul(text.ToString());
            }

            if (c == '\\' && at + 1 < sql.Length) Escape(sql, ref at, text);
            else text.Append(c);
        }

        throw WarehouseErrors.Syntax("unterminated string literal", startLine, startColumn);
    }

    internal static string RefuseNul(string text) =>
        text.Contains('\0', StringComparison.Ordinal)
            ? throw WarehouseErrors.Unsupported("NUL character (U+0000) in text: PostgreSQL underneath cannot store it")
            : text;

    private static void Escape(string sql, ref int at, StringBuilder text)
    {
        var c = sql[++at];
        switch (c)
        {
            case 'n': text.Append('\n'); break;
            case 't': text.Append('\t'); break;
            case 'r': text.Append('\r'); break;
            case 'b': text.Append('\b'); break;
            case 'f': text.Append('\f'); break;
            case 'x' when Code(sql, at + 1, 2, 16) is { } hex: text.Append((char)hex); at += 2; break;
            case 'u' when Code(sql, at + 1, 4, 16) is { } unicode: text.Append((char)unicode); at += 4; break;
            case >= '0' and <= '7' when Code(sql, at, 3, 8) is { } octal: text.Append((char)octal); at += 2; break;
            case '0': text.Append('\0'); break;
            default: text.Append(c); break;
        }
    }

    private static int? Code(string sql, int start, int length, int radix)
    {
        if (start + length > sql.Length) return null;
        var digits = sql.AsSpan(start, length);
        if (radix == 16)
            return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null;
        var value = 0;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7') return null;
            value = (value * 8) + (digit - '0');
        }

        return value;
    }
}
