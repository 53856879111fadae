using System.Buffers.Binary;
using System.IO.Compression;
using EtlTools.Parquet.Format;
using EtlTools.Parquet.Thrift;
using Microsoft.Win32.SafeHandles;

namespace EtlTools.Parquet.Reading;

/// <summary>
/// Walks through a column's values in one row group. Memory holds the dictionary and one page. Encodings: PLAIN, RLE_DICTIONARY
/// (and its old name), RLE for booleans; codecs: none, gzip, Snappy. Its memory is that of the cursor before, which is at its end.
/// </summary>
internal sealed class ColumnCursor(SafeFileHandle file, ParquetColumn column, ColumnChunk chunk, ColumnCursor? before)
{
    private const int HeaderBytes = 1 << 12;
    private const int MaxPageBytes = 1 << 28;
    private long _offset = chunk.Start;
    private byte[] _page = before?._page ?? [];
    private byte[] _raw = before?._raw ?? [];
    private int _pageLength;
    private byte[] _dictionary = [];
    private int[] _dictionaryStarts = [];
    private int _left;
    private int _at;
    private int _bit;
    private bool _hasLevels;
    private RleReader _levels;
    private RleReader _indices;
    private PageEncoding _encoding;
    private (byte[] Source, int Start, int Length) _value;

    /// <summary>True when the value is NULL.</summary>
    internal bool IsNull { get; private set; }

    internal ParquetColumn Column => column;

    /// <summary>The value's bytes as PLAIN encodes it, without the length before a BYTE_ARRAY; a boolean is one byte.</summary>
    internal ReadOnlySpan<byte> Bytes => _value.Source.AsSpan(_value.Start, _value.Length);

