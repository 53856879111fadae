using System.Runtime.CompilerServices;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Files;

/// <summary>Reads the rows of CSV as PostgreSQL's COPY has it, for the few files whose rows have to be looked at one by one.</summary>
internal static class CsvRowReader
{
    private const int BlockBytes = 1 << 20;

    /// <summary>The rows, in order: a text, or null for NULL, for each field.</summary>
    /// <exception cref="IntegrityException">The stream ends inside a row.</exception>
    public static async IAsyncEnumerable<string?[]> ReadAsync(Stream csv, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ends = new CsvRows();
        var block = new byte[BlockBytes];
        var length = 0;
        while (true)
        {
            if (length == block.Length) Array.Resize(ref block, checked(block.Length * 2));
            var read = await csv.ReadAsync(block.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0) break;
            var whole = ends.Take(block.AsSpan(length, read));
            var end = length + whole;
            length += read;
            if (whole == 0) continue;
            foreach (var row in Split(block.AsSpan(0, end))) yield return row;
            block.AsSpan(end, length - end).CopyTo(block);
            length -= end;
        }

        if (length > 0) throw new IntegrityException("A file of rows ends in the middle of a row.", "Run it again; if it persists, report this as a defect.");
    }

    private static List<string?[]> Split(ReadOnlySpan<byte> rows)
    {
        var split = new List<string?[]>();
        var fields = new List<string?>();
        while (rows.Length > 0)
        {
            var field = rows[..CsvFields.Length(rows)];
            fields.Add(CsvFields.Decode(field));
            var isLast = rows[field.Length] == '\n';
            rows = rows[(field.Length + 1)..];
            if (!isLast) continue;
            split.Add([.. fields]);
            fields.Clear();
        }

        return split;
    }
}
