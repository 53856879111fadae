using System.Buffers;

namespace EtlTools.Parquet.Writing;

/// <summary>Bytes that are gathered and then written out, in blocks of one small size: it grows without copying, and what it needed is used again.</summary>
internal sealed class PageBuffer : IDisposable
{
    private const int BlockBytes = 1 << 16;
    private readonly List<byte[]> _blocks = [];

    /// <summary>How many bytes there are.</summary>
    internal long Length { get; private set; }

    /// <summary>Adds bytes.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var at = (int)(Length % BlockBytes);
            if (at == 0) _blocks.Add(ArrayPool<byte>.Shared.Rent(BlockBytes));
            var count = Math.Min(bytes.Length, BlockBytes - at);
            bytes[..count].CopyTo(_blocks[^1].AsSpan(at));
            Length += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Writes all bytes to a stream, and is empty then.</summary>
    internal void MoveTo(Stream destination)
    {
        var left = Length;
        foreach (var block in _blocks)
        {
            var count = (int)Math.Min(left, BlockBytes);
            destination.Write(block, 0, count);
            left -= count;
        }

        Dispose();
    }

    /// <summary>Gives the memory back; it is empty then.</summary>
    public void Dispose()
    {
        _blocks.ForEach(block => ArrayPool<byte>.Shared.Return(block));
        _blocks.Clear();
        Length = 0;
    }
}
