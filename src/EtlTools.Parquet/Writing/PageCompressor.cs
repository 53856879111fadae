using System.Buffers.Binary;
using System.IO.Compression;

namespace EtlTools.Parquet.Writing;

/// <summary>Makes compressed pages of levels and values. The columns of a file share one, since their pages end one after the other.</summary>
internal sealed class PageCompressor : IDisposable
{
    private readonly MemoryStream _body = new();
    private readonly MemoryStream _compressed = new();

    /// <summary>Adds a page to a chunk.</summary>
    /// <param name="levels">A definition level a byte; none for a column without NULL.</param>
    /// <param name="values">The values as PLAIN has them.</param>
    /// <param name="count">Values and NULLs.</param>
    /// <param name="chunk">Where the page goes, its header first.</param>
    /// <returns>Bytes of header and page before compression.</returns>
    internal long Write(ReadOnlySpan<byte> levels, ReadOnlySpan<byte> values, int count, PageBuffer chunk)
    {
        _body.SetLength(0);
        _compressed.SetLength(0);
        if (levels.Length > 0)
        {
            // The length before the levels is known when they are written.
            _body.Write([0, 0, 0, 0]);
            LevelEncoder.Encode(levels, _body);
            BinaryPrimitives.WriteInt32LittleEndian(_body.GetBuffer(), (int)_body.Length - 4);
        }

        _body.Write(values);
        using (var gzip = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(_body.GetBuffer(), 0, (int)_body.Length);
        var header = FooterWriter.Page((int)_body.Length, (int)_compressed.Length, count).Written;
        chunk.Write(header);
        chunk.Write(_compressed.GetBuffer().AsSpan(0, (int)_compressed.Length));
        return header.Length + _body.Length;
    }

    public void Dispose()
    {
        _body.Dispose();
        _compressed.Dispose();
    }
}
