using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Parameters that are written as in the settings: durations, distances, limits. Independent of the culture.</summary>
internal static class ParameterText
{
    /// <summary>A duration such as <c>30s</c>, or what PowerShell writes for a TimeSpan.</summary>
    public static TimeSpan? Duration(string parameter, string? text)
    {
        if (text is null) return null;
        return DurationText.TryParse(text, out var value) || TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value)
            ? value
            : throw Unlike(parameter, text, DurationText.Expected);
    }

    /// <summary>A duration, or a number for numeric watermark columns.</summary>
    public static CursorDistance? Distance(string parameter, string? text)
    {
        if (text is null) return null;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return new CursorDistance(DurationText.TryParse(text, out var zero) ? zero : null, number);
        return new CursorDistance(Duration(parameter, text), null);
    }

    /// <summary>A count such as <c>100</c> or a share such as <c>1%</c>.</summary>
    public static ErrorLimit? Limit(string parameter, string? text)
    {
        if (text is null) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return new ErrorLimit(count, null);
        if (text.EndsWith('%') && decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100)
            return new ErrorLimit(null, (double)(percent / 100));
        throw Unlike(parameter, text, "a count such as 100 or a share such as 1%");
    }

    private static ConfigurationException Unlike(string parameter, string text, string expected) =>
        new($"-{parameter}: '{text}' is not {expected}.", $"Write {expected}.");
}
