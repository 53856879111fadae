using System.Text;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>Rows of delimited text.</summary>
internal sealed class CsvReader : RowReader
{
    private readonly StageFile _file;
    private readonly FileFormat _format;
    private readonly FileBytes _bytes;
    private readonly CsvRecord _record;
    private readonly bool _checksCount;
    private readonly string _table;
    private RowLayout _layout = null!;
    private TargetColumn[] _columns = [];
    private long _line = 1;
    private long _row;
    private int _headersLeft;

    private CsvReader(StageFile file, FileFormat format, FileBytes bytes, string table, bool checksCount)
    {
        _file = file;
        _format = format;
        _bytes = bytes;
        _record = new CsvRecord(format);
        _table = table;
        _checksCount = checksCount && format.ErrorOnColumnCountMismatch;
        _headersLeft = format.SkipHeader;
    }

    /// <param name="file">The file.</param>
    /// <param name="format">A CSV format.</param>
    /// <param name="table">The table's name for messages.</param>
    /// <param name="checksCount">False where the number of fields does not matter: in transformations and when columns are matched by name.</param>
    /// <param name="layout">Makes the layout from the header's names, which are null without PARSE_HEADER.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal static async Task<CsvReader> OpenAsync(
        StageFile file, FileFormat format, string table, bool checksCount, Func<IReadOnlyList<string>?, RowLayout> layout, CancellationToken cancellationToken)
    {
        var reader = new CsvReader(file, format, await FileBytes.OpenAsync(file, format, cancellationToken).ConfigureAwait(false), table, checksCount);
        try
        {
            var names = format.ParseHeader ? await reader.HeaderAsync(cancellationToken).ConfigureAwait(false) : null;
            reader._layout = layout(names);
            reader._columns = [.. reader._layout.Columns];
            return reader;
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IReadOnlyList<string>> HeaderAsync(CancellationToken cancellationToken)
    {
        while (!_record.TryRead(_bytes.Unread, _bytes.IsEnd)) await FillAsync(cancellationToken).ConfigureAwait(false);
        if (_record.Malformed is { } malformed) throw new LocalWarehouseException(malformed.Fault.Code, malformed.Fault.SqlState, $"{malformed.Fault.Message}\n  File '{_file.Name}', line 1");
        var names = Enumerable.Range(0, _record.Count).Select(i => Encoding.UTF8.GetString(_record.Value(_bytes.Unread, i))).ToList();
        var twice = names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) throw WarehouseErrors.Compilation(2025, "42711", $"duplicate column name '{twice.Key}' in the header of '{_file.Name}'");
        Taken();
        return names;
    }

    internal override LoadStep Next(CopyText output)
    {
        for (; _headersLeft > 0; _headersLeft--)
        {
            // Header lines are lines, whatever the delimiters are.
            var end = _bytes.Unread.IndexOf((byte)'\n');
            if (end < 0 && !_bytes.IsEnd) return LoadStep.NeedsBytes;
            _bytes.Take(end < 0 ? _bytes.Unread.Length : end + 1);
            _line++;
        }

        while (true)
        {
            var text = _bytes.Unread;
            if (text.Length == 0 && _bytes.IsEnd) return LoadStep.End;
            if (!_record.TryRead(text, _bytes.IsEnd)) return LoadStep.NeedsBytes;
            if (_format.SkipBlankLines && _record is { ContentLength: 0, Malformed: null })
            {
                Taken();
                continue;
            }

            _row++;
            var start = output.Length;
            Problem = Write(text, output);
            if (Problem is not null) output.Truncate(start);
            Taken();
            return Problem is null ? LoadStep.Row : LoadStep.Refused;
        }
    }

    private Problem? Write(ReadOnlySpan<byte> text, CopyText output)
    {
        if (_record.Malformed is { } malformed) return Refuse(malformed.Fault, text, malformed.At, Column(_record.Count - 1));
        if (_checksCount && _record.Count != _columns.Length) return Miscounted(text);
        for (var i = 0; i < _columns.Length; i++)
        {
            if (i > 0) output.Byte((byte)'\t');
            var column = _columns[i];
            if (column.Field < 0 || column.Field >= _record.Count || IsNull(text, column.Field))
            {
                if (!column.Nullable) return Refuse(Fault.Null, text, column.Field >= 0 && column.Field < _record.Count ? At(column.Field) : _record.ContentLength, column.Name);
                output.Null();
                continue;
            }

            if (column.Writer.Write(_record.Value(text, column.Field), output) is { } fault) return Refuse(fault, text, At(column.Field), column.Name);
        }

        _layout.Finish(output, _row);
        return null;
    }

    private bool IsNull(ReadOnlySpan<byte> text, int index)
    {
        var field = _record[index];
        if (field.Length == 0 && !field.IsEnclosed && _format.EmptyFieldAsNull) return true;
        foreach (var absent in _format.NullIf)
        {
            if (field.Length == absent.Length && text.Slice(field.Start, field.Length).SequenceEqual(absent)) return true;
            if (field.HasEscapes && _record.Value(text, index).SequenceEqual(absent)) return true;
        }

        return false;
    }

    private Problem Miscounted(ReadOnlySpan<byte> text)
    {
        if (_record.Count < _columns.Length)
            return Refuse(Fault.Parsing(100068, $"End of record reached while expected to parse column '{_columns[_record.Count].Name}'"), text, _record.ContentLength, _columns[_record.Count].Name);
        return Refuse(
            Fault.Parsing(100080, $"Number of columns in file ({_record.Count}) does not match that of the corresponding table ({_columns.Length}), use file format option error_on_column_count_mismatch=false to ignore this error"),
            text, At(_columns.Length), $"\"{_table}\"[{_record.Count}]");
    }

    /// <summary>Where a field begins, with its quote.</summary>
    private int At(int field) => _record[field].Start - (_record[field].IsEnclosed ? 1 : 0);

    private string? Column(int field) => Array.Find(_columns, c => c.Field == field)?.Name;

    private Problem Refuse(Fault fault, ReadOnlySpan<byte> text, int at, string? column)
    {
        var before = text[..Math.Min(at, text.Length)];
        var lastLine = before.LastIndexOf((byte)'\n') + 1;
        var line = _line + before.Count((byte)'\n');
        var character = Encoding.UTF8.GetCharCount(before[lastLine..]) + 1;
        var record = Fault.Text(text[.._record.ContentLength]);
        return new Problem(fault, _file.Name, line, character, _bytes.Position + at, column, _row, _line, record);
    }

    private void Taken()
    {
        var text = _bytes.Unread;
        _line += _record.InnerLines + (text[_record.ContentLength.._record.Length].Contains((byte)'\n') ? 1 : 0);
        _bytes.Take(_record.Length);
    }

    internal override ValueTask FillAsync(CancellationToken cancellationToken) => _bytes.FillAsync(cancellationToken);

    public override ValueTask DisposeAsync() => _bytes.DisposeAsync();
}
