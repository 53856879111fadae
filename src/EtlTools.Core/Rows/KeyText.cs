using System.Globalization;

namespace EtlTools.Core.Rows;

/// <summary>
/// One spelling for each key value, whichever side wrote it: the source's text, the COPY text of a batch, or the target's own text
/// of a staged row. By it a row in quarantine is recognised when it comes again.
/// </summary>
internal static class KeyText
{
    private const string MicrosecondFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff";

    /// <summary>Gives a value its one spelling.</summary>
    /// <param name="form">What the value is.</param>
    /// <param name="text">Any of its spellings; null stays null.</param>
    public static string? Of(KeyForm form, string? text) => text is null ? null : form switch
    {
        KeyForm.Number => Number(text),
        KeyForm.Time => Time(text),
        KeyForm.Binary => text.StartsWith(@"\x", StringComparison.Ordinal) ? text[2..].ToUpperInvariant() : text,
        _ => text,
    };

    /// <summary>The source's spelling of a value that was encoded for the target.</summary>
    public static string? AsSent(ColumnRuleKind rule, string? text) => rule switch
    {
        _ when text is null => null,
        ColumnRuleKind.Binary => Of(KeyForm.Binary, text),
        ColumnRuleKind.Time => NineDigits(text),
        _ => text,
    };

    // The scales of the two columns may differ: 1.5 and 1.50 are one key.
    private static string Number(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    private static string Time(string text)
    {
        var iso = NineDigits(text.Replace(' ', 'T'));
        var offset = iso.AsSpan(iso.IndexOf('.', StringComparison.Ordinal) + 10);
        if (offset.IsEmpty) return iso;
        var local = string.Concat(iso.AsSpan(0, iso.Length - offset.Length - 3), offset.Length == 3 ? $"{offset}:00" : offset);
        // Equal instants are one key. Those outside .NET's years keep the spelling they came in.
        return DateTimeOffset.TryParseExact(local, MicrosecondFormat + "zzz", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant.ToString(MicrosecondFormat, CultureInfo.InvariantCulture) + "000+00:00"
            : iso;
    }

    private static string NineDigits(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var end = point < 0 ? text.Length : point + 1;
        if (point < 0)
        {
            // The offset is the only sign behind the last colon or behind the time's two.
            var time = text.IndexOf(':', StringComparison.Ordinal);
            var sign = time < 0 ? -1 : text.IndexOfAny(['+', '-'], time);
            end = sign < 0 ? text.Length : sign;
            return string.Concat(text.AsSpan(0, end), ".000000000", text.AsSpan(end));
        }

        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        var digits = end - point - 1;
        return digits >= 9 ? text : string.Concat(text.AsSpan(0, end), new string('0', 9 - digits), text.AsSpan(end));
    }
}

/// <summary>What has several spellings in a key column.</summary>
internal enum KeyForm
{
    /// <summary>Nothing: the text is the value.</summary>
    Text,

    /// <summary>Zeros at the end of a fraction.</summary>
    Number,

    /// <summary>Digits of the fraction of a second, blank or T, and the offset.</summary>
    Time,

    /// <summary>The <c>\x</c> before hexadecimal digits, and their case.</summary>
    Binary,
}
