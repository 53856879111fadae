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

    /// <summary>The last value; a date means the whole day where the cursor has a time.</summary>
    /// <inheritdoc cref="Low"/>
    public static string? High(string? text, string? model, string table)
    {
        if (text is null) return null;
        if (model is null || !Date().IsMatch(text.Trim()) || Clock().Match(model) is not { Success: true } clock) return CursorText.Like(text, model, table);
        var digits = Math.Max(0, clock.Groups["fraction"].Length - 1);
        return CursorText.Like($"{text.Trim()}T23:59:59{(digits > 0 ? "." + new string('9', digits) : "")}", model, table);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d$")]
    private static partial Regex Date();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?<fraction>\.\d{1,9})?")]
    private static partial Regex Clock();
}
