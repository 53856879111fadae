using System.Management.Automation;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>What is offered for the word that is being typed: names that begin with it or match it, quoted where they have to be.</summary>
internal static class CompletionWords
{
    /// <summary>The offers, each name once.</summary>
    /// <param name="word">What is typed so far, perhaps with a quote before it; may be null.</param>
    /// <param name="names">All names, each with what is said of it.</param>
    public static IEnumerable<CompletionResult> For(string? word, IEnumerable<(string Name, string About)> names)
    {
        var pattern = WildcardPattern.Get((word ?? "").Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return names.DistinctBy(entry => entry.Name).Where(entry => pattern.IsMatch(entry.Name))
            .Select(entry => new CompletionResult(Quote(entry.Name), entry.Name, CompletionResultType.ParameterValue, entry.About));
    }

    private static string Quote(string name) =>
        name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-') && name[0] != '-' ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
}
