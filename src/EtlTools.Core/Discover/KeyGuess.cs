namespace EtlTools.Core.Discover;

/// <summary>Guesses the key of a table: what tells its rows apart.</summary>
internal static class KeyGuess
{
    /// <summary>The primary key, or else the shortest unique index whose columns are never NULL.</summary>
    public static Guess<IReadOnlyList<string>> Of(TableFacts facts, List<string> warnings)
    {
        foreach (var key in facts.UniqueKeys)
        {
            if (key.IsPrimary) return new(key.Columns, $"primary key {key.Name}");
            if (key.Columns.All(name => facts.Table.Find(name) is { NotNull: true })) return new(key.Columns, $"no primary key; unique index {key.Name}, never NULL");
        }

        if (facts.IsView)
        {
            warnings.Add("a view has no key: name under pk the columns that tell its rows apart");
            return new(null, "a view has no key");
        }

        var nullable = facts.UniqueKeys.Count > 0 ? facts.UniqueKeys[0].Name : null;
        warnings.Add(nullable is null
            ? "no primary key and no unique index: rows cannot be told apart. Add a primary key"
            : $"no primary key; the unique index {nullable} has columns that may be NULL. Add a primary key, or NOT NULL");
        return new(null, "no primary key, and no unique index that is never NULL");
    }
}
