using System.Globalization;
using System.Text;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Formats;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Files;

/// <summary>Reads the values of file format options: delimiters, single characters, time and binary formats.</summary>
internal static class FormatText
{
    private const int MaxDelimiter = 20;

    /// <summary>The bytes of a delimiter, empty for NONE, null when the option is absent.</summary>
    internal static byte[]? Delimiter(OptionReader reader, string name)
    {
        if (Given(reader, name) is not { } text) return null;
        var bytes = Unescape(text);
        return bytes.Length <= MaxDelimiter ? bytes : throw WarehouseErrors.InvalidValue(text, name);
    }

    /// <summary>One ASCII character, or null for NONE.</summary>
    internal static byte? Character(OptionReader reader, string name)
    {
        var text = Given(reader, name)!;
        var bytes = Unescape(text);
        return bytes switch
        {
            [] => null,
            [< 128 and var only] => only,
            _ => throw WarehouseErrors.InvalidValue(text, name),
        };
    }

    internal static TimeFormat? Time(OptionReader reader, string name)
    {
        var text = Given(reader, name);
        return text is null || string.Equals(text, "AUTO", StringComparison.OrdinalIgnoreCase) ? null : TimeFormat.Parse(text);
    }

    internal static string Binary(OptionReader reader) => reader.Word("BINARY_FORMAT") switch
    {
        null or "HEX" => "HEX",
        "BASE64" => "BASE64",
        "UTF8" or "UTF-8" => "UTF-8",
        var other => throw WarehouseErrors.InvalidValue(other, "BINARY_FORMAT"),
    };

    internal static string Print(OptionValue value) => value switch
    {
        TextValue text => text.Text,
        NumberValue number => number.Digits,
        WordValue word => word.Name.ToString(),
        ListValue list => "[" + string.Join(", ", list.Items.Select(Print)) + "]",
        NestedOptions nested => "(" + string.Join(" ", nested.Options.Select(o => o.Name + "=" + Print(o.Value))) + ")",
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    private static string? Given(OptionReader reader, string name) => reader.Value(name) switch
    {
        null => null,
        TextValue text => string.Equals(text.Text, "NONE", StringComparison.OrdinalIgnoreCase) ? "" : text.Text,
        WordValue { Name.Parts: ["NONE"] } => "",
        WordValue { Name.Parts: ["AUTO"] } => "AUTO",
        _ => throw WarehouseErrors.Compilation(1008, "22023", $"invalid value for parameter '{name}'"),
    };

    /// <summary>Snowflake also takes escapes that reach it as text: \n, \t, \\, \001, \x01 and 0x01.</summary>
    private static byte[] Unescape(string text)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Length > 2 && text.Length % 2 == 0 && text.AsSpan(2).IndexOfAnyExcept(System.Buffers.SearchValues.Create("0123456789abcdefABCDEF")) < 0)
            return Convert.FromHexString(text.AsSpan(2));
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            switch (text[i])
            {
                case 'n': result.Append('\n'); break;
                case 'r': result.Append('\r'); break;
                case 't': result.Append('\t'); break;
                case 'x' when i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex):
                    result.Append((char)hex);
                    i += 2;
                    break;
                case >= '0' and <= '7' when i + 2 < text.Length && text.AsSpan(i, 3).IndexOfAnyExceptInRange('0', '7') < 0:
                    result.Append((char)Convert.ToInt32(text.Substring(i, 3), 8));
                    i += 2;
                    break;
                default: result.Append(text[i]); break;
            }
        }

        return Encoding.UTF8.GetBytes(result.ToString());
    }
}
