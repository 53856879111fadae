using System.Buffers;

namespace EtlTools.Core.Files;

/// <summary>
/// Changes chosen fields of CSV rows; the others pass as the bytes they are. A row with a value that cannot be changed is left out and
/// reported. Safe for use by several threads.
/// </summary>
internal sealed class CsvTransform
{
    private readonly Func<string?, string?>?[] _change;
    private readonly Action<string?[], int, string> _refuse;

    /// <param name="change">What to do with each field, by position; null leaves it. Throws <see cref="FormatException"/> for a value it cannot take.</param>
    /// <param name="refuse">Takes a row that is left out: its values as they came, the position at fault, the reason.</param>
    public CsvTransform(IEnumerable<Func<string?, string?>?> change, Action<string?[], int, string> refuse)
    {
        _change = [.. change];
        _refuse = refuse;
    }

    /// <summary>Changes a block of rows.</summary>
    /// <returns>The rows that are left, in a buffer of their own; the old one has been given back.</returns>
    public RowBlock Apply(RowBlock block)
    {
        using var changed = new MemoryStream(block.Length + 1024);
        var rows = 0L;
        var rest = block.Bytes.AsSpan(0, block.Length);
        while (rest.Length > 0)
        {
            var start = changed.Position;
            rest = rest[Row(rest, changed, out var isKept)..];
            if (isKept) rows++;
            else changed.SetLength(changed.Position = start);
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(1, (int)changed.Length));
        changed.GetBuffer().AsSpan(0, (int)changed.Length).CopyTo(bytes);
        ArrayPool<byte>.Shared.Return(block.Bytes);
        return new RowBlock(bytes, (int)changed.Length, rows);
    }

    /// <returns>How many bytes the row has, its newline among them.</returns>
    private int Row(ReadOnlySpan<byte> rest, MemoryStream changed, out bool isKept)
    {
        var at = 0;
        isKept = true;
        for (var i = 0; i < _change.Length; i++)
        {
            if (i > 0) changed.WriteByte((byte)',');
            var length = CsvFields.Length(rest[at..]);
            var field = rest.Slice(at, length);
            if (isKept && _change[i] is { } change) isKept = TryChange(rest, field, i, change, changed);
            else changed.Write(field);
            at += length + 1;
        }

        changed.WriteByte((byte)'\n');
        return at;
    }

    private bool TryChange(ReadOnlySpan<byte> row, ReadOnlySpan<byte> field, int position, Func<string?, string?> change, MemoryStream changed)
    {
        try
        {
            CsvFields.Encode(change(CsvFields.Decode(field)), changed);
            return true;
        }
        catch (FormatException refused)
        {
            _refuse(Values(row), position, refused.Message);
            return false;
        }
    }

    private string?[] Values(ReadOnlySpan<byte> row)
    {
        var values = new string?[_change.Length];
        var at = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var length = CsvFields.Length(row[at..]);
            values[i] = CsvFields.Decode(row.Slice(at, length));
            at += length + 1;
        }

        return values;
    }
}
