using System.Text.RegularExpressions;

namespace EtlTools.Core.Config;

/// <summary>Reads one step of a column's transform.</summary>
internal sealed class TransformStepReader(bool sqlAllowed, YamlProblems problems)
{
    private static readonly string[] s_words =
        ["rename", "constant", "cast", "trim", "upper", "lower", "null_if", "map", "regex_replace", "mask", "hash", "sql"];

    private static readonly SettingParser<int> s_keepLast = SettingParsers.Integer(0, 64);

    /// <summary>The step; null when it is reported as a problem.</summary>
    public TransformStep? Read(string column, YamlNode place, string word, YamlNode? argument) => word switch
    {
        "trim" => Bare(new TrimStep(), word, argument),
        "upper" => Bare(new UpperStep(), word, argument),
        "lower" => Bare(new LowerStep(), word, argument),
        "hash" => Bare(new HashStep(), word, argument),
        "mask" when argument is null => new MaskStep(0),
        "mask" => Parsed(place, word, argument, s_keepLast, out var keep) ? new MaskStep(keep) : null,
        "rename" => Rename(place, word, argument),
        "constant" => argument is YamlScalar { IsNull: true } ? new ConstantStep(null) : Text(place, word, argument) is { } value ? new ConstantStep(value) : null,
        "cast" => Parsed(place, word, argument, CastType.Parser, out var type) ? new CastStep(type!) : null,
        "null_if" => NullIf(place, word, argument),
        "map" => Map(place, word, argument),
        "regex_replace" => RegexReplace(place, word, argument),
        "sql" => Sql(column, place, word, argument),
        _ => Refuse(place, $"there is no step '{word}'.{NearestName.Hint(word, s_words)} Steps are {string.Join(", ", s_words)}."),
    };

    /// <summary>A step without argument; in a map it is written with <c>true</c>.</summary>
    private TransformStep? Bare(TransformStep step, string word, YamlNode? argument) => argument is null or YamlScalar { IsPlain: true, Text: "true" }
        ? step
        : Refuse(argument, $"'{word}' has no argument; write it alone, or '{word}: true'.");

    private TransformStep? Rename(YamlNode place, string word, YamlNode? argument)
    {
        if (Text(place, word, argument) is not { } name)
            return null;
        return name.Length == 0 || name.Trim() != name || name.Any(char.IsControl)
            ? Refuse(argument!, $"'{word}' is empty, or has blanks around it or control characters in it.")
            : new RenameStep(name);
    }

    private NullIfStep? NullIf(YamlNode place, string word, YamlNode? argument)
    {
        if (argument is not YamlList list)
            return Text(place, word, argument) is { } single ? new NullIfStep([single]) : null;
        if (list.Items.Count == 0)
            problems.Add(list, $"'{word}' is an empty list.");
        string?[] values = [.. list.Items.Select(item => Text(item, word, item))];
        return values.Length > 0 && values.All(v => v is not null) ? new NullIfStep(values!) : null;
    }

    private MapStep? Map(YamlNode place, string word, YamlNode? argument)
    {
        if (argument is not YamlMap { Entries.Count: > 0 } map)
        {
            problems.Add(argument ?? place, $"'{word}' has to be a map of texts to texts, such as {{CA: California}}.");
            return null;
        }

        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Entries)
        {
            if (value is YamlScalar scalar)
                values.Add(key.Text, scalar.IsNull ? null : scalar.Text);
            else
                problems.Add(value, $"'{word}': '{key.Text}' has to become a single value, not {value.Kind}.");
        }

        return new MapStep(values);
    }

    private RegexReplaceStep? RegexReplace(YamlNode place, string word, YamlNode? argument)
    {
        if (argument is not YamlMap map)
        {
            problems.Add(argument ?? place, $"'{word}' has to be a map with 'pattern' and 'with'.");
            return null;
        }

        var reader = new YamlMapReader(map, ["pattern", "with"], problems);
        if (Text(map, "pattern", reader.Node("pattern")) is not { } pattern || Text(map, "with", reader.Node("with")) is not { } with)
            return null;
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new RegexReplaceStep(pattern, with);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problems.Add(reader.Place("pattern"), $"'pattern': this regular expression is not possible: {e.Message.TrimEnd('.')}.");
            return null;
        }
    }

    private TransformStep? Sql(string column, YamlNode place, string word, YamlNode? argument)
    {
        if (!sqlAllowed)
            return Refuse(place, $"column '{column}' is computed by SQL from this file; write 'allow_sql: true' at the top of the file to let it run in the source database.");
        if (Text(place, word, argument) is not { } text)
            return null;
        var fault = string.IsNullOrWhiteSpace(text) ? "is empty" : SqlExpressionText.Fault(text);
        return fault is null ? new SqlStep(text) : Refuse(argument!, $"the expression of column '{column}' {fault}.");
    }

    private bool Parsed<T>(YamlNode place, string word, YamlNode? argument, SettingParser<T> parser, out T value)
    {
        value = default!;
        if (Text(place, word, argument) is not { } text)
            return false;
        if (parser.TryParse(text, out value))
            return true;
        problems.Add(argument!, $"'{word}': '{text}' is not {parser.Expected}.");
        return false;
    }

    private TransformStep? Refuse(YamlNode place, string sentence)
    {
        problems.Add(place, sentence);
        return null;
    }

    private string? Text(YamlNode place, string word, YamlNode? argument)
    {
        if (argument is YamlScalar { IsNull: false } scalar)
            return scalar.Text;
        problems.Add(argument ?? place, $"'{word}' needs a single value; put an empty text or the word null in quotes.");
        return null;
    }
}
