using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Files;
using EtlTools.Parquet.Format;
using EtlTools.Parquet.Reading;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>Turns a Parquet column's values into text that the column writers read, by the column's physical and logical type.</summary>
internal sealed class ParquetCell
{
    private readonly ParquetColumn _column;
    private readonly LogicalKind _kind;
    private readonly bool _isText;
    private byte[] _buffer = new byte[80];

    /// <exception cref="LocalWarehouseException">The warehouse does not read the column's type.</exception>
    internal ParquetCell(ParquetColumn column, FileFormat format)
    {
        _column = column;
        _kind = column.Logical?.Kind ?? LogicalKind.None;
        _isText = _kind is LogicalKind.String or LogicalKind.Enum || (_kind == LogicalKind.None && format.BinaryAsText);
        if (_kind == LogicalKind.Other || column.Type == PhysicalType.Int96) throw WarehouseErrors.Unsupported($"Parquet column '{column.Name}' of a type other than numbers, text, binary, booleans, dates, times and UUIDs");
        if (_kind is LogicalKind.Time or LogicalKind.Timestamp && !format.UsesLogicalTypes)
            throw WarehouseErrors.Unsupported($"Parquet column '{column.Name}' of logical type {_kind.ToString().ToUpperInvariant()} without the file format option USE_LOGICAL_TYPE = TRUE");
    }

    /// <summary>True for instants: text that ends in Z.</summary>
    internal bool IsInstant => _kind == LogicalKind.Timestamp && _column.Logical!.IsAdjustedToUtc;

    /// <summary>The cursor's value; the bytes are good until the next call.</summary>
    internal ValueKind Read(ColumnCursor cursor, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (cursor.IsNull) return ValueKind.Null;
        var bytes = cursor.Bytes;
        switch (_column.Type)
        {
            case PhysicalType.Boolean:
                text = bytes[0] != 0 ? "true"u8 : "false"u8;
                return ValueKind.Boolean;
            case PhysicalType.Float:
                return Float(BinaryPrimitives.ReadSingleLittleEndian(bytes), out text);
            case PhysicalType.Double:
                return Float(BinaryPrimitives.ReadDoubleLittleEndian(bytes), out text);
            case PhysicalType.Int32:
                var small = BinaryPrimitives.ReadInt32LittleEndian(bytes);
                return Integer(_column.Logical is { Kind: LogicalKind.Integer, IsSigned: false } ? (uint)small : small, out text);
            case PhysicalType.Int64:
                return Integer(BinaryPrimitives.ReadInt64LittleEndian(bytes), out text);
            default:
                return Binary(bytes, out text);
        }
    }

    private ValueKind Float<T>(T value, out ReadOnlySpan<byte> text)
        where T : IBinaryFloatingPointIeee754<T>, IUtf8SpanFormattable
    {
        if (T.IsFinite(value))
        {
            value.TryFormat(_buffer, out var written, "R", CultureInfo.InvariantCulture);
            text = _buffer.AsSpan(0, written);
            return ValueKind.Number;
        }

        text = T.IsNaN(value) ? "NaN"u8 : T.IsNegative(value) ? "-inf"u8 : "inf"u8;
        return ValueKind.Text;
    }

    private ValueKind Integer(long value, out ReadOnlySpan<byte> text)
    {
        switch (_kind)
        {
            case LogicalKind.Date:
                text = Written(Utf8Write("{0:yyyy-MM-dd}", Day(value)));
                return ValueKind.Text;
            case LogicalKind.Time:
                text = Clock(Nanoseconds(value, out var whole), whole);
                return ValueKind.Text;
            case LogicalKind.Timestamp:
                text = Timestamp(value);
                return ValueKind.Text;
            case LogicalKind.Decimal:
                text = Decimal(value);
                return ValueKind.Number;
            case LogicalKind.Integer when _column.Logical is { IsSigned: false, BitWidth: 64 }:
                text = Written(((ulong)value).TryFormat(_buffer, out var length, default, CultureInfo.InvariantCulture) ? length : 0);
                return ValueKind.Number;
            default:
                text = Written(value.TryFormat(_buffer, out var digits, default, CultureInfo.InvariantCulture) ? digits : 0);
                return ValueKind.Number;
        }
    }

    private ValueKind Binary(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> text)
    {
        switch (_kind)
        {
            case LogicalKind.Json:
                text = bytes;
                return ValueKind.Json;
            case LogicalKind.Decimal:
                text = Decimal(new BigInteger(bytes, isBigEndian: true));
                return ValueKind.Number;
            case LogicalKind.Uuid when bytes.Length == 16:
                text = Written(new Guid(bytes, true).TryFormat(_buffer, out var length) ? length : 0);
                return ValueKind.Text;
        }

        if (_isText)
        {
            text = bytes;
            return ValueKind.Text;
        }

        if (_buffer.Length < bytes.Length * 2) _buffer = new byte[bytes.Length * 2];
        Convert.TryToHexString(bytes, _buffer, out var written);
        text = _buffer.AsSpan(0, written);
        return ValueKind.Text;
    }

    private ReadOnlySpan<byte> Decimal(BigInteger unscaled)
    {
        var scale = _column.Logical!.Scale;
        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var text = (unscaled.Sign < 0 ? "-" : "") + digits[..^scale] + (scale > 0 ? "." + digits[^scale..] : "");
        return System.Text.Encoding.ASCII.GetBytes(text);
    }

    private DateTime Day(long days) => days is >= -719_162 and <= 2_932_896
        ? DateTime.UnixEpoch.AddDays(days)
        : throw new InvalidDataException($"Parquet column '{_column.Name}': day {days} is outside the years 1 to 9999.");

    /// <summary>The value as whole seconds and nanoseconds of the second.</summary>
    private int Nanoseconds(long value, out long seconds)
    {
        var perSecond = _column.Logical!.Unit switch { TimeUnit.Milliseconds => 1000L, TimeUnit.Microseconds => 1_000_000L, _ => 1_000_000_000L };
        seconds = Math.DivRem(value, perSecond, out var rest);
        if (rest < 0)
        {
            rest += perSecond;
            seconds--;
        }

        return (int)(rest * (1_000_000_000L / perSecond));
    }

    private ReadOnlySpan<byte> Clock(int nanoseconds, long seconds) => seconds is >= 0 and < 86_400
        ? Written(Utf8Write("{0:HH:mm:ss}.{1:D9}", DateTime.UnixEpoch.AddSeconds(seconds), nanoseconds))
        : throw new InvalidDataException($"Parquet column '{_column.Name}': second {seconds} is not in a day.");

    private ReadOnlySpan<byte> Timestamp(long value)
    {
        var nanoseconds = Nanoseconds(value, out var seconds);
        if (seconds is < -62_135_596_800 or > 253_402_300_799) throw new InvalidDataException($"Parquet column '{_column.Name}': second {seconds} is outside the years 1 to 9999.");
        return Written(Utf8Write(IsInstant ? "{0:yyyy-MM-dd HH:mm:ss}.{1:D9}Z" : "{0:yyyy-MM-dd HH:mm:ss}.{1:D9}", DateTime.UnixEpoch.AddSeconds(seconds), nanoseconds));
    }

    private int Utf8Write(string format, params object[] values) =>
        System.Text.Encoding.ASCII.GetBytes(string.Format(CultureInfo.InvariantCulture, format, values), _buffer);

    private ReadOnlySpan<byte> Written(int length) => _buffer.AsSpan(0, length);
}
