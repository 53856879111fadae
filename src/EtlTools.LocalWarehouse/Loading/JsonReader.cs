using System.Text.Json;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>
/// Rows of JSON values one after the other, or with STRIP_OUTER_ARRAY the elements of arrays. A value is a row's only field, or
/// its members are matched to the columns by name.
/// </summary>
internal sealed class JsonReader : RowReader
{
    private readonly StageFile _file;
    private readonly FileFormat _format;
    private readonly FileBytes _bytes;
    private readonly RowLayout _layout;
    private readonly Func<string, int>? _match;
    private readonly NamedColumn[] _columns;
    private readonly (JsonTokenType Kind, int Start, int Length)[] _values;
    private bool _inArray;
    private bool _broken;
    private string? _failed;
    private long _row;
    private long _line = 1;

    private JsonReader(StageFile file, FileFormat format, FileBytes bytes, RowLayout layout, NamedColumn[] columns, Func<string, int>? match)
    {
        (_file, _format, _bytes, _layout, _columns, _match) = (file, format, bytes, layout, columns, match);
        _values = new (JsonTokenType, int, int)[columns.Length];
    }

    /// <param name="file">The file.</param>
    /// <param name="format">A JSON format.</param>
    /// <param name="layout">The columns; only the first takes the value when <paramref name="match"/> is null.</param>
    /// <param name="columns">The columns for matching by name.</param>
    /// <param name="match">The column of a member's name, -1 for none.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal static async Task<JsonReader> OpenAsync(
        StageFile file, FileFormat format, RowLayout layout, NamedColumn[] columns, Func<string, int>? match, CancellationToken cancellationToken) =>
        new(file, format, await FileBytes.OpenAsync(file, format, cancellationToken).ConfigureAwait(false), layout, columns, match);

    internal override LoadStep Next(CopyText output)
    {
        if (_broken) return LoadStep.End;
        if (!AtValue(out var step)) return step;
        var text = _bytes.Unread;
        var reader = new Utf8JsonReader(text, _bytes.IsEnd, new JsonReaderState(JsonWriter.Options));
        try
        {
            if (!reader.Read() || !reader.TrySkip()) return LoadStep.NeedsBytes;
        }
        catch (JsonException exception)
        {
            // Where the next value would begin is not known: the file ends here.
            _broken = true;
            _row++;
            var at = (int)Math.Min(text.Length, reader.BytesConsumed);
            return Refuse(Fault.Parsing(100069, $"Error parsing JSON: {exception.Message}"), text[at..], text[..at].Count((byte)'\n'), null);
        }

        var value = text[..(int)reader.BytesConsumed];
        _row++;
        var start = output.Length;
        var fault = _match is null ? _layout.Columns[0].Writer.Write(value, output) : Members(value, output, out _failed);
        if (fault is null) _layout.Finish(output, _row);
        else output.Truncate(start);
        var result = fault is null ? LoadStep.Row : Refuse(fault, value, 0, _match is null ? _layout.Columns[0].Name : _failed);
        Take(value.Length);
        return result;
    }

    /// <summary>Passes blanks, and the brackets and commas of an outer array.</summary>
    private bool AtValue(out LoadStep step)
    {
        while (true)
        {
            var text = _bytes.Unread;
            var blanks = text.IndexOfAnyExcept(" \t\r\n"u8);
            Take(blanks < 0 ? text.Length : blanks);
            text = _bytes.Unread;
            step = _bytes.IsEnd ? LoadStep.End : LoadStep.NeedsBytes;
            if (text.Length == 0) return false;
            if (!_format.StripOuterArray) return true;
            if (!_inArray && text[0] == '[') _inArray = true;
            else if (_inArray && text[0] == ']') _inArray = false;
            else if (!(_inArray && text[0] == ',')) return true;
            Take(1);
        }
    }

    private Fault? Members(ReadOnlySpan<byte> value, CopyText output, out string? failed)
    {
        failed = null;
        if (JsonWriter.Check(value, out var first) is { } broken) return broken;
        if (first != JsonTokenType.StartObject) return new Fault(100071, "22000", $"Failed to cast variant value {Fault.Text(value)} to OBJECT");
        Array.Clear(_values);
        var reader = new Utf8JsonReader(value, JsonWriter.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var column = _match!(reader.GetString()!);
            reader.Read();
            var (kind, start) = (reader.TokenType, (int)reader.TokenStartIndex);
            reader.Skip();
            if (column >= 0) _values[column] = (kind, start, (int)reader.BytesConsumed - start);
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            if (i > 0) output.Byte((byte)'\t');
            var (kind, start, length) = _values[i];
            if (Write(_columns[i], kind, value.Slice(start, length), output) is not { } fault) continue;
            failed = _columns[i].Name;
            return fault;
        }

        return null;
    }

    private static Fault? Write(NamedColumn column, JsonTokenType kind, ReadOnlySpan<byte> value, CopyText output)
    {
        switch (kind)
        {
            case JsonTokenType.String:
                var reader = new Utf8JsonReader(value);
                reader.Read();
                if (!reader.ValueIsEscaped) return column.Write(ValueKind.Text, value[1..^1], output);
                var text = new byte[value.Length];
                return column.Write(ValueKind.Text, text.AsSpan(0, reader.CopyString(text)), output);
            case JsonTokenType.Number: return column.Write(ValueKind.Number, value, output);
            case JsonTokenType.True or JsonTokenType.False: return column.Write(ValueKind.Boolean, value, output);
            case JsonTokenType.StartObject or JsonTokenType.StartArray: return column.Write(ValueKind.Json, value, output);
            default: return column.Write(ValueKind.Null, default, output);
        }
    }

    private LoadStep Refuse(Fault fault, ReadOnlySpan<byte> record, int lines, string? column)
    {
        Problem = new Problem(fault, _file.Name, _line + lines, 1, _bytes.Position, column, _row, _line, Fault.Text(record));
        return LoadStep.Refused;
    }

    private void Take(int count)
    {
        _line += _bytes.Unread[..count].Count((byte)'\n');
        _bytes.Take(count);
    }

    internal override ValueTask FillAsync(CancellationToken cancellationToken) => _bytes.FillAsync(cancellationToken);

    public override ValueTask DisposeAsync() => _bytes.DisposeAsync();
}
