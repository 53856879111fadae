using System.Globalization;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>NUMBER(p,s): rounds half away from zero, as PostgreSQL's numeric does; what does not fit then is refused.</summary>
internal sealed class NumberWriter(int precision, int scale) : ColumnWriter
{
    internal override Fault? Write(ReadOnlySpan<byte> value, CopyText output)
    {
        var text = Trim(value);
        if (!DecimalText.TryRead(text, out var number) || number.ExponentDigits > 3) return Fault.Number(value);
        if (!number.Fits(text, precision, scale)) return Fault.Range(value);
        output.Raw(text);
        return null;
    }
}

internal sealed class FloatWriter : ColumnWriter
{
    internal override Fault? Write(ReadOnlySpan<byte> value, CopyText output)
    {
        var text = Trim(value);
        if (!DecimalText.TryRead(text, out var number)) return Special(text, value, output);
        var parsed = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(parsed) || (parsed == 0 && !number.IsZero(text)))
            return new Fault(100132, "22003", $"Number out of representable range: type REAL, value '{Fault.Text(value)}'");
        parsed.TryFormat(output.Free(32), out var written, "R", CultureInfo.InvariantCulture);
        output.Advance(written);
        return null;
    }

    private static Fault? Special(ReadOnlySpan<byte> text, ReadOnlySpan<byte> value, CopyText output)
    {
        var word = text.Length <= 9 ? System.Text.Encoding.UTF8.GetString(text).ToLowerInvariant() : "";
        switch (word)
        {
            case "nan": output.Raw("NaN"u8); return null;
            case "inf" or "infinity" or "+inf": output.Raw("Infinity"u8); return null;
            case "-inf" or "-infinity": output.Raw("-Infinity"u8); return null;
            default: return Fault.Number(value);
        }
    }
}

/// <summary>The parts of a decimal number's text: where its digits are, and its exponent.</summary>
internal readonly record struct DecimalText(int Start, int Point, int End, int Exponent, int ExponentDigits)
{
    private const int LargeExponent = 100_000;

    /// <summary>Reads <c>[+-]digits[.digits][e[+-]digits]</c>, all of it.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> text, out DecimalText number)
    {
        number = default;
        var at = text.Length > 0 && text[0] is (byte)'+' or (byte)'-' ? 1 : 0;
        var start = at;
        while (at < text.Length && char.IsAsciiDigit((char)text[at])) at++;
        var point = at;
        var digits = at - start;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit((char)text[at])) at++;
            digits = at - start - 1;
        }

        if (digits == 0) return false;
        var end = at;
        var (exponent, exponentDigits) = (0, 0);
        if (at < text.Length && text[at] is (byte)'e' or (byte)'E')
        {
            var rest = text[(at + 1)..];
            var sign = rest.Length > 0 && rest[0] is (byte)'+' or (byte)'-' ? 1 : 0;
            exponentDigits = rest.Length - sign;
            if (exponentDigits == 0 || rest[sign..].ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
            foreach (var digit in rest[sign..]) exponent = Math.Min(LargeExponent, (exponent * 10) + digit - '0');
            if (rest[0] == '-') exponent = -exponent;
            at = text.Length;
        }

        number = new DecimalText(start, point, end, exponent, exponentDigits);
        return at == text.Length;
    }

    internal bool IsZero(ReadOnlySpan<byte> text) => !text[Start..End].ContainsAnyExcept("0."u8);

    /// <summary>True when the number, rounded to the scale, has no more digits than the precision allows.</summary>
    internal bool Fits(ReadOnlySpan<byte> text, int precision, int scale)
    {
        var limit = precision - scale;
        if (Exponent == 0 && Point - Start < limit) return true;
        // The first digit that counts, and how many digits stand before the point from there on.
        var first = Start;
        while (first < End && text[first] is (byte)'0' or (byte)'.') first++;
        if (first == End) return true;
        var whole = (first < Point ? Point - first : Point + 1 - first) + Exponent;
        if (whole != limit) return whole < limit;
        // As many digits as fit: only rounding up from all nines makes one more.
        var seen = 0;
        for (var i = first; i < End; i++)
        {
            if (text[i] == '.') continue;
            if (seen++ == precision) return text[i] < (byte)'5';
            if (text[i] != '9') return true;
        }

        return true;
    }
}
