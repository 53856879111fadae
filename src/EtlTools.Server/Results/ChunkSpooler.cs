using System.IO.Compression;
using System.Threading.Channels;

namespace EtlTools.Server.Results;

/// <summary>Compresses full buffers into the files of a result, beside the one who fills them; three buffers are all the memory there is.</summary>
internal sealed class ChunkSpooler : IAsyncDisposable
{
    /// <summary>What a chunk has before compression, one row more or less.</summary>
    internal const int ChunkBytes = 4 << 20;

    private const int Buffers = 3;
    private readonly StoredResult _result;
    private readonly Channel<RowBuffer> _full = Channel.CreateBounded<RowBuffer>(Buffers);
    private readonly Channel<RowBuffer> _free = Channel.CreateBounded<RowBuffer>(Buffers);
    private readonly Task _worker;

    internal ChunkSpooler(StoredResult result)
    {
        _result = result;
        for (var i = 0; i < Buffers; i++) _free.Writer.TryWrite(new RowBuffer(ChunkBytes + (ChunkBytes / 16)));
        _worker = Task.Run(CompressAsync);
    }

    /// <summary>An empty buffer; waits for the compression when all are full.</summary>
    internal async ValueTask<RowBuffer> TakeAsync(CancellationToken cancellationToken)
    {
        var taking = _free.Reader.ReadAsync(cancellationToken).AsTask();
        // When the disk is full the worker ends, and no buffer would ever come back.
        if (await Task.WhenAny(taking, _worker).ConfigureAwait(false) == _worker) await _worker.ConfigureAwait(false);
        return await taking.ConfigureAwait(false);
    }

    internal void Add(RowBuffer full) => _full.Writer.TryWrite(full);

    /// <summary>Waits until all chunks are in their files.</summary>
    internal Task CompleteAsync()
    {
        _full.Writer.TryComplete();
        return _worker;
    }

    public async ValueTask DisposeAsync()
    {
        _full.Writer.TryComplete();
        await _worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CompressAsync()
    {
        await foreach (var buffer in _full.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var path = _result.PathOf(_result.Chunks.Count);
            using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 17))
            using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
                gzip.Write(buffer.Written.Span);
            _result.Chunks.Add(new ResultChunk(buffer.Rows, buffer.Length, new FileInfo(path).Length));
            _result.Touch();
            buffer.Clear();
            await _free.Writer.WriteAsync(buffer).ConfigureAwait(false);
        }
    }
}
