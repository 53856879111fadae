using System.Buffers;
using System.IO.Compression;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>A staged file's bytes, decompressed, in a window that slides over them and grows to hold the longest record.</summary>
internal sealed class FileBytes : IAsyncDisposable
{
    private const int InitialBytes = 1 << 18;
    private const int LongestRecord = 1 << 28;
    private readonly Stream _stream;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _from;
    private int _to;

    private FileBytes(Stream stream) => _stream = stream;

    /// <summary>What has been read and not been taken.</summary>
    internal ReadOnlySpan<byte> Unread => _buffer.AsSpan(_from, _to - _from);

    /// <summary>True when <see cref="Unread"/> is all that is left.</summary>
    internal bool IsEnd { get; private set; }

    /// <summary>Bytes taken so far.</summary>
    internal long Position { get; private set; }

    internal static async Task<FileBytes> OpenAsync(StageFile file, FileFormat format, CancellationToken cancellationToken)
    {
        Stream stream = new FileStream(file.Local, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        if (format.Compression == "GZIP" || (format.Compression == "AUTO" && await IsGzipAsync(stream, cancellationToken).ConfigureAwait(false)))
            stream = new GZipStream(new BufferedStream(stream, 1 << 16), CompressionMode.Decompress);
        var bytes = new FileBytes(stream);
        await bytes.FillAsync(cancellationToken).ConfigureAwait(false);
        if (format.SkipByteOrderMark && bytes.Unread.StartsWith("\uFEFF"u8)) bytes.Take(3);
        return bytes;
    }

    private static async Task<bool> IsGzipAsync(Stream stream, CancellationToken cancellationToken)
    {
        var start = new byte[2];
        var count = await stream.ReadAtLeastAsync(start, 2, false, cancellationToken).ConfigureAwait(false);
        stream.Position = 0;
        return count == 2 && start[0] == 0x1F && start[1] == 0x8B;
    }

    internal void Take(int bytes)
    {
        _from += bytes;
        Position += bytes;
    }

    /// <summary>Reads more behind what is unread.</summary>
    internal async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var unread = _to - _from;
        if (_from > 0) _buffer.AsSpan(_from, unread).CopyTo(_buffer);
        (_from, _to) = (0, unread);
        if (unread > LongestRecord) throw new LocalWarehouseException(100082, "22000", $"Max LOB size (16777216) exceeded: a record is longer than {LongestRecord} bytes.");
        if (unread > _buffer.Length / 2)
        {
            var wider = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, _buffer.Length * 2L));
            _buffer.AsSpan(0, unread).CopyTo(wider);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = wider;
        }

        // A window well filled means that few records are read twice.
        var count = await _stream.ReadAtLeastAsync(_buffer.AsMemory(_to), _buffer.Length - _to, false, cancellationToken).ConfigureAwait(false);
        IsEnd = count < _buffer.Length - _to;
        _to += count;
    }

    public async ValueTask DisposeAsync()
    {
        var buffer = _buffer;
        _buffer = [];
        (_from, _to) = (0, 0);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }
}
