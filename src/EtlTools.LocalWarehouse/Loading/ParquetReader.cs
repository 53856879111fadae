using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Stages;
using EtlTools.Parquet.Reading;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>
/// Rows of a Parquet file: their values matched to the columns by name, or all of a row as one VARIANT. The order of rows is
/// the file's; memory holds a page of each column.
/// </summary>
internal sealed class ParquetReader : RowReader
{
    private readonly StageFile _file;
    private readonly ParquetFile _parquet;
    private readonly RowLayout _layout;
    private readonly NamedColumn[] _columns;
    private readonly int[] _sources;
    private readonly ParquetCell[] _cells;
    private readonly byte[][] _names;
    private readonly CopyText _object = new();
    private ColumnCursor?[] _cursors = [];
    private int _group = -1;
    private long _left;
    private long _row;

    private ParquetReader(StageFile file, ParquetFile parquet, FileFormat format, RowLayout layout, NamedColumn[] columns, Func<string, int>? match)
    {
        (_file, _parquet, _layout, _columns) = (file, parquet, layout, columns);
        _sources = new int[columns.Length];
        Array.Fill(_sources, -1);
        for (var i = 0; match is not null && i < parquet.Columns.Count; i++)
        {
            if (match(parquet.Columns[i].Name) is >= 0 and var column) _sources[column] = i;
        }

        // Columns that nothing is loaded from may have types that are not read.
        _cells = [.. parquet.Columns.Select((c, i) => match is null || _sources.Contains(i) ? new ParquetCell(c, format) : null!)];
        _names = [.. parquet.Columns.Select(c => (byte[])[.. NamedColumn.Quoted(System.Text.Encoding.UTF8.GetBytes(c.Name)), (byte)':'])];
        IsWhole = match is null;
    }

    private bool IsWhole { get; }

    /// <param name="file">The file.</param>
    /// <param name="format">A Parquet format.</param>
    /// <param name="layout">The columns; only the first takes a value, the whole row, when <paramref name="match"/> is null.</param>
    /// <param name="columns">The columns for matching by name.</param>
    /// <param name="match">The table's column for a file's column, -1 for none.</param>
    internal static ParquetReader Open(StageFile file, FileFormat format, RowLayout layout, NamedColumn[] columns, Func<string, int>? match)
    {
        var parquet = ParquetFile.Open(file.Local);
        try
        {
            return new ParquetReader(file, parquet, format, layout, columns, match);
        }
        catch
        {
            parquet.Dispose();
            throw;
        }
    }

    internal override LoadStep Next(CopyText output)
    {
        while (_left == 0)
        {
            if (++_group >= _parquet.RowGroupCount) return LoadStep.End;
            _left = _parquet.RowsOf(_group);
            _cursors = [.. _cells.Select((c, i) => c is null ? null : _parquet.Cursor(_group, i, i < _cursors.Length ? _cursors[i] : null))];
        }

        _left--;
        _row++;
        foreach (var cursor in _cursors) cursor?.Next();
        var start = output.Length;
        string? failed = null;
        var fault = IsWhole ? Whole(output) : Members(output, out failed);
        if (fault is null)
        {
            _layout.Finish(output, _row);
            return LoadStep.Row;
        }

        output.Truncate(start);
        Problem = new Problem(fault, _file.Name, _row, 1, 0, failed ?? _layout.Columns[0].Name, _row, _row, "");
        return LoadStep.Refused;
    }

    private Fault? Members(CopyText output, out string? failed)
    {
        failed = null;
        for (var i = 0; i < _columns.Length; i++)
        {
            if (i > 0) output.Byte((byte)'\t');
            var kind = ValueKind.Null;
            ReadOnlySpan<byte> text = default;
            var instant = false;
            if (_sources[i] is >= 0 and var source)
            {
                kind = _cells[source].Read(_cursors[source]!, out text);
                instant = _cells[source].IsInstant;
            }

            if (_columns[i].Write(kind, text, output, instant) is not { } fault) continue;
            failed = _columns[i].Name;
            return fault;
        }

        return null;
    }

    private Fault? Whole(CopyText output)
    {
        _object.Truncate(0);
        _object.Byte((byte)'{');
        var any = false;
        for (var i = 0; i < _cells.Length; i++)
        {
            var kind = _cells[i].Read(_cursors[i]!, out var text);
            // A missing value is no member, as NULL is none in an OBJECT.
            if (kind == ValueKind.Null) continue;
            if (any) _object.Byte((byte)',');
            any = true;
            _object.Raw(_names[i]);
            if (kind == ValueKind.Text && !System.Text.Unicode.Utf8.IsValid(text)) return Fault.Utf8(text);
            _object.Raw(kind == ValueKind.Text ? NamedColumn.Quoted(text) : text);
        }

        _object.Byte((byte)'}');
        return _layout.Columns[0].Writer.Write(_object.Written.Span, output);
    }

    internal override ValueTask FillAsync(CancellationToken cancellationToken) => default;

    public override ValueTask DisposeAsync()
    {
        _parquet.Dispose();
        return default;
    }
}
