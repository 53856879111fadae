using System.Globalization;
using EtlTools.Core.Errors;

namespace EtlTools.Core.State;

/// <summary>What a user typed to name quarantined rows: numbers of entries, and names of tables.</summary>
internal sealed record QuarantineSelection(IReadOnlyList<long> Ids, IReadOnlyList<string> Tables)
{
    /// <summary>Tells numbers from names.</summary>
    public static QuarantineSelection Of(IReadOnlyList<string> items) => new(
        [.. items.Where(IsId).Select(item => long.Parse(item, CultureInfo.InvariantCulture))],
        [.. items.Where(item => !IsId(item))]);

    /// <summary>The rows with these numbers.</summary>
    /// <exception cref="ConfigurationException">There is no row with one of them.</exception>
    public IEnumerable<QuarantinedRow> Found(IReadOnlyList<QuarantinedRow> all)
    {
        var byId = all.ToDictionary(row => row.Id);
        var missing = Ids.Where(id => !byId.ContainsKey(id)).ToList();
        return missing.Count == 0
            ? Ids.Select(id => byId[id])
            : throw new ConfigurationException([.. missing.Select(id => $"There is no quarantined row {id.ToString(CultureInfo.InvariantCulture)}.")], "'etl errors list --status all' lists them.");
    }

    private static bool IsId(string item) => long.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
