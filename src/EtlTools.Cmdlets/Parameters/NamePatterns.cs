using System.Management.Automation;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Names that a user typed, in which * stands for any characters. What is named without * has to exist: a typing error must not look like "there is nothing".</summary>
/// <param name="what">What they are names of, such as "backfill".</param>
/// <param name="names">What was typed; none means all.</param>
internal sealed class NamePatterns(string what, IReadOnlyList<string> names)
{
    private readonly List<WildcardPattern> _patterns =
        [.. names.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];

    /// <summary>Whether a name is meant; one that is missing never is, unless all are.</summary>
    public bool Mean(string? name) => _patterns.Count == 0 || (name is not null && _patterns.Exists(pattern => pattern.IsMatch(name)));

    /// <summary>Refuses a name without * that is not among those there are.</summary>
    /// <param name="all">What there is.</param>
    /// <param name="remedy">Where to look.</param>
    /// <exception cref="ConfigurationException">A name is not there; the message has the nearest.</exception>
    public void EnsureFound(IEnumerable<string> all, string remedy)
    {
        var there = all.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var unknown = names.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !there.Contains(name)).Distinct().ToList();
        if (unknown.Count > 0)
            throw new ConfigurationException([.. unknown.Select(name => $"There is no {what} '{name}'.{NearestName.Hint(name, there)}")], remedy);
    }
}
