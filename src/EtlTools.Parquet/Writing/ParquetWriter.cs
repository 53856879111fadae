using System.Buffers.Binary;

namespace EtlTools.Parquet.Writing;

/// <summary>
/// Writes a Parquet file of flat columns: PLAIN pages compressed with gzip, definition levels for NULL, statistics of each row group.
/// Memory holds one row group, whose size is bounded. Nothing is readable before <see cref="Finish"/>.
/// </summary>
internal sealed class ParquetWriter : IDisposable
{
    /// <summary>Bytes of compressed pages, and of pages not complete, at which a row group ends unless said otherwise.</summary>
    internal const int UsualGroupBytes = 4 << 20;

    private const int LargestPage = 1 << 18;
    private const int SmallestPage = 1 << 12;
    private readonly Stream _destination;
    private readonly long _groupBytes;
    private readonly PageCompressor _pages = new();
    private readonly ColumnWriter[] _columns;
    private readonly List<IReadOnlyList<WrittenChunk>> _groups = [];
    private long _rowsInGroup;

    /// <param name="destination">Where the file goes, from its present position on, which has to be the file's beginning; stays open.</param>
    /// <param name="fields">The columns, at least one, no two of one name.</param>
    /// <param name="groupBytes">Bytes in memory at which a row group ends.</param>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    internal ParquetWriter(Stream destination, IReadOnlyList<ParquetField> fields, int groupBytes = UsualGroupBytes)
    {
        if (fields.Count == 0) throw new ArgumentException("A Parquet file has no column.");
        if (fields.Select(field => field.Name).Distinct(StringComparer.Ordinal).Count() < fields.Count) throw new ArgumentException("Two columns of a Parquet file have one name.");
        _destination = destination;
        _groupBytes = groupBytes;
        var pageBytes = Math.Clamp(groupBytes / fields.Count, SmallestPage, LargestPage);
        _columns = [.. fields.Select(field => new ColumnWriter(field, pageBytes, _pages))];
        Write("PAR1"u8);
    }

    /// <summary>Bytes of the file so far; what is still in memory is missing.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Takes the values of a column: exactly one for each row, before <see cref="EndRow"/>.</summary>
    internal ColumnWriter Column(int position) => _columns[position];

    /// <summary>Ends a row.</summary>
    /// <exception cref="InvalidOperationException">A column has not had its value, or has had two.</exception>
    internal void EndRow()
    {
        _rowsInGroup++;
        var buffered = 0L;
        foreach (var column in _columns)
        {
            if (column.Rows != _rowsInGroup) throw new InvalidOperationException($"Parquet column '{column.Field.Name}' has {column.Rows} values in {_rowsInGroup} rows.");
            buffered += column.Buffered;
        }

        if (buffered >= _groupBytes) EndGroup();
    }

    /// <summary>Writes what is missing. The file is complete then.</summary>
    internal void Finish()
    {
        EndGroup();
        var footer = FooterWriter.Footer([.. _columns.Select(column => column.Field)], _groups).Written;
        Span<byte> end = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(end, footer.Length);
        "PAR1"u8.CopyTo(end[4..]);
        Write(footer);
        Write(end);
    }

    /// <summary>Gives memory back; completes nothing.</summary>
    public void Dispose()
    {
        Array.ForEach(_columns, column => column.Dispose());
        _pages.Dispose();
    }

    private void EndGroup()
    {
        if (_rowsInGroup == 0) return;
        var chunks = new List<WrittenChunk>(_columns.Length);
        foreach (var column in _columns)
        {
            var chunk = column.Flush(_destination, Bytes);
            Bytes += chunk.Bytes;
            chunks.Add(chunk);
        }

        _groups.Add(chunks);
        _rowsInGroup = 0;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _destination.Write(bytes);
        Bytes += bytes.Length;
    }
}
