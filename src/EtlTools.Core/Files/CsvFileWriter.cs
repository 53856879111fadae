using System.Buffers;
using System.Threading.Channels;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Files;

/// <summary>
/// Writes a stream of CSV into compressed files, several at once, each of whole rows and of a bounded size. Into files of CSV bytes pass
/// through as they are; only row ends are looked for.
/// </summary>
internal sealed class CsvFileWriter(string folder, RowFileFormat format, CsvTransform? transform = null)
{
    private const int BlockSize = 1 << 20;
    private static readonly int Lanes = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Compresses a stream to its end.</summary>
    /// <param name="rows">CSV as PostgreSQL's COPY sends it.</param>
    /// <param name="name">What the files' names begin with.</param>
    /// <param name="complete">Takes each file when it is complete, from several threads; the writer waits for it.</param>
    /// <param name="cancellationToken">Stops it; incomplete files stay behind in the folder.</param>
    /// <returns>How many bytes the rows were before compression.</returns>
    /// <exception cref="IntegrityException">The stream ends inside a row.</exception>
    public async Task<long> WriteAsync(Stream rows, string name, Func<StagedFile, ValueTask> complete, CancellationToken cancellationToken)
    {
        var lanes = Enumerable.Range(0, Lanes).Select(lane => new CompressionLane(Path.Combine(folder, $"{name}_{lane}"), format, transform, complete, cancellationToken)).ToArray();
        try
        {
            var rawBytes = await DealAsync(rows, lanes, cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(lanes.Select(lane => lane.FinishAsync())).ConfigureAwait(false);
            return rawBytes;
        }
        catch (ChannelClosedException)
        {
            // A lane failed, on a full disk perhaps; its own error says more.
            await Task.WhenAll(lanes.Select(lane => lane.FinishAsync())).ConfigureAwait(false);
            throw;
        }
        catch
        {
            await EndAsync(lanes).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<long> DealAsync(Stream rows, CompressionLane[] lanes, CancellationToken cancellationToken)
    {
        var ends = new CsvRows();
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        var (length, whole, rawBytes, next) = (0, 0, 0L, 0);
        var dealt = 0L;
        while (true)
        {
            if (length == block.Length) block = Grow(block, length);
            var read = await rows.ReadAsync(block.AsMemory(length), cancellationToken).ConfigureAwait(false);
            rawBytes += read;
            if (ends.Take(block.AsSpan(length, read)) is var end and > 0) whole = length + end;
            length += read;
            var isEnd = read == 0;
            if (isEnd && whole < length) throw new IntegrityException("The rows sent by COPY end in the middle of a row.", "Run it again; if it persists, report this as a defect.");
            if (whole > 0 && (isEnd || length == block.Length))
            {
                var rest = ArrayPool<byte>.Shared.Rent(Math.Max(BlockSize, length - whole));
                block.AsSpan(whole, length - whole).CopyTo(rest);
                await lanes[next++ % lanes.Length].AddAsync(new RowBlock(block, whole, ends.Count - dealt), cancellationToken).ConfigureAwait(false);
                (block, length, whole, dealt) = (rest, length - whole, 0, ends.Count);
            }

            if (!isEnd) continue;
            ArrayPool<byte>.Shared.Return(block);
            return rawBytes;
        }
    }

    private static byte[] Grow(byte[] block, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(checked(block.Length * 2));
        block.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(block);
        return larger;
    }

    private static async Task EndAsync(CompressionLane[] lanes)
    {
        foreach (var lane in lanes)
        {
#pragma warning disable CA1031 // The first error is being thrown already.
            try
            {
                await lane.FinishAsync().ConfigureAwait(false);
            }
            catch (Exception)
            {
            }
#pragma warning restore CA1031
        }
    }
}
