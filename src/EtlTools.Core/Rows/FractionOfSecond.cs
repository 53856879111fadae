namespace EtlTools.Core.Rows;

/// <summary>The fraction of a second inside a time text such as <c>2024-01-02T03:04:05.123456789+0530</c>.</summary>
internal readonly ref struct FractionOfSecond
{
    private readonly ReadOnlySpan<char> _text;
    private readonly int _keepEnd;
    private readonly int _end;

    private FractionOfSecond(ReadOnlySpan<char> text, int keepEnd, int end)
    {
        _text = text;
        _keepEnd = keepEnd;
        _end = end;
    }

    /// <summary>Finds the digits after the point that lie beyond <paramref name="digits"/>.</summary>
    public static FractionOfSecond Split(ReadOnlySpan<char> text, int digits)
    {
        var point = text.IndexOf('.');
        if (point < 0) return new FractionOfSecond(text, text.Length, text.Length);
        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        var keep = Math.Min(end, point + 1 + digits);
        return new FractionOfSecond(text, keep == point + 1 ? point : keep, end);
    }

    /// <summary>Whether cutting the surplus digits off would lose something.</summary>
    public bool LosesDigits => _text[_keepEnd.._end].ContainsAnyExcept("0.");

    /// <summary>Whether what follows the surplus digits is nothing, so that <see cref="Head"/> is the whole result.</summary>
    public bool IsTail => _end == _text.Length;

    /// <summary>The text up to the last digit kept.</summary>
    public ReadOnlySpan<char> Head => _text[.._keepEnd];

    /// <summary>What follows the surplus digits: the offset, or nothing.</summary>
    public ReadOnlySpan<char> Tail => _text[_end..];
}
