using System.Text.Unicode;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>How values of a column are checked when they are too long.</summary>
internal enum LengthRule
{
    Refuse,
    Truncate,
}

/// <summary>
/// Checks the text of a value as Snowflake's cast to the column's type does, and writes it as PostgreSQL reads it: nothing
/// that passes here is refused by PostgreSQL, so that an error is known with its place in the file.
/// </summary>
internal abstract class ColumnWriter
{
    /// <summary>Writes the value; null when it was fine, else nothing usable was written.</summary>
    internal abstract Fault? Write(ReadOnlySpan<byte> value, CopyText output);

    /// <param name="type">The column's type.</param>
    /// <param name="format">The file's date, time and binary formats.</param>
    /// <param name="zone">The session's time zone.</param>
    /// <param name="length">What becomes of text longer than the column.</param>
    internal static ColumnWriter For(SnowType type, FileFormat format, TimeZoneInfo zone, LengthRule length) => type.Kind switch
    {
        TypeKind.Number => new NumberWriter(type.Precision, type.Scale),
        TypeKind.Float => new FloatWriter(),
        TypeKind.Boolean => new BooleanWriter(),
        TypeKind.Text => new TextWriter(type.Length, length),
        TypeKind.Binary => new BinaryWriter(type.Length, format.Binary),
        TypeKind.Date => new TimeWriter(type, format.Date, zone),
        TypeKind.Time => new TimeWriter(type, format.Time, zone),
        TypeKind.TimestampNtz or TypeKind.TimestampLtz or TypeKind.TimestampTz => new TimeWriter(type, format.Timestamp, zone),
        TypeKind.Variant or TypeKind.Object or TypeKind.Array => new JsonWriter(type.Kind),
        _ => throw new InvalidOperationException(type.ToString()),
    };

    protected static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t\r\n\f\v"u8);
}

/// <summary>Any text: for the columns of a transformation.</summary>
internal sealed class TextWriter(int length, LengthRule rule) : ColumnWriter
{
    internal override Fault? Write(ReadOnlySpan<byte> value, CopyText output)
    {
        if (!Utf8.IsValid(value)) return Fault.Utf8(value);
        if (value.Length > length && Cut(value) is var fitting && fitting.Length < value.Length)
        {
            if (rule == LengthRule.Refuse) return Fault.Length(length, value);
            value = fitting;
        }

        return output.Text(value) ? null : Fault.Nul;
    }

    /// <summary>The first characters, as code points, that the column holds.</summary>
    private ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> value)
    {
        var characters = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if ((value[i] & 0xC0) != 0x80 && characters++ == length) return value[..i];
        }

        return value;
    }
}

internal sealed class BooleanWriter : ColumnWriter
{
    internal override Fault? Write(ReadOnlySpan<byte> value, CopyText output)
    {
        var text = value.Trim((byte)' ');
        Span<byte> lower = stackalloc byte[5];
        if (text.Length is 0 or > 5) return Fault.Boolean(value);
        for (var i = 0; i < text.Length; i++) lower[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
        lower = lower[..text.Length];
        if (lower.SequenceEqual("true"u8) || lower.SequenceEqual("t"u8) || lower.SequenceEqual("1"u8) || lower.SequenceEqual("yes"u8) || lower.SequenceEqual("y"u8) || lower.SequenceEqual("on"u8))
            output.Byte((byte)'t');
        else if (lower.SequenceEqual("false"u8) || lower.SequenceEqual("f"u8) || lower.SequenceEqual("0"u8) || lower.SequenceEqual("no"u8) || lower.SequenceEqual("n"u8) || lower.SequenceEqual("off"u8))
            output.Byte((byte)'f');
        else
            return Fault.Boolean(value);
        return null;
    }
}

internal sealed class BinaryWriter(int length, string encoding) : ColumnWriter
{
    private static readonly System.Buffers.SearchValues<byte> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF"u8);

    internal override Fault? Write(ReadOnlySpan<byte> value, CopyText output)
    {
        if (encoding == "HEX")
        {
            if (value.Length % 2 != 0 || value.ContainsAnyExcept(HexDigits)) return Fault.Binary(value, encoding);
            if (value.Length / 2 > length) return Fault.BinaryLength;
            output.Raw("\\\\x"u8);
            output.Raw(value);
            return null;
        }

        if (encoding != "BASE64") return Hex(value, output);
        var bytes = new byte[System.Buffers.Text.Base64.GetMaxDecodedFromUtf8Length(value.Length)];
        return System.Buffers.Text.Base64.DecodeFromUtf8(value, bytes, out _, out var count) == System.Buffers.OperationStatus.Done && !value.ContainsAny(" \t\r\n"u8)
            ? Hex(bytes.AsSpan(0, count), output)
            : Fault.Binary(value, encoding);
    }

    private Fault? Hex(ReadOnlySpan<byte> bytes, CopyText output)
    {
        if (bytes.Length > length) return Fault.BinaryLength;
        output.Raw("\\\\x"u8);
        Convert.TryToHexString(bytes, output.Free(bytes.Length * 2), out var written);
        output.Advance(written);
        return null;
    }
}
