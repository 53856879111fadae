using System.Text.RegularExpressions;
using EtlTools.Core.Errors;

namespace EtlTools.Core.State;

/// <summary>Brings a watermark that a person typed into the form in which watermarks are stored.</summary>
internal static partial class CursorText
{
    private const string TimestampWithoutZone = "2026-01-31T00:00:00.000000000";

    /// <summary>The value at full scale, written as an earlier watermark of the table was; a timestamp without zone when there was none.</summary>
    /// <param name="value">What was typed.</param>
    /// <param name="present">The present watermark, or the end of an earlier window; null when there is neither.</param>
    /// <param name="table">The table, for messages.</param>
    /// <exception cref="ConfigurationException">It is of another kind than the earlier one.</exception>
    public static string Like(string value, string? present, string table)
    {
        if (value.Trim() is not { Length: > 0 } text) throw Unlike(value, present, table);
        present ??= Time().Match(text).Groups["clock"].Success ? TimestampWithoutZone : text;
        if (Time().Match(present) is { Success: true } time)
        {
            if (Time().Match(text) is not { Success: true } typed) throw Unlike(value, present, table);
            string Part(string name, string normal) => typed.Groups[name] is { Success: true } group ? group.Value : normal;
            var fraction = time.Groups["fraction"].Value;
            var digits = Part("fraction", ".").TrimStart('.');
            if (digits.Length > Math.Max(0, fraction.Length - 1)) throw Unlike(value, present, table);
            var clock = time.Groups["clock"].Success ? $"{time.Groups["separator"].Value}{Part("clock", "00:00")}{Part("seconds", ":00")}" : "";
            if (clock.Length == 0 && typed.Groups["clock"].Success) throw Unlike(value, present, table);
            return typed.Groups["date"].Value + clock + (fraction.Length > 0 ? "." + digits.PadRight(fraction.Length - 1, '0') : "") + time.Groups["rest"].Value;
        }

        if (Number().Match(present) is { Success: true } number)
        {
            if (Number().Match(text) is not { Success: true } typed) throw Unlike(value, present, table);
            var scale = number.Groups["fraction"].Length;
            if (typed.Groups["fraction"].Length > scale) throw Unlike(value, present, table);
            return scale == 0 ? text : typed.Groups["whole"].Value + "." + typed.Groups["fraction"].Value.TrimStart('.').PadRight(scale - 1, '0');
        }

        return text;
    }

    [GeneratedRegex(@"^(?<date>\d{4}-\d\d-\d\d)(?:(?<separator>[ T])(?<clock>\d\d:\d\d)(?<seconds>:\d\d)?(?<fraction>\.\d{1,9})?)?(?<rest>Z| ?[+-]\d\d:?\d\d)?$")]
    private static partial Regex Time();

    [GeneratedRegex(@"^(?<whole>-?\d+)(?<fraction>\.\d+)?$")]
    private static partial Regex Number();

    private static ConfigurationException Unlike(string value, string? present, string table) => new(
        $"'{value}' cannot be the watermark of {table}.", $"Write it like this one: {present ?? TimestampWithoutZone}");
}
