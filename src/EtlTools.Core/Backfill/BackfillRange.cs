using System.Globalization;
using System.Text.RegularExpressions;
using EtlTools.Core.Errors;
using EtlTools.Core.State;

namespace EtlTools.Core.Backfill;

/// <summary>Brings the ends of a range that a person typed into the form in which the source writes its cursor.</summary>
internal static partial class BackfillRange
{
    /// <summary>The first value.</summary>
    /// <param name="text">What was typed; null for none.</param>
    /// <param name="model">A cursor text of the table; null when it has none.</param>
    /// <param name="table">The table, for messages.</param>
    /// <exception cref="ConfigurationException">It is of another kind than the table's cursor.</exception>
    public static string? Low(string? text, string? model, string table) => text is null ? null : CursorText.Like(text, model, table);

    /// <summary>The end; a date means the whole day where the cursor has a time, so that its end is the next day, exclusive.</summary>
    /// <inheritdoc cref="Low"/>
    public static (string Text, bool IsExclusive)? High(string? text, string? model, string table)
    {
        if (text is null) return null;
        var isDay = DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && (model is null || Clock().IsMatch(model)) && day < DateOnly.MaxValue;
        return isDay
            ? (CursorText.Like(day.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), model, table), true)
            : (CursorText.Like(text, model, table), false);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d")]
    private static partial Regex Clock();
}
