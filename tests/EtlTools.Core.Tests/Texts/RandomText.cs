using System.Text;

namespace EtlTools.Core.Tests.Texts;

/// <summary>Seeded texts rich in what encoders stumble over.</summary>
internal static class RandomText
{
    private static readonly string[] s_pieces =
        ["\\", "\\N", "\\.", "\t", "\n", "\r", "\r\n", "\"", "'", ".", " ", "a", "Z", "0", "\u0001", "\u001f", "\u007f", "\u0085", "é", "e\u0301", "中", "规模", "😀", "𝄞", "\ufeff", "\uffff", "\u2028"];

    /// <summary>A text that PostgreSQL can store.</summary>
    public static string Next(Random random, int pieces = 12)
    {
        var text = new StringBuilder();
        for (var i = random.Next(pieces + 1); i > 0; i--) text.Append(s_pieces[random.Next(s_pieces.Length)]);
        return text.ToString();
    }

    /// <summary>Any UTF-16 units, lone surrogates and NUL among them.</summary>
    public static string NextUnits(Random random) => string.Create(random.Next(1, 9), random, static (span, r) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = r.Next(4) switch { 0 => (char)r.Next(0xd800, 0xe000), 1 => (char)r.Next(0, 0x20), _ => (char)r.Next(0x10000) };
    });
}
