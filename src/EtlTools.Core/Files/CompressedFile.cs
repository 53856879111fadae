using System.IO.Compression;

namespace EtlTools.Core.Files;

/// <summary>A file of CSV compressed with gzip: the bytes of the rows as they come.</summary>
internal sealed class CompressedFile : IRowFile
{
    private readonly PartFile _part;
    private readonly GZipStream _gzip;
    private long _rows;

    /// <param name="path">Where it is written, without extension.</param>
    public CompressedFile(string path)
    {
        _part = new PartFile(path);
        _gzip = new GZipStream(_part.Stream, CompressionLevel.Fastest, leaveOpen: true);
    }

    /// <inheritdoc/>
    public long Bytes => _part.Stream.Position;

    /// <inheritdoc/>
    public void Write(RowBlock block)
    {
        _gzip.Write(block.Bytes.AsSpan(0, block.Length));
        _rows += block.Rows;
    }

    /// <inheritdoc/>
    public async Task<StagedFile> FinishAsync(CancellationToken cancellationToken)
    {
        await _gzip.DisposeAsync().ConfigureAwait(false);
        return await _part.CompleteAsync(".csv.gz", _rows, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gzip.DisposeAsync().ConfigureAwait(false);
        await _part.DisposeAsync().ConfigureAwait(false);
    }
}
