using EtlTools.Core.Errors;
using EtlTools.Parquet.Writing;

namespace EtlTools.Core.Files;

/// <summary>
/// A Parquet file of the rows, every column as the text PostgreSQL writes. A typed column would be a second conversion that has to be
/// exact for every value, and could not hold what the warehouse is to refuse and show: <c>NaN</c> in a numeric, <c>infinity</c> in a date.
/// </summary>
internal sealed class ParquetRowFile : IRowFile
{
    private const int SmallestGroup = 1 << 16;

    private readonly PartFile _part;
    private readonly ParquetWriter _writer;
    private readonly int _columns;
    private byte[] _unescaped = new byte[256];
    private long _rows;

    /// <param name="path">Where it is written, without extension.</param>
    /// <param name="columns">The columns' names in the order of the fields.</param>
    /// <param name="fileSize">Compressed bytes after which the file is to be complete; no row group is larger.</param>
    public ParquetRowFile(string path, IReadOnlyList<string> columns, long fileSize)
    {
        _part = new PartFile(path);
        _columns = columns.Count;
        _writer = new ParquetWriter(
            _part.Stream, [.. columns.Select(name => new ParquetField(name, ParquetKind.Text))], (int)Math.Clamp(fileSize, SmallestGroup, ParquetWriter.UsualGroupBytes));
    }

    /// <inheritdoc/>
    public long Bytes => _writer.Bytes;

    /// <inheritdoc/>
    /// <exception cref="IntegrityException">A row has another number of fields.</exception>
    public void Write(RowBlock block)
    {
        ReadOnlySpan<byte> rest = block.Bytes.AsSpan(0, block.Length);
        while (rest.Length > 0)
        {
            for (var i = 0; i < _columns; i++) Add(_writer.Column(i), CsvFields.Take(ref rest, isLast: i == _columns - 1));
            _writer.EndRow();
        }

        _rows += block.Rows;
    }

    /// <inheritdoc/>
    public Task<StagedFile> FinishAsync(CancellationToken cancellationToken)
    {
        _writer.Finish();
        _writer.Dispose();
        return _part.CompleteAsync(".parquet", _rows, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        return _part.DisposeAsync();
    }

    private void Add(ColumnWriter column, ReadOnlySpan<byte> field)
    {
        if (field.Length == 0) column.Null();
        else if (field[0] != '"') column.Add(field);
        else if (field[1..^1].IndexOf((byte)'"') < 0) column.Add(field[1..^1]);
        else column.Add(Unescape(field[1..^1]));
    }

    // Two quotes stand for one.
    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text)
    {
        if (_unescaped.Length < text.Length) _unescaped = new byte[text.Length];
        var length = 0;
        while (text.IndexOf((byte)'"') is var quote and >= 0)
        {
            text[..(quote + 1)].CopyTo(_unescaped.AsSpan(length));
            length += quote + 1;
            text = text[(quote + 2)..];
        }

        text.CopyTo(_unescaped.AsSpan(length));
        return _unescaped.AsSpan(0, length + text.Length);
    }
}
