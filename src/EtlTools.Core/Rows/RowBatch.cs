using System.Buffers.Text;

namespace EtlTools.Core.Rows;

/// <summary>
/// Rows already encoded as COPY text, held until their transaction is certain to be committed, so that they can be sent again
/// after a broken connection or in halves around a bad row. One buffer that is reused from batch to batch; not thread-safe.
/// The first field of each row is its ordinal in the batch, counted from <see cref="FirstOrdinal"/>.
/// </summary>
internal sealed class RowBatch
{
    private readonly List<int> _rowEnds = [];
    private byte[] _bytes = new byte[1 << 20];
    private int _length;
    private int _rowStart;

    /// <summary>Number of the batch in its run, from 1.</summary>
    public int Sequence { get; private set; }

    /// <summary>The ordinal of the first row.</summary>
    public long FirstOrdinal { get; private set; }

    /// <summary>Rows encoded.</summary>
    public int Count => _rowEnds.Count;

    /// <summary>Bytes encoded.</summary>
    public int ByteCount => _length;

    /// <summary>Rows that could not be encoded, put aside with their reason.</summary>
    public List<RejectedRow> Rejected { get; } = [];

    /// <summary>Rows read from the source for this batch.</summary>
    public int RowsRead => Count + Rejected.Count + Dropped;

    /// <summary>Rows that a transform left out.</summary>
    public int Dropped { get; private set; }

    /// <summary>Cursor text of the first row read; null when the rows have none.</summary>
    public string? FirstCursor { get; private set; }

    /// <summary>Cursor text of the last row read; null when the rows have none.</summary>
    public string? LastCursor { get; private set; }

    /// <summary>Keys (as JSON arrays) of rows in this batch that were in quarantine until now.</summary>
    public List<string> Returned { get; } = [];

    /// <summary>Empties the batch for its next use; the buffer is kept.</summary>
    public void Reset(int sequence, long firstOrdinal)
    {
        Sequence = sequence;
        FirstOrdinal = firstOrdinal;
        _rowEnds.Clear();
        Rejected.Clear();
        Returned.Clear();
        _length = _rowStart = Dropped = 0;
        FirstCursor = LastCursor = null;
    }

    /// <summary>Notes the cursor text of the row read last.</summary>
    public void Passed(string cursor)
    {
        FirstCursor ??= cursor;
        LastCursor = cursor;
    }

    /// <summary>Counts a row that is left out.</summary>
    public void Drop() => Dropped++;

    /// <summary>Begins a row with its ordinal.</summary>
    public void BeginRow()
    {
        _rowStart = _length;
        var space = Reserve(20);
        Utf8Formatter.TryFormat(FirstOrdinal + Count, space, out var written);
        _length += written;
    }

    /// <summary>Adds a NULL field.</summary>
    public void AppendNull()
    {
        var space = Reserve(3);
        space[0] = (byte)'\t';
        CopyText.Null.CopyTo(space[1..]);
        _length += 3;
    }

    /// <summary>Adds a field; nothing is added when the text cannot be stored.</summary>
    /// <param name="prefix">Bytes before the text, already escaped.</param>
    /// <param name="text">The decoded value.</param>
    public TextFault TryAppend(ReadOnlySpan<byte> prefix, ReadOnlySpan<char> text)
    {
        var space = Reserve(1 + prefix.Length + CopyText.MaxBytes(text.Length));
        space[0] = (byte)'\t';
        prefix.CopyTo(space[1..]);
        var fault = CopyText.TryEncode(text, space[(1 + prefix.Length)..], out var written);
        if (fault == TextFault.None) _length += 1 + prefix.Length + written;
        return fault;
    }

    /// <summary>Ends the row begun last.</summary>
    public void EndRow()
    {
        Reserve(1)[0] = (byte)'\n';
        _length++;
        _rowEnds.Add(_length);
    }

    /// <summary>Forgets the row begun last.</summary>
    public void AbandonRow() => _length = _rowStart;

    /// <summary>The encoded bytes of rows <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive), by position in the batch.</summary>
    public ReadOnlyMemory<byte> Rows(int from, int to) => from == to ? default : _bytes.AsMemory(Start(from)..Start(to));

    /// <summary>The encoded bytes of one row without its ordinal, by position in the batch.</summary>
    public ReadOnlyMemory<byte> WithoutOrdinal(int row)
    {
        var bytes = _bytes.AsMemory(Start(row)..Start(row + 1));
        return bytes[(bytes.Span.IndexOf((byte)'\t') + 1)..];
    }

    /// <summary>The values of one row without its ordinal, by position in the batch.</summary>
    public string?[] Decode(int row) => CopyText.DecodeRow(_bytes.AsSpan(Start(row)..(Start(row + 1) - 1)))[1..];

    private int Start(int row) => row == 0 ? 0 : _rowEnds[row - 1];

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, Math.Max(checked(_length + count), (int)Math.Min(Array.MaxLength, _bytes.Length * 2L)));
        return _bytes.AsSpan(_length);
    }
}
