using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EtlTools.LocalWarehouse.Sql.Formats;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>Decodes one column's cells from PostgreSQL's binary format.</summary>
internal abstract class CellReader(int ordinal)
{
    protected int Ordinal => ordinal;

    internal bool IsNull(CopyRow row) => row.IsNull(ordinal);

    internal abstract string Text(CopyRow row);

    internal abstract object Value(CopyRow row);

    /// <summary>The bytes of <see cref="Text"/>.</summary>
    internal virtual ReadOnlySpan<byte> Utf8(CopyRow row) => Encoding.UTF8.GetBytes(Text(row));

    /// <summary>The cell as in Snowflake's JSON row sets; valid until the next call.</summary>
    internal virtual ReadOnlySpan<byte> Wire(CopyRow row) => Utf8(row);
}

internal sealed class TextCell(int ordinal) : CellReader(ordinal)
{
    internal override ReadOnlySpan<byte> Utf8(CopyRow row) => row.Bytes(Ordinal);

    internal override string Text(CopyRow row) => Encoding.UTF8.GetString(row.Bytes(Ordinal));

    internal override object Value(CopyRow row) => Encoding.UTF8.GetString(row.Bytes(Ordinal));
}

internal sealed class NumberCell(int ordinal, int scale) : CellReader(ordinal)
{
    internal override ReadOnlySpan<byte> Utf8(CopyRow row) => row.Bytes(Ordinal);

    internal override string Text(CopyRow row) => Encoding.UTF8.GetString(row.Bytes(Ordinal));

    internal override object Value(CopyRow row)
    {
        var text = Encoding.UTF8.GetString(row.Bytes(Ordinal));
        return scale == 0 ? (object)NumberText.ToInt64(text) : NumberText.ToDecimal(text);
    }
}

internal sealed class FloatCell(int ordinal) : CellReader(ordinal)
{
    internal override string Text(CopyRow row) => Encoding.UTF8.GetString(row.Bytes(Ordinal)) switch
    {
        "Infinity" => "inf",
        "-Infinity" => "-inf",
        var text => text,
    };

    internal override ReadOnlySpan<byte> Wire(CopyRow row)
    {
        var text = row.Bytes(Ordinal);
        return text.EndsWith("y"u8) ? (text[0] == '-' ? "-inf"u8 : "inf"u8) : text;
    }

    internal override object Value(CopyRow row) => NumberText.ToDouble(Encoding.UTF8.GetString(row.Bytes(Ordinal)));
}

internal sealed class BooleanCell(int ordinal) : CellReader(ordinal)
{
    internal override string Text(CopyRow row) => row.Bytes(Ordinal)[0] != 0 ? "true" : "false";

    internal override ReadOnlySpan<byte> Wire(CopyRow row) => row.Bytes(Ordinal)[0] != 0 ? "1"u8 : "0"u8;

    internal override object Value(CopyRow row) => row.Bytes(Ordinal)[0] != 0;
}

internal sealed class BinaryCell(int ordinal, string format) : CellReader(ordinal)
{
    private byte[] _hex = [];

    internal override string Text(CopyRow row)
    {
        var bytes = row.Bytes(Ordinal);
        return format switch
        {
            "BASE64" => Convert.ToBase64String(bytes),
            "UTF-8" => Encoding.UTF8.GetString(bytes),
            _ => Convert.ToHexString(bytes),
        };
    }

    /// <summary>Row sets carry hex, whatever the session's format is.</summary>
    internal override ReadOnlySpan<byte> Wire(CopyRow row)
    {
        var bytes = row.Bytes(Ordinal);
        if (_hex.Length < bytes.Length * 2) _hex = new byte[bytes.Length * 2];
        Convert.TryToHexString(bytes, _hex, out var written);
        return _hex.AsSpan(0, written);
    }

    internal override object Value(CopyRow row) => row.Bytes(Ordinal).ToArray();
}

/// <summary>A date, time or timestamp: microseconds of the wall clock since 2000, and for zones the offset in the next field.</summary>
internal sealed class TimeCell(int ordinal, TypeKind kind, int scale, TimeFormat format, bool hasOffset, bool asText) : CellReader(ordinal)
{
    private readonly byte[] _wire = new byte[EpochText.MaxBytes];
    private const long MicrosPerDay = 86_400_000_000;
    private static readonly DateTime Epoch = new(2000, 1, 1);
    private readonly TimeFormatWriter _writer = new(format);

    internal override string Text(CopyRow row) =>
        _writer.Write(Micros(row), _writer.NeedsOffset && hasOffset ? Offset(row) : 0);

    internal override object Value(CopyRow row)
    {
        if (asText) return Text(row);
        var wall = Epoch.AddTicks(Micros(row) * TimeSpan.TicksPerMicrosecond);
        return kind is TypeKind.TimestampLtz or TypeKind.TimestampTz ? (object)new DateTimeOffset(wall, TimeSpan.FromMinutes(Offset(row))) : wall;
    }

    internal override ReadOnlySpan<byte> Wire(CopyRow row)
    {
        if (asText) return Utf8(row);
        var wall = Micros(row);
        var length = kind switch
        {
            TypeKind.Date => EpochText.Date(_wire, wall),
            TypeKind.Time => EpochText.Time(_wire, wall, scale),
            TypeKind.TimestampNtz => EpochText.Timestamp(_wire, wall, scale),
            TypeKind.TimestampLtz => EpochText.Timestamp(_wire, wall - (Offset(row) * EpochText.MicrosPerMinute), scale),
            _ => EpochText.Zoned(_wire, wall, Offset(row), scale),
        };
        return _wire.AsSpan(0, length);
    }

    private short Offset(CopyRow row) => BinaryPrimitives.ReadInt16BigEndian(row.Bytes(Ordinal + 1));

    private long Micros(CopyRow row) => kind == TypeKind.Date
        ? BinaryPrimitives.ReadInt32BigEndian(row.Bytes(Ordinal)) * MicrosPerDay
        : BinaryPrimitives.ReadInt64BigEndian(row.Bytes(Ordinal));
}

/// <summary>Numbers as text to .NET numbers, or an error where the value does not fit exactly.</summary>
internal static class NumberText
{
    internal static long ToInt64(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new OverflowException($"The number {text} does not fit Int64; read it with GetString.");

    internal static decimal ToDecimal(string text)
    {
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value.ToString(CultureInfo.InvariantCulture) == text)
            return value;
        throw new OverflowException($"The number {text} has more digits than System.Decimal; read it with GetString.");
    }

    internal static double ToDouble(string text) => text switch
    {
        "Infinity" or "inf" => double.PositiveInfinity,
        "-Infinity" or "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
