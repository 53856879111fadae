using System.IO.Compression;
using System.Security.Cryptography;

namespace EtlTools.Core.Files;

/// <summary>One gzip file being written. Until it is finished its name says so.</summary>
internal sealed class CompressedFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly GZipStream _gzip;
    private long _rows;

    /// <param name="path">Where it is written, without extension.</param>
    public CompressedFile(string path)
    {
        _path = path;
        _file = new FileStream(path + ".part", FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        _gzip = new GZipStream(_file, CompressionLevel.Fastest, leaveOpen: true);
    }

    /// <summary>Compressed bytes written so far; what the compressor still holds is missing.</summary>
    public long Bytes => _file.Position;

    /// <summary>Adds whole rows.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long rows)
    {
        _gzip.Write(bytes);
        _rows += rows;
    }

    /// <summary>Completes the file and names it after its content.</summary>
    public async Task<StagedFile> FinishAsync(CancellationToken cancellationToken)
    {
        await _gzip.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
        string hash;
        long size;
        var written = File.OpenRead(_path + ".part");
        await using (written.ConfigureAwait(false))
        {
            size = written.Length;
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellationToken).ConfigureAwait(false))[..16];
        }

        var complete = $"{_path}_{hash}.csv.gz";
        File.Move(_path + ".part", complete, overwrite: true);
        return new StagedFile(Path.GetFileName(complete), _rows, size);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gzip.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }
}
