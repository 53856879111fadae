namespace EtlTools.Core.Config;

/// <summary>Finds what somebody probably meant when a name is not known.</summary>
public static class NearestName
{
    /// <summary>The known name nearest to <paramref name="name"/> by typing mistakes, ignoring case; null when none is near.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        var limit = Math.Clamp(name.Length / 4, 1, 2);
        string? nearest = null;
        foreach (var candidate in known)
        {
            // A length difference is a lower bound of the distance: most candidates need no table.
            if (Math.Abs(candidate.Length - name.Length) > limit)
                continue;
            var distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance > limit || (distance == limit && nearest is not null))
                continue;
            nearest = candidate;
            limit = distance;
        }

        return nearest;
    }

    /// <summary>As a sentence to append to a message: <c> Did you mean X?</c>, or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> known) =>
        Find(name, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    /// <summary>Optimal string alignment: insertions, deletions, replacements, and neighbours swapped.</summary>
    private static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= right.Length; j++)
            table[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    best = Math.Min(best, table[i - 2, j - 2] + 1);
                table[i, j] = best;
            }
        }

        return table[left.Length, right.Length];
    }
}
