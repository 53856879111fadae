using System.Globalization;
using System.Text;

namespace EtlTools.Core.Rows;

/// <summary>
/// Writes row values as JSON text that keeps every UTF-16 unit: NUL and lone surrogates become <c>\uXXXX</c>, which PostgreSQL's
/// <c>json</c> type stores as written. General JSON writers replace them, and the quarantine must show what really came.
/// </summary>
internal static class RowJson
{
    /// <summary>An object of column name → text or null.</summary>
    public static string Object(IReadOnlyList<string> names, IReadOnlyList<string?> values)
    {
        var json = new StringBuilder("{");
        for (var i = 0; i < names.Count; i++)
        {
            if (i > 0) json.Append(',');
            AppendString(json, names[i]);
            json.Append(':');
            AppendValue(json, values[i]);
        }

        return json.Append('}').ToString();
    }

    /// <summary>An array of texts or nulls.</summary>
    public static string Array(IReadOnlyList<string?> values)
    {
        var json = new StringBuilder("[");
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0) json.Append(',');
            AppendValue(json, values[i]);
        }

        return json.Append(']').ToString();
    }

    private static void AppendValue(StringBuilder json, string? value)
    {
        if (value is null) json.Append("null");
        else AppendString(json, value);
    }

    private static void AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '"' or '\\') json.Append('\\').Append(c);
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) json.Append(c).Append(text[++i]);
            else if (c < ' ' || char.IsSurrogate(c)) json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else json.Append(c);
        }

        json.Append('"');
    }
}
