using EtlTools.Core.Errors;

namespace EtlTools.Core.State.Migrations;

/// <summary>The sets of migrations a program knows, each in the order of application.</summary>
internal sealed class MigrationCatalog(IEnumerable<MigrationScript> scripts)
{
    private const string Root = "db/postgres/";

    private readonly Dictionary<string, List<MigrationScript>> _sets = scripts.GroupBy(script => script.Set).ToDictionary(
        set => set.Key,
        set => set.OrderBy(script => script.IsRepeatable).ThenBy(script => script.Version, StringComparer.Ordinal).ToList());

    /// <summary>What is built in: files in <c>db/postgres</c> are set <c>state</c>, those in a folder of it are the set of that name.</summary>
    public static MigrationCatalog BuiltIn { get; } = new(
        from path in EmbeddedScripts.Paths
        where path.StartsWith(Root, StringComparison.Ordinal)
        let parts = path[Root.Length..].Split('/')
        select MigrationScript.From(parts.Length == 1 ? MigrationSets.State : parts[0], path, EmbeddedScripts.Read(path)));

    /// <exception cref="ConfigurationException">There is no such set.</exception>
    public IReadOnlyList<MigrationScript> Scripts(string set) => _sets.TryGetValue(set, out var scripts)
        ? scripts
        : throw new ConfigurationException($"There is no migration set '{set}'.", $"Choose from: {string.Join(", ", _sets.Keys.Order(StringComparer.Ordinal))}.");
}
