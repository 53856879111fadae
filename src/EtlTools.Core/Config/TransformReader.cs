namespace EtlTools.Core.Config;

/// <summary>Reads <c>transform</c>: a map of source columns to a step, a list of steps, or a map of steps in their order.</summary>
internal sealed class TransformReader(bool sqlAllowed, YamlProblems problems)
{
    private const string Key = "transform";

    private readonly TransformStepReader _steps = new(sqlAllowed, problems);

    /// <summary>Empty when the key is not there.</summary>
    public IReadOnlyList<ColumnTransform> Read(YamlMapReader table)
    {
        if (table.Node(Key) is not { } node)
            return [];
        if (node is not YamlMap { Entries.Count: > 0 } map)
        {
            problems.Add(node, $"'{Key}' has to be a map of columns to steps, such as {{state: upper}}, not {(node is YamlMap ? "an empty one" : node.Kind)}.");
            return [];
        }

        var found = new List<ColumnTransform>();
        foreach (var (column, steps) in map.Entries)
        {
            if (table.Text(column, $"a column in '{Key}'") is { } name && Steps(name, steps) is { Count: > 0 } read)
                found.Add(new ColumnTransform(name, read));
        }

        return found;
    }

    private List<TransformStep> Steps(string column, YamlNode node)
    {
        var found = new List<TransformStep>();
        foreach (var (place, word, argument) in Written(column, node))
        {
            if (_steps.Read(column, place, word, argument) is not { } step)
                continue;
            if (step is ConstantStep or SqlStep && found.Count > 0)
                problems.Add(place, $"'{word}' has to be the first step of column '{column}': it does not use the value before it.");
            else if (step is RenameStep && found.OfType<RenameStep>().Any())
                problems.Add(place, $"column '{column}' is renamed twice.");
            else
                found.Add(step);
        }

        return found;
    }

    /// <summary>The steps as written: where, the word, and its argument when it has one.</summary>
    private List<(YamlNode Place, string Word, YamlNode? Argument)> Written(string column, YamlNode node)
    {
        switch (node)
        {
            case YamlScalar { IsNull: false } word:
                return [(word, word.Text, null)];
            case YamlMap { Entries.Count: > 0 } map:
                return [.. map.Entries.Select(e => ((YamlNode)e.Key, e.Key.Text, (YamlNode?)e.Value))];
            case YamlList { Items.Count: > 0 } list:
                return [.. list.Items.SelectMany(item => item is YamlList ? Refuse(column, item) : Written(column, item))];
            default:
                return Refuse(column, node);
        }
    }

    private List<(YamlNode Place, string Word, YamlNode? Argument)> Refuse(string column, YamlNode node)
    {
        problems.Add(node, $"column '{column}' needs a step, such as trim, or a list of steps.");
        return [];
    }
}
