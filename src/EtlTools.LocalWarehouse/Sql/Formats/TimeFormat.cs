using System.Globalization;
using System.Text;
using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse.Sql.Formats;

/// <summary>One element of a date or time format: a known key, or literal text when <paramref name="Key"/> is empty.</summary>
internal readonly record struct TimeElement(string Key, string Literal, int Digits = 0);

/// <summary>A Snowflake date/time format, read once, used for parsing patterns, SQL and the result reader.</summary>
internal sealed class TimeFormat
{
    private static readonly string[] Keys =
        ["YYYY", "YY", "MMMM", "MM", "MON", "DD", "DY", "HH24", "HH12", "AM", "PM", "MI", "SS", "FF", "TZH", "TZM"];

    private TimeFormat(IReadOnlyList<TimeElement> elements) => Elements = elements;

    internal IReadOnlyList<TimeElement> Elements { get; }

    internal bool NeedsOffset => Elements.Any(e => e.Key is "TZH" or "TZM");

    internal static TimeFormat Parse(string format)
    {
        var elements = new List<TimeElement>();
        var literal = new StringBuilder();
        void Flush()
        {
            if (literal.Length > 0) elements.Add(new TimeElement("", literal.ToString()));
            literal.Clear();
        }

        for (var i = 0; i < format.Length;)
        {
            if (format[i] == '"')
            {
                var end = format.IndexOf('"', i + 1);
                if (end < 0) throw WarehouseErrors.InvalidValue(format, "format");
                literal.Append(format, i + 1, end - i - 1);
                i = end + 1;
                continue;
            }

            var key = Array.Find(Keys, k => string.Compare(format, i, k, 0, k.Length, StringComparison.OrdinalIgnoreCase) == 0);
            if (key is null)
            {
                if (char.IsLetterOrDigit(format[i])) throw WarehouseErrors.InvalidValue(format, "format");
                literal.Append(format[i++]);
                continue;
            }

            Flush();
            i += key.Length;
            var digits = 9;
            if (key == "FF" && i < format.Length && char.IsAsciiDigit(format[i])) digits = format[i++] - '0';
            elements.Add(new TimeElement(key == "PM" ? "AM" : key, "", digits));
        }

        Flush();
        return new TimeFormat(elements);
    }

    /// <summary>A regular expression that accepts text in this format, and the key of each of its groups.</summary>
    internal (string Pattern, string Keys) ToPattern()
    {
        var pattern = new StringBuilder("^\\s*");
        var keys = new List<string>();
        foreach (var element in Elements)
        {
            var (part, key) = element.Key switch
            {
                "YYYY" => ("(\\d{4})", "YYYY"),
                "YY" => ("(\\d{2})", "YY"),
                "MON" => ("(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", "MON"),
                "MMMM" => ("(january|february|march|april|may|june|july|august|september|october|november|december)", "MON"),
                "DY" => ("(mon|tue|wed|thu|fri|sat|sun)", "DY"),
                "HH24" => ("(\\d{1,2})", "HH"),
                "AM" => ("(am|pm)", "AM"),
                "FF" => ("(\\d{1,9})", "FF"),
                "TZH" => ("([+-]\\d{2})", "TZH"),
                "TZM" => ("(\\d{2})", "TZM"),
                "" => (Escape(element.Literal), ""),
                _ => ("(\\d{1,2})", element.Key),
            };
            pattern.Append(part);
            if (key.Length > 0) keys.Add(key);
        }

        return (pattern.Append("\\s*$").ToString(), string.Join(',', keys));
    }

    private static string Escape(string literal)
    {
        var text = new StringBuilder();
        foreach (var c in literal)
        {
            if (!char.IsLetterOrDigit(c) && c < 128) text.Append('\\');
            text.Append(c);
        }

        return text.ToString();
    }

    public override string ToString() => string.Join('|', Elements.Select(e => e.Key.Length > 0 ? e.Key + (e.Key == "FF" ? e.Digits.ToString(CultureInfo.InvariantCulture) : "") : e.Literal));
}
