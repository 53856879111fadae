using System.Buffers;
using System.Threading.Channels;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Files;

/// <summary>
/// Compresses blocks of rows on a thread of its own into files of a bounded size, one after the other. Several lanes side by side
/// make use of several cores.
/// </summary>
internal sealed class CompressionLane
{
    private readonly Channel<RowBlock> _blocks = Channel.CreateBounded<RowBlock>(new BoundedChannelOptions(2) { SingleReader = true, SingleWriter = true });
    private readonly Task _work;

    /// <param name="path">Where its files go, as the beginning of their names.</param>
    /// <param name="format">What the files are like.</param>
    /// <param name="transform">Changes rows on their way; null leaves them as they are.</param>
    /// <param name="complete">Takes each file when it is complete.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public CompressionLane(string path, RowFileFormat format, CsvTransform? transform, Func<StagedFile, ValueTask> complete, CancellationToken cancellationToken) =>
        _work = Task.Run(() => RunAsync(path, format, transform, complete, cancellationToken), CancellationToken.None);

    /// <summary>Hands over a block; waits while two are waiting already.</summary>
    /// <exception cref="ChannelClosedException">The lane failed; <see cref="FinishAsync"/> says why.</exception>
    public ValueTask AddAsync(RowBlock block, CancellationToken cancellationToken) => _blocks.Writer.WriteAsync(block, cancellationToken);

    /// <summary>Completes the last file.</summary>
    public Task FinishAsync()
    {
        _blocks.Writer.TryComplete();
        return _work;
    }

    private async Task RunAsync(string path, RowFileFormat format, CsvTransform? transform, Func<StagedFile, ValueTask> complete, CancellationToken cancellationToken)
    {
        var files = 0;
        IRowFile? file = null;
        try
        {
            await foreach (var raw in _blocks.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var block = transform is null ? raw : transform.Apply(raw);
                file ??= format.Open($"{path}_{files++}");
                file.Write(block);
                ArrayPool<byte>.Shared.Return(block.Bytes);
                if (file.Bytes < format.FileSize) continue;
                await complete(await file.FinishAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                file = null;
            }

            if (file is not null) await complete(await file.FinishAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _blocks.Writer.TryComplete(failure);
            if (file is not null) await file.DisposeAsync().ConfigureAwait(false);
            if (failure is not IOException disk) throw;
            throw new ConfigurationException(
                $"A file in {Path.GetDirectoryName(path)} cannot be written: {disk.Message}", "Free space there, or point ETL_WORK_DIR to a disk with more; nothing was lost.");
        }
    }
}

/// <summary>Whole rows in a rented buffer; whoever has written them gives the buffer back.</summary>
/// <param name="Bytes">The buffer.</param>
/// <param name="Length">Bytes in use.</param>
/// <param name="Rows">Rows in them.</param>
internal readonly record struct RowBlock(byte[] Bytes, int Length, long Rows);
