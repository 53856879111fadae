using System.Security.Cryptography;

namespace EtlTools.Core.Files;

/// <summary>A file whose name ends in <c>.part</c> until it is complete.</summary>
internal sealed class PartFile : IAsyncDisposable
{
    private readonly string _path;

    /// <param name="path">Where it is written, without extension.</param>
    public PartFile(string path)
    {
        _path = path;
        Stream = new FileStream(path + ".part", FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
    }

    /// <summary>Takes the content.</summary>
    public FileStream Stream { get; }

    /// <summary>Closes it and gives it a name that holds a hash of its content.</summary>
    /// <param name="extension">Of the complete file, with the point.</param>
    /// <param name="rows">Rows in it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<StagedFile> CompleteAsync(string extension, long rows, CancellationToken cancellationToken)
    {
        await Stream.DisposeAsync().ConfigureAwait(false);
        string hash;
        long size;
        var written = File.OpenRead(_path + ".part");
        await using (written.ConfigureAwait(false))
        {
            size = written.Length;
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellationToken).ConfigureAwait(false))[..16];
        }

        var complete = $"{_path}_{hash}{extension}";
        File.Move(_path + ".part", complete, overwrite: true);
        return new StagedFile(Path.GetFileName(complete), rows, size);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
