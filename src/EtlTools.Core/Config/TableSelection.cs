using System.Text.RegularExpressions;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Config;

/// <summary>Finds the tables a user means by their pipeline's name, source or target; <c>*</c> stands for any characters.</summary>
public static class TableSelection
{
    /// <summary>The pipelines of the configuration that are meant, in its order; all of them when no pattern is given.</summary>
    /// <exception cref="ConfigurationException">A pattern matches nothing; the message lists what there is.</exception>
    public static IReadOnlyList<PipelineDefinition> Select(EtlConfiguration configuration, IReadOnlyList<string> patterns) =>
        Select(configuration.Pipelines, p => [p.Name, p.Source, p.Target], patterns, configuration.Path);

    /// <summary>Likewise, of any items that have names.</summary>
    /// <param name="items">What there is.</param>
    /// <param name="namesOf">Names of an item; the first is the one it is listed under.</param>
    /// <param name="patterns">What the user typed.</param>
    /// <param name="where">Where the items come from, for the message.</param>
    public static IReadOnlyList<T> Select<T>(IReadOnlyList<T> items, Func<T, string[]> namesOf, IReadOnlyList<string> patterns, string where)
        where T : class
    {
        if (patterns.Count == 0) return items;
        var meant = new HashSet<T>();
        var unknown = new List<string>();
        foreach (var pattern in patterns)
        {
            // Quoted names may differ in case only: what is typed exactly is meant exactly.
            var found = Matching(items, namesOf, pattern, RegexOptions.None);
            if (found.Count == 0) found = Matching(items, namesOf, pattern, RegexOptions.IgnoreCase);
            if (found.Count == 0) unknown.Add($"There is no table '{pattern}' in {where}.{NearestName.Hint(pattern, items.SelectMany(namesOf))}");
            meant.UnionWith(found);
        }

        if (unknown.Count > 0)
        {
            var names = items.Count == 0 ? "It has none." : $"It has: {string.Join(", ", items.Select(item => namesOf(item)[0]))}.";
            throw new ConfigurationException(unknown, $"{names} A table is named by its name, source or target; * stands for any characters.");
        }

        return [.. items.Where(meant.Contains)];
    }

    private static List<T> Matching<T>(IReadOnlyList<T> items, Func<T, string[]> namesOf, string pattern, RegexOptions options)
    {
        var expression = "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
        return [.. items.Where(item => namesOf(item).Any(name => Regex.IsMatch(name, expression, options | RegexOptions.CultureInvariant | RegexOptions.Singleline)))];
    }
}
