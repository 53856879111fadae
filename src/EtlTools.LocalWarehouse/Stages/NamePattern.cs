using System.Text.RegularExpressions;
using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse.Stages;

/// <summary>The regular expression of PATTERN, which must match a whole path.</summary>
internal sealed class NamePattern
{
    private readonly Regex _regex;

    private NamePattern(Regex regex) => _regex = regex;

    internal static NamePattern? Parse(string? pattern)
    {
        if (pattern is null) return null;
        try
        {
            return new NamePattern(new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(5)));
        }
        catch (ArgumentException exception)
        {
            throw new LocalWarehouseException(100048, "2201B", $"Invalid regular expression: '{pattern}', {exception.Message}");
        }
    }

    internal bool Matches(string path)
    {
        try
        {
            return _regex.IsMatch(path);
        }
        catch (RegexMatchTimeoutException)
        {
            throw WarehouseErrors.Unsupported("PATTERN that takes longer than 5 seconds to match one name");
        }
    }
}
