using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtlTools.Core.Config;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>Turns the steps of a column's transform into one function of its text. Computed values come from the source already.</summary>
internal static class TransformSteps
{
    /// <summary>The function; null when no step touches the text.</summary>
    /// <returns>It throws <see cref="FormatException"/>, with the reason, for a value a step cannot take.</returns>
    public static Func<string?, string?>? Compile(ColumnTransform transform)
    {
        var functions = transform.Steps.Select(Step).OfType<Func<string, string?>>().ToArray();
        if (functions.Length == 0) return null;
        return value =>
        {
            foreach (var function in functions)
            {
                if (value is null) return null;
                value = function(value);
            }

            return value;
        };
    }

    private static Func<string, string?>? Step(TransformStep step) => step switch
    {
        TrimStep => text => text.Trim(),
        UpperStep => text => text.ToUpperInvariant(),
        LowerStep => text => text.ToLowerInvariant(),
        NullIfStep nullIf => NullIf(nullIf.Values.ToHashSet(StringComparer.Ordinal)),
        MapStep map => text => map.Values.TryGetValue(text, out var mapped) ? mapped : text,
        RegexReplaceStep replace => Replace(replace),
        MaskStep mask => text => Mask(text, mask.KeepLast),
        HashStep => text => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
        CastStep cast => Cast(cast.Type),
        _ => null,
    };

    private static Func<string, string?> NullIf(HashSet<string> values) => text => values.Contains(text) ? null : text;

    private static Func<string, string?> Replace(RegexReplaceStep step)
    {
        var regex = new Regex(step.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return text => regex.Replace(text, step.Replacement);
    }

    private static string Mask(string text, int keepLast)
    {
        var characters = new StringInfo(text);
        var kept = characters.LengthInTextElements > keepLast && keepLast > 0 ? characters.SubstringByTextElements(characters.LengthInTextElements - keepLast) : "";
        return new string('*', characters.LengthInTextElements - new StringInfo(kept).LengthInTextElements) + kept;
    }

    private static Func<string, string?> Cast(CastType type) => type.Kind switch
    {
        CastKind.Integer => text => long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture) : throw Refused("a whole number"),
        CastKind.Numeric => text => Numeric(text.Trim(), type),
        CastKind.Float => text => double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? text.Trim() : throw Refused("a number"),
        CastKind.Boolean => text => text.Trim().ToLowerInvariant() switch
        {
            "true" or "t" or "yes" or "y" or "on" or "1" => "true",
            "false" or "f" or "no" or "n" or "off" or "0" => "false",
            _ => throw Refused("true or false"),
        },
        CastKind.Date => text => DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? text.Trim() : throw Refused("a date like 2026-01-31"),
        CastKind.Timestamp => text => Timestamp(text.Trim(), hasZone: false),
        CastKind.TimestampWithZone => text => Timestamp(text.Trim(), hasZone: true),
        CastKind.Json => Json,
        _ => text => text,
    };

    // Digits are looked at, not computed with, so that 38 of them survive.
    private static string Numeric(string text, CastType type)
    {
        var digits = text.TrimStart('+', '-');
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = (point < 0 ? digits : digits[..point]).TrimStart('0');
        var fraction = point < 0 ? "" : digits[(point + 1)..].TrimEnd('0');
        var isNumber = digits.Length > (point < 0 ? 0 : 1) && text.Length - digits.Length <= 1 && whole.All(char.IsAsciiDigit) && fraction.All(char.IsAsciiDigit);
        if (!isNumber) throw Refused("a decimal number");
        if (type.Precision is { } precision && (fraction.Length > type.Scale || whole.Length > precision - type.Scale))
            throw Refused(string.Create(CultureInfo.InvariantCulture, $"a number of {precision} digits, {type.Scale} of them after the point"));
        return text;
    }

    // The forms people write; the value is checked and written in the one form that Snowflake reads without guessing.
    private static string Timestamp(string text, bool hasZone)
    {
        string[] formats =
        [
            "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy-MM-ddTHH:mm:ss.FFFFFF", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm", "yyyy-MM-dd",
            "MM/dd/yyyy HH:mm:ss", "MM/dd/yyyy HH:mm", "MM/dd/yyyy", "dd.MM.yyyy HH:mm:ss", "dd.MM.yyyy",
        ];
        string[] zoned = ["yyyy-MM-dd HH:mm:ss.FFFFFFzzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFzzz", "yyyy-MM-ddTHH:mm:ss.FFFFFF'Z'"];
        if (DateTimeOffset.TryParseExact(text, hasZone ? [.. zoned, .. formats] : formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value))
            return value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture) + (hasZone ? " +00:00" : "");
        throw Refused("a date and time like 2026-01-31 12:30:00" + (hasZone ? "+01:00" : ""));
    }

    private static string Json(string text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException)
        {
            throw Refused("JSON");
        }
    }

    private static FormatException Refused(string wanted) => new($"is not {wanted}");
}
