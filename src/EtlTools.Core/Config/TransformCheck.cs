namespace EtlTools.Core.Config;

/// <summary>Finds transforms that contradict the rest of their table's entry.</summary>
internal sealed class TransformCheck(YamlProblems problems)
{
    /// <summary>Reports each contradiction at its column.</summary>
    public void Check(
        YamlMapReader table,
        IReadOnlyList<string> key,
        IReadOnlyList<ColumnMapping>? columns,
        IReadOnlyList<string> exclude,
        IReadOnlyList<ColumnTransform> transforms)
    {
        var targets = (columns ?? []).Where(c => !transforms.Any(t => t.NewName is not null && t.Column == c.Source)).Select(c => c.Target).ToList();
        foreach (var transform in transforms)
        {
            var place = Place(table, transform.Column);
            var mapping = columns?.FirstOrDefault(c => c.Source == transform.Column);
            if (exclude.Contains(transform.Column, StringComparer.Ordinal))
                problems.Add(place, $"column '{transform.Column}' is transformed, but 'exclude' leaves it out.");
            if (columns is not null && mapping is null && !transform.IsComputed)
                problems.Add(place, $"column '{transform.Column}' is transformed, but 'columns' leaves it out.");
            if (transform.NewName is { } name)
            {
                if (mapping is not null && mapping.Target != mapping.Source)
                    problems.Add(place, $"column '{transform.Column}' is renamed here and in 'columns'; keep one.");
                if (targets.Contains(name, StringComparer.Ordinal))
                    problems.Add(place, $"column '{transform.Column}' gets the name '{name}', which another column has.");
                targets.Add(name);
            }

            CheckKey(place, key, transform, mapping);
        }
    }

    /// <summary>Steps that can make two keys one would let rows replace each other without a word.</summary>
    private void CheckKey(YamlNode place, IReadOnlyList<string> key, ColumnTransform transform, ColumnMapping? mapping)
    {
        var target = transform.NewName ?? mapping?.Target ?? transform.Column;
        if (key.Contains(target, StringComparer.OrdinalIgnoreCase) && transform.Steps.Any(step => step is not (RenameStep or HashStep or SqlStep)))
            problems.Add(place, $"'{target}' is a key column: only rename, hash and sql are possible, since other steps could make two keys equal.");
    }

    private static YamlNode Place(YamlMapReader table, string column) =>
        table.Node("transform") is YamlMap map ? map.Entries.First(e => e.Key.Text == column).Key : table.Place("transform");
}
