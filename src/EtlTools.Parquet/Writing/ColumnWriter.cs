using System.Buffers.Binary;
using EtlTools.Parquet.Format;

namespace EtlTools.Parquet.Writing;

/// <summary>
/// Takes a column's values, one for each row, and keeps them as compressed pages until their row group is written. Each method takes
/// values of the kinds it says; any other kind of column is an <see cref="InvalidOperationException"/>.
/// </summary>
internal sealed class ColumnWriter : IDisposable
{
    private readonly int _pageBytes;
    private readonly Int128 _limit = 1;
    private readonly PageCompressor _pages;
    private readonly PageBuffer _chunk = new();
    private ColumnStatistics _statistics;
    private byte[] _values = new byte[1024];
    private byte[] _levels = new byte[256];
    private int _length;
    private int _count;
    private int _bits;
    private long _rawBytes;
    private long _rows;

    /// <param name="field">The column.</param>
    /// <param name="pageBytes">Bytes before compression after which a page ends.</param>
    /// <param name="pages">Makes the pages.</param>
    internal ColumnWriter(ParquetField field, int pageBytes, PageCompressor pages)
    {
        _pages = pages;
        field.Check();
        Field = field;
        _pageBytes = pageBytes;
        _statistics = new ColumnStatistics(field.Type);
        for (var i = 0; i < field.Precision; i++) _limit *= 10;
    }

    internal ParquetField Field { get; }

    /// <summary>Values and NULLs since the row group began.</summary>
    internal long Rows => _rows + _count;

    /// <summary>Bytes kept in memory.</summary>
    internal long Buffered => _chunk.Length + _length + _count;

    /// <summary>Adds NULL.</summary>
    internal void Null()
    {
        if (!Field.IsOptional) throw new InvalidOperationException($"Parquet column '{Field.Name}' takes no NULL.");
        _statistics.Nulls++;
        Level(0);
    }

    /// <summary>Adds text, as UTF-8, or bytes.</summary>
    internal void Add(ReadOnlySpan<byte> value)
    {
        Expect(Field.Kind is ParquetKind.Text or ParquetKind.Binary);
        BinaryPrimitives.WriteInt32LittleEndian(Room(4), value.Length);
        var place = Room(value.Length);
        value.CopyTo(place);
        Added(place);
    }

    /// <summary>Adds true or false.</summary>
    internal void Add(bool value)
    {
        Expect(Field.Kind == ParquetKind.Boolean);
        if ((_bits & 7) == 0) Room(1)[0] = 0;
        if (value) _values[_length - 1] |= (byte)(1 << (_bits & 7));
        _bits++;
        Added([value ? (byte)1 : (byte)0]);
    }

    /// <summary>Adds a floating-point number.</summary>
    internal void Add(double value)
    {
        Expect(Field.Kind == ParquetKind.Double);
        var place = Room(8);
        BinaryPrimitives.WriteDoubleLittleEndian(place, value);
        Added(place);
    }

    /// <summary>Adds a whole number, days of a date, or microseconds of a time.</summary>
    /// <exception cref="OverflowException">A date is not within 32 bits.</exception>
    internal void Add(long value)
    {
        Expect(Field.Kind is ParquetKind.Integer or ParquetKind.Date or ParquetKind.Time or ParquetKind.Timestamp or ParquetKind.Instant);
        Whole(value);
    }

    /// <summary>Adds a decimal.</summary>
    /// <param name="unscaled">The whole number without its point: 12.50 of scale 2 is 1250.</param>
    /// <exception cref="ArgumentOutOfRangeException">It has more digits than the column.</exception>
    internal void AddDecimal(Int128 unscaled)
    {
        Expect(Field.Kind == ParquetKind.Decimal);
        if (unscaled >= _limit || unscaled <= -_limit)
            throw new ArgumentOutOfRangeException(nameof(unscaled), unscaled, $"Parquet column '{Field.Name}' has {Field.Precision} digits.");
        if (Field.Type != PhysicalType.FixedLenByteArray)
        {
            Whole((long)unscaled);
            return;
        }

        var place = Room(ParquetField.WideDecimal);
        BinaryPrimitives.WriteInt128BigEndian(place, unscaled);
        Added(place);
    }

    /// <summary>Ends the row group: its pages go to a stream, and the column is empty again.</summary>
    internal WrittenChunk Flush(Stream destination, long offset)
    {
        EndPage();
        var chunk = new WrittenChunk(Field, _rows, offset, _rawBytes, _chunk.Length, _statistics);
        _chunk.MoveTo(destination);
        (_rows, _rawBytes, _statistics) = (0, 0, new ColumnStatistics(Field.Type));
        return chunk;
    }

    public void Dispose() => _chunk.Dispose();

    private void Whole(long value)
    {
        var place = Room(Field.Type == PhysicalType.Int32 ? 4 : 8);
        if (place.Length == 4) BinaryPrimitives.WriteInt32LittleEndian(place, checked((int)value));
        else BinaryPrimitives.WriteInt64LittleEndian(place, value);
        Added(place);
    }

    private void Added(ReadOnlySpan<byte> value)
    {
        _statistics.Add(value);
        Level(1);
    }

    private void Level(byte level)
    {
        if (_count == _levels.Length) Array.Resize(ref _levels, _count * 2);
        _levels[_count++] = level;
        if (_length + _count >= _pageBytes) EndPage();
    }

    private Span<byte> Room(int count)
    {
        var needed = checked(_length + count);
        if (needed > _values.Length) Array.Resize(ref _values, (int)Math.Max(needed, Math.Min(_values.Length * 2L, Array.MaxLength)));
        var place = _values.AsSpan(_length, count);
        _length = needed;
        return place;
    }

    private void EndPage()
    {
        if (_count == 0) return;
        _rawBytes += _pages.Write(Field.IsOptional ? _levels.AsSpan(0, _count) : [], _values.AsSpan(0, _length), _count, _chunk);
        _rows += _count;
        (_length, _count, _bits) = (0, 0, 0);
    }

    private void Expect(bool isRight)
    {
        if (!isRight) throw new InvalidOperationException($"Parquet column '{Field.Name}' of kind {Field.Kind} takes no such value.");
    }
}

/// <summary>A column's pages of one row group, written.</summary>
/// <param name="Field">The column.</param>
/// <param name="Rows">Values and NULLs.</param>
/// <param name="Offset">Where its first page begins in the file.</param>
/// <param name="RawBytes">Bytes with page headers, before compression.</param>
/// <param name="Bytes">Bytes with page headers in the file.</param>
/// <param name="Statistics">What is known of the values.</param>
internal sealed record WrittenChunk(ParquetField Field, long Rows, long Offset, long RawBytes, long Bytes, ColumnStatistics Statistics);
