using System.Globalization;
using System.Text.RegularExpressions;

namespace EtlTools.Core.Config;

/// <summary>A type to which <c>cast</c> holds a column's text.</summary>
/// <param name="Kind">Which type.</param>
/// <param name="Precision">Digits in all, 1 to 38; only for <see cref="CastKind.Numeric"/>, null when not bounded.</param>
/// <param name="Scale">Digits after the point, 0 to <paramref name="Precision"/>; null exactly when <paramref name="Precision"/> is.</param>
public sealed partial record CastType(CastKind Kind, int? Precision = null, int? Scale = null)
{
    private static readonly Words<CastKind> s_words = new(
        ("text", CastKind.Text),
        ("integer", CastKind.Integer),
        ("int", CastKind.Integer),
        ("bigint", CastKind.Integer),
        ("numeric", CastKind.Numeric),
        ("decimal", CastKind.Numeric),
        ("float", CastKind.Float),
        ("double precision", CastKind.Float),
        ("boolean", CastKind.Boolean),
        ("date", CastKind.Date),
        ("timestamp", CastKind.Timestamp),
        ("timestamptz", CastKind.TimestampWithZone),
        ("json", CastKind.Json));

    internal static SettingParser<CastType?> Parser { get; } = new(
        TryParse, "a type: text, integer, numeric, numeric(12,2), float, boolean, date, timestamp, timestamptz or json");

    private static bool TryParse(string text, out CastType? value)
    {
        value = null;
        if (s_words.TryParse(text, out var kind))
        {
            value = new CastType(kind);
            return true;
        }

        if (Bounded().Match(text) is not { Success: true } match)
            return false;
        var precision = Number(match.Groups["precision"]);
        var scale = match.Groups["scale"].Success ? Number(match.Groups["scale"]) : 0;
        value = new CastType(CastKind.Numeric, precision, scale);
        return precision is >= 1 and <= 38 && scale <= precision;
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(numeric|decimal)\((?<precision>[0-9]{1,2})(, ?(?<scale>[0-9]{1,2}))?\)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Bounded();
}

/// <summary>The types <c>cast</c> knows.</summary>
public enum CastKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>An exact decimal number.</summary>
    Numeric,

    /// <summary>A binary floating-point number of 64 bits.</summary>
    Float,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A calendar day.</summary>
    Date,

    /// <summary>A date and time of day without a zone.</summary>
    Timestamp,

    /// <summary>A point in time; text without an offset is in UTC.</summary>
    TimestampWithZone,

    /// <summary>A JSON document.</summary>
    Json,
}
