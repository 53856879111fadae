using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EtlTools.Core.Config;

namespace EtlTools.Cli.Parsing;

/// <summary>Options whose text is read by the product's own rules, independent of the culture, with messages that say what is expected.</summary>
internal static class ValueParsers
{
    /// <summary>A whole number within bounds.</summary>
    public static Option<int?> Integer(string name, string description, int lowest, int highest) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Read<int?>(
            result,
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= lowest && value <= highest ? value : null,
            string.Create(CultureInfo.InvariantCulture, $"a whole number from {lowest} to {highest}")),
    };

    /// <summary>A whole number of any size and sign.</summary>
    public static Option<long?> Long(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Read<long?>(
            result, text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null, "a whole number"),
    };

    /// <summary>A factor above 0, with a decimal point.</summary>
    public static Option<double?> Factor(string name, string description, double highest) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Read<double?>(
            result,
            text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0 && value <= highest ? value : null,
            string.Create(CultureInfo.InvariantCulture, $"a number above 0, at most {highest}, such as 0.5")),
    };

    /// <summary>A duration such as <c>30s</c>.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result => result.Tokens.Count == 0 ? null : Read<TimeSpan?>(result, text => DurationText.TryParse(text, out var value) ? value : null, DurationText.Expected),
    };

    /// <summary>A distance on the cursor's axis: a duration, or a number for numeric cursors.</summary>
    public static Option<CursorDistance?> Distance(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION|N",
        CustomParser = result => Read(result, ReadDistance, DurationText.Expected + ", or a plain number for a numeric watermark column"),
    };

    /// <summary>How many rows may be refused: a count or a share.</summary>
    public static Option<ErrorLimit?> ErrorLimit(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N|P%",
        CustomParser = result => Read(result, ReadErrorLimit, "a count such as 100 or a share such as 1%"),
    };

    /// <summary>One of a few words, in any case.</summary>
    public static Option<string?> Word(string name, string description, params string[] words)
    {
        var option = new Option<string?>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            CustomParser = result => Read(
                result, text => words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)), "one of " + string.Join(", ", words)),
        };
        option.CompletionSources.Add(words);
        return option;
    }

    private static T? Read<T>(ArgumentResult result, Func<string, T?> read, string expected)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        var value = read(text);
        if (value is null)
            result.AddError($"{(result.Parent as OptionResult)?.IdentifierToken?.Value ?? result.Argument.Name}: '{text}' is not {expected}.");
        return value;
    }

    private static CursorDistance? ReadDistance(string text)
    {
        TimeSpan? duration = DurationText.TryParse(text, out var time) ? time : null;
        decimal? number = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;
        return duration is null && number is null ? null : new CursorDistance(duration, number);
    }

    private static ErrorLimit? ReadErrorLimit(string text)
    {
        if (!text.EndsWith('%'))
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? new ErrorLimit(count, null) : null;
        return decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100
            ? new ErrorLimit(null, (double)(percent / 100))
            : null;
    }
}
