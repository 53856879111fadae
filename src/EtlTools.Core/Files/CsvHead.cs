using System.Buffers;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Files;

/// <summary>The beginning of a stream of CSV, read to tell whether there is more than fits into one statement.</summary>
/// <param name="Block">What was read; its buffer is rented.</param>
/// <param name="IsAll">Whether the stream ended, with no more rows than asked for.</param>
internal sealed record CsvHead(RowBlock Block, bool IsAll)
{
    // A statement with its values should stay small, however long the texts are.
    private const int Largest = 1 << 20;

    /// <summary>Reads until the stream ends, or until it is clear that it is larger.</summary>
    /// <param name="rows">CSV as PostgreSQL's COPY sends it.</param>
    /// <param name="mostRows">The most rows that count as all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IntegrityException">The stream ends inside a row.</exception>
    public static async Task<CsvHead> ReadAsync(Stream rows, long mostRows, CancellationToken cancellationToken)
    {
        var ends = new CsvRows();
        var bytes = ArrayPool<byte>.Shared.Rent(Largest);
        var (length, whole) = (0, 0);
        while (length < Largest && ends.Count <= mostRows)
        {
            var read = await rows.ReadAsync(bytes.AsMemory(length, Largest - length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                if (whole < length) throw new IntegrityException("The rows sent by COPY end in the middle of a row.", "Run it again; if it persists, report this as a defect.");
                return new CsvHead(new RowBlock(bytes, length, ends.Count), IsAll: true);
            }

            if (ends.Take(bytes.AsSpan(length, read)) is var end and > 0) whole = length + end;
            length += read;
        }

        return new CsvHead(new RowBlock(bytes, length, ends.Count), IsAll: false);
    }

    /// <summary>The whole stream again: the head, then what follows it.</summary>
    public Stream Before(Stream rest) => new HeadedStream(new MemoryStream(Block.Bytes, 0, Block.Length, writable: false), rest);
}
