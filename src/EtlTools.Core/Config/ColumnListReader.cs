namespace EtlTools.Core.Config;

/// <summary>Reads <c>columns</c>: a list of names, or a map of source names to target names.</summary>
internal sealed class ColumnListReader(YamlProblems problems)
{
    private const string Key = "columns";

    /// <summary>Null when the key is not there.</summary>
    public IReadOnlyList<ColumnMapping>? Read(YamlMapReader reader) => reader.Node(Key) switch
    {
        null => null,
        YamlMap map => FromMap(reader, map),
        YamlList => [.. reader.TextList(Key).Select(name => new ColumnMapping(name, name))],
        var other => Refuse(other),
    };

    private List<ColumnMapping> FromMap(YamlMapReader reader, YamlMap map)
    {
        if (map.Entries.Count == 0)
            problems.Add(map, "'columns' is empty; remove it or fill it.");
        var found = new List<ColumnMapping>();
        foreach (var (source, node) in map.Entries)
        {
            if (reader.Text(node, $"the target of column '{source.Text}'") is not { } target)
                continue;
            if (found.Any(c => c.Target == target))
                problems.Add(node, $"'columns' fills the target column '{target}' twice.");
            else
                found.Add(new ColumnMapping(source.Text, target));
        }

        return found;
    }

    private IReadOnlyList<ColumnMapping>? Refuse(YamlNode node)
    {
        problems.Add(node, $"'columns' has to be a list of names or a map of source names to target names, not {node.Kind}.");
        return null;
    }
}
