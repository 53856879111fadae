using System.Buffers;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>Rows in the text format of PostgreSQL's COPY, gathered in one buffer that is sent and used again.</summary>
internal sealed class CopyText
{
    private static readonly SearchValues<byte> Special = SearchValues.Create("\\\t\n\r\0"u8);
    private byte[] _buffer = new byte[1 << 18];

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>Takes back everything behind a length read before.</summary>
    internal void Truncate(int length) => Length = length;

    internal void Byte(byte value)
    {
        Room(1);
        _buffer[Length++] = value;
    }

    internal void Raw(ReadOnlySpan<byte> value)
    {
        Room(value.Length);
        value.CopyTo(_buffer.AsSpan(Length));
        Length += value.Length;
    }

    internal void Null() => Raw("\\N"u8);

    /// <summary>A text value; false when it holds U+0000.</summary>
    internal bool Text(ReadOnlySpan<byte> value)
    {
        while (true)
        {
            var at = value.IndexOfAny(Special);
            if (at < 0)
            {
                Raw(value);
                return true;
            }

            Raw(value[..at]);
            Byte((byte)'\\');
            switch (value[at])
            {
                case (byte)'\\': Byte((byte)'\\'); break;
                case (byte)'\t': Byte((byte)'t'); break;
                case (byte)'\n': Byte((byte)'n'); break;
                case (byte)'\r': Byte((byte)'r'); break;
                default: return false;
            }

            value = value[(at + 1)..];
        }
    }

    /// <summary>Room for that many bytes, to be claimed by <see cref="Advance"/>.</summary>
    internal Span<byte> Free(int bytes)
    {
        Room(bytes);
        return _buffer.AsSpan(Length);
    }

    internal void Advance(int bytes) => Length += bytes;

    private void Room(int bytes)
    {
        if (_buffer.Length - Length < bytes) Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max((long)Length + bytes, _buffer.Length * 2L)));
    }
}
