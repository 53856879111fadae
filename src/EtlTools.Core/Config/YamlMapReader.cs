namespace EtlTools.Core.Config;

/// <summary>Reads the keys of one YAML map against a closed list; what is missing, unknown or of the wrong type becomes a problem.</summary>
internal sealed class YamlMapReader
{
    private readonly YamlMap _map;
    private readonly YamlProblems _problems;
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);

    public YamlMapReader(YamlMap map, IReadOnlyCollection<string> known, YamlProblems problems)
    {
        _map = map;
        _problems = problems;
        foreach (var (key, value) in map.Entries)
        {
            if (!known.Contains(key.Text))
                problems.Add(key, $"there is no key '{key.Text}' here.{NearestName.Hint(key.Text, known)}");
            else if (value is YamlScalar { IsNull: true })
                problems.Add(key, $"'{key.Text}' has no value; give it one or remove the line.");
            else
                _values.Add(key.Text, value);
        }
    }

    /// <summary>The node under a key; null when it is not there.</summary>
    public YamlNode? Node(string key) => _values.GetValueOrDefault(key);

    /// <summary>Takes a key out, so that what was said about it is all that is said about it.</summary>
    public void Forget(string key) => _values.Remove(key);

    /// <summary>Where to point when something about a key is wrong: its value, or the whole map.</summary>
    public YamlNode Place(string key) => _values.GetValueOrDefault(key, _map);

    /// <summary>Non-empty text; null when it is not there or is reported as a problem.</summary>
    public string? Text(string key) => Node(key) is { } node ? Text(node, $"'{key}'") : null;

    /// <summary>As <see cref="Text(string)"/>, and a problem when it is not there.</summary>
    public string? RequiredText(string key)
    {
        if (!_values.ContainsKey(key) && !_map.Entries.Any(e => e.Key.Text == key))
            _problems.Add(_map, $"'{key}' is missing.");
        return Text(key);
    }

    /// <summary>A value with a parser; <paramref name="normal"/> when it is not there or is reported as a problem.</summary>
    public T Value<T>(string key, SettingParser<T> parser, T normal)
    {
        if (Text(key) is not { } text)
            return normal;
        if (parser.TryParse(text, out var value))
            return value;
        _problems.Add(Node(key)!, $"'{key}': '{text}' is not {parser.Expected}.");
        return normal;
    }

    /// <summary>A word of a closed list.</summary>
    public T Word<T>(string key, Words<T> words, T normal)
        where T : struct, Enum => Value(key, SettingParsers.Word(words), normal);

    /// <summary>One text or a list of them, each once; empty when it is not there or is reported as a problem.</summary>
    public IReadOnlyList<string> TextList(string key)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case YamlScalar scalar:
                return Text(scalar, $"'{key}'") is { } single ? [single] : [];
            case YamlList list:
                if (list.Items.Count == 0)
                    _problems.Add(list, $"'{key}' is an empty list; remove it or fill it.");
                return Distinct(key, list.Items.Select(item => (item, Text(item, $"each entry of '{key}'"))));
            case var other:
                _problems.Add(other!, $"'{key}' has to be a single value or a list, not {other!.Kind}.");
                return [];
        }
    }

    /// <summary>Text of a node; null and a problem when it is something else, empty, or surrounded by blanks.</summary>
    public string? Text(YamlNode node, string what)
    {
        if (node is not YamlScalar { IsNull: false } scalar)
        {
            _problems.Add(node, $"{what} has to be a single value, not {node.Kind}.");
            return null;
        }

        if (scalar.Text.Length > 0 && scalar.Text.Trim() == scalar.Text && !scalar.Text.Any(char.IsControl))
            return scalar.Text;
        _problems.Add(node, $"{what} is empty, or has blanks around it or control characters in it.");
        return null;
    }

    private List<string> Distinct(string key, IEnumerable<(YamlNode Node, string? Text)> items)
    {
        var found = new List<string>();
        foreach (var (node, text) in items)
        {
            if (text is null)
                continue;
            if (found.Contains(text))
                _problems.Add(node, $"'{key}' names '{text}' twice.");
            else
                found.Add(text);
        }

        return found;
    }
}
