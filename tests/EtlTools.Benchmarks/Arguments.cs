using System.Globalization;

namespace EtlTools.Benchmarks;

/// <summary>What a benchmark is asked to do.</summary>
/// <param name="Rows">Table sizes, one after the other.</param>
/// <param name="Repeat">How often each is measured; the median counts.</param>
internal sealed record Arguments(IReadOnlyList<int> Rows, int Repeat)
{
    public static Arguments Parse(string[] words)
    {
        var rows = new List<int>();
        var repeat = 3;
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            var value = int.Parse(words[i + 1], CultureInfo.InvariantCulture);
            if (words[i] == "--rows") rows.Add(value);
            else if (words[i] == "--repeat") repeat = value;
            else throw new ArgumentException($"unknown option {words[i]}");
        }

        return new Arguments(rows.Count > 0 ? rows : [1_000_000], repeat);
    }
}