    /// <summary>Moves to the next value.</summary>
    /// <exception cref="InvalidDataException">The column is damaged, or written in a way that is not supported.</exception>
    internal void Next()
    {
        try
        {
            while (_left == 0) ReadPage();
            _left--;
            IsNull = _hasLevels && _levels.Next(_page) == 0;
            if (!IsNull) Value();
        }
        catch (Exception exception) when (exception is EndOfStreamException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"Parquet column '{column.Name}' is damaged: {exception.Message}", exception);
        }
    }

    private void Value()
    {
        if (_encoding is PageEncoding.RleDictionary or PageEncoding.PlainDictionary)
        {
            var index = _indices.Next(_page);
            if (index >= _dictionaryStarts.Length - 1) throw Malformed($"dictionary index {index} is out of range");
            var prefix = column.Type == PhysicalType.ByteArray ? 4 : 0;
            _value = (_dictionary, _dictionaryStarts[index] + prefix, _dictionaryStarts[index + 1] - _dictionaryStarts[index] - prefix);
        }
        else if (column.Type == PhysicalType.Boolean)
        {
            if (_encoding == PageEncoding.Plain && _at + (_bit >> 3) >= _pageLength) throw Malformed("a page ends inside a value");
            var set = _encoding == PageEncoding.Rle ? _indices.Next(_page) != 0 : (_page[_at + (_bit >> 3)] & (1 << (_bit & 7))) != 0;
            _bit++;
            _value = (set ? True : False, 0, 1);
        }
        else
        {
            var length = Length(_page.AsSpan(0, _pageLength), _at);
            var prefix = column.Type == PhysicalType.ByteArray ? 4 : 0;
            _value = (_page, _at + prefix, length - prefix);
            _at += length;
        }
    }

    private static readonly byte[] True = [1];

    private static readonly byte[] False = [0];

    /// <summary>Bytes of the plain value at a place, with the length before it.</summary>
    private int Length(ReadOnlySpan<byte> bytes, int at)
    {
        var length = column.Type switch
        {
            PhysicalType.Int32 or PhysicalType.Float => 4,
            PhysicalType.Int64 or PhysicalType.Double => 8,
            PhysicalType.FixedLenByteArray => column.TypeLength,
            PhysicalType.ByteArray when at + 4 <= bytes.Length => 4L + BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]),
            PhysicalType.ByteArray => 4,
            _ => throw Malformed($"type {column.Type} is not supported"),
        };
        return at + length <= bytes.Length ? (int)length : throw Malformed("a page ends inside a value");
    }

    private void ReadPage()
    {
        if (_offset >= chunk.Start + chunk.CompressedSize) throw Malformed("there are fewer values than rows");
        var (header, headerLength) = Header();
        if (header.CompressedSize is < 0 or > MaxPageBytes || header.UncompressedSize is < 0 or > MaxPageBytes) throw Malformed("a page's size is out of range");
        if (_raw.Length < header.CompressedSize) _raw = new byte[header.CompressedSize];
        var raw = _raw.AsSpan(0, header.CompressedSize);
        Fill(raw, _offset + headerLength);
        _offset += headerLength + header.CompressedSize;
        switch (header.Type)
        {
            case PageType.Dictionary:
                if (header.Encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary)) throw Malformed($"the dictionary's encoding {header.Encoding} is not supported");
                _dictionary = [];
                var dictionary = Decompress(0, header, true, ref _dictionary);
                if (header.ValueCount < 0 || header.ValueCount > dictionary) throw Malformed("the dictionary has fewer values than it says");
                _dictionaryStarts = new int[header.ValueCount + 1];
                for (var i = 0; i < header.ValueCount; i++) _dictionaryStarts[i + 1] = _dictionaryStarts[i] + Length(_dictionary.AsSpan(0, dictionary), _dictionaryStarts[i]);
                break;
            case PageType.Data:
                _pageLength = Decompress(0, header, true, ref _page);
                _at = 0;
                if (column.IsOptional)
                {
                    if (header.DefinitionLevelEncoding != PageEncoding.Rle) throw Malformed($"level encoding {header.DefinitionLevelEncoding} is not supported");
                    var length = _pageLength >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(_page) : -1;
                    if (length < 0 || length > _pageLength - 4) throw Malformed("the levels are longer than the page");
                    _levels = new RleReader(4, 4 + length, 1);
                    _at = 4 + length;
                }

                Begin(header);
                break;
            case PageType.DataV2:
                var levels = header.RepetitionLevelsLength + header.DefinitionLevelsLength;
                if (levels < 0 || levels > header.CompressedSize) throw Malformed("the levels are longer than the page");
                _pageLength = Decompress(levels, header, header.IsCompressed, ref _page);
                _levels = new RleReader(header.RepetitionLevelsLength, levels, 1);
                _at = levels;
                Begin(header);
                break;
        }
    }

    private void Begin(PageHeader header)
    {
        if (header.ValueCount < 0) throw Malformed("a page has fewer than no values");
        (_left, _bit, _encoding, _hasLevels) = (header.ValueCount, 0, header.Encoding, column.IsOptional);
        switch (_encoding)
        {
            case PageEncoding.Plain:
                break;
            case PageEncoding.RleDictionary or PageEncoding.PlainDictionary:
                _indices = _at < _pageLength ? new RleReader(_at + 1, _pageLength, _page[_at]) : default;
                break;
            case PageEncoding.Rle when column.Type == PhysicalType.Boolean:
                _indices = new RleReader(_at + 4, _pageLength, 1);
                break;
            default:
                throw Malformed($"encoding {_encoding} is not supported");
        }
    }

    private (PageHeader Header, int Length) Header()
    {
        for (var size = HeaderBytes; ; size *= 16)
        {
            var bytes = new byte[Math.Min(size, chunk.Start + chunk.CompressedSize - _offset)];
            Fill(bytes, _offset);
            var reader = new CompactReader(bytes);
            try
            {
                return (PageHeader.Read(ref reader), reader.Position);
            }
            catch (EndOfStreamException) when (bytes.Length == size && size < MaxPageBytes)
            {
                // Statistics of long texts make a long header.
            }
        }
    }

    private void Fill(Span<byte> bytes, long offset)
    {
        for (var read = 0; read < bytes.Length;)
        {
            var count = RandomAccess.Read(file, bytes[read..], offset + read);
            if (count == 0) throw Malformed("the file ends too early");
            read += count;
        }
    }

    /// <summary>Decompresses what follows the first bytes of the page as it was read, which are kept as they are, into a buffer that is used again.</summary>
    /// <returns>How many bytes of the buffer there are.</returns>
    private int Decompress(int plain, PageHeader header, bool isCompressed, ref byte[] output)
    {
        isCompressed &= chunk.Codec != Codec.Uncompressed;
        var size = isCompressed ? header.UncompressedSize : header.CompressedSize;
        if (plain > size) throw Malformed("the levels are longer than the page");
        if (output.Length < size) output = new byte[size];
        if (!isCompressed)
        {
            _raw.AsSpan(0, size).CopyTo(output);
            return size;
        }

        _raw.AsSpan(0, plain).CopyTo(output);
        switch (chunk.Codec)
        {
            case Codec.Snappy:
                Snappy.Decompress(_raw.AsSpan(plain, header.CompressedSize - plain), output.AsSpan(plain, size - plain));
                break;
            case Codec.Gzip:
                using (var gzip = new GZipStream(new MemoryStream(_raw, plain, header.CompressedSize - plain), CompressionMode.Decompress))
                    gzip.ReadExactly(output.AsSpan(plain, size - plain));
                break;
            default:
                throw Malformed($"codec {chunk.Codec} is not supported");
        }

        return size;
    }

    private InvalidDataException Malformed(string what) => new($"Parquet column '{column.Name}': {what}.");
}
