using System.Buffers.Binary;
using EtlTools.Parquet.Format;

namespace EtlTools.Parquet.Writing;

/// <summary>
/// The least and the greatest value of a column in a row group, in the order Parquet defines for its type, and how many are NULL.
/// Texts longer than 64 bytes have no place in a footer: a column that has one goes without a least and greatest.
/// </summary>
internal sealed class ColumnStatistics(PhysicalType type)
{
    private const int Longest = 64;
    private readonly byte[] _least = new byte[Longest];
    private readonly byte[] _greatest = new byte[Longest];
    private int _leastLength;
    private int _greatestLength;
    private bool _hasValues;
    private bool _isTooLong;

    /// <summary>How many are NULL.</summary>
    internal long Nulls { get; set; }

    /// <summary>The least value as it lies in the file; null when there is none to tell.</summary>
    internal byte[]? Least => Bound(_least, _leastLength, isLeast: true);

    /// <summary>The greatest value as it lies in the file; null when there is none to tell.</summary>
    internal byte[]? Greatest => Bound(_greatest, _greatestLength, isLeast: false);

    /// <summary>Takes a value in.</summary>
    /// <param name="value">As it lies in the file, without the length before a text.</param>
    internal void Add(ReadOnlySpan<byte> value)
    {
        if (_isTooLong) return;
        if (value.Length > Longest)
        {
            _isTooLong = true;
            return;
        }

        // What is not a number is neither less nor greater than anything.
        if (type == PhysicalType.Double && double.IsNaN(BinaryPrimitives.ReadDoubleLittleEndian(value))) return;
        if (!_hasValues || Compare(value, _least.AsSpan(0, _leastLength)) < 0) Keep(value, _least, out _leastLength);
        if (!_hasValues || Compare(value, _greatest.AsSpan(0, _greatestLength)) > 0) Keep(value, _greatest, out _greatestLength);
        _hasValues = true;
    }

    private static void Keep(ReadOnlySpan<byte> value, byte[] place, out int length)
    {
        value.CopyTo(place);
        length = value.Length;
    }

    private byte[]? Bound(byte[] place, int length, bool isLeast)
    {
        if (_isTooLong || !_hasValues) return null;
        var bound = place[..length];
        // Zero has two signs that compare as equal; the bounds have to hold both.
        if (type == PhysicalType.Double && BinaryPrimitives.ReadDoubleLittleEndian(bound) == 0) BinaryPrimitives.WriteDoubleLittleEndian(bound, isLeast ? -0.0 : 0.0);
        return bound;
    }

    private int Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => type switch
    {
        PhysicalType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(one).CompareTo(BinaryPrimitives.ReadInt32LittleEndian(other)),
        PhysicalType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(one).CompareTo(BinaryPrimitives.ReadInt64LittleEndian(other)),
        PhysicalType.Double => BinaryPrimitives.ReadDoubleLittleEndian(one).CompareTo(BinaryPrimitives.ReadDoubleLittleEndian(other)),
        PhysicalType.FixedLenByteArray => BinaryPrimitives.ReadInt128BigEndian(one).CompareTo(BinaryPrimitives.ReadInt128BigEndian(other)),
        _ => one.SequenceCompareTo(other),
    };
}
