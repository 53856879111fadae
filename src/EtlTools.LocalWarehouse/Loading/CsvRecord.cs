using System.Buffers;
using EtlTools.LocalWarehouse.Files;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>One field of a record: where its bytes are, whether quotes enclosed it, and whether escapes must be taken out.</summary>
internal readonly record struct CsvField(int Start, int Length, bool IsEnclosed, bool HasEscapes);

/// <summary>Cuts a record of delimited text into its fields, by the format's delimiters, quotes and escapes.</summary>
internal sealed class CsvRecord(FileFormat format)
{
    private readonly byte[] _field = format.FieldDelimiter;
    private readonly byte[] _record = format.RecordDelimiter;
    private readonly bool _newLine = format.RecordDelimiter is [(byte)'\n'];
    private readonly SearchValues<byte> _unenclosed = SearchValues.Create(
        [.. format.FieldDelimiter.Take(1), format.RecordDelimiter[0], .. format.EscapeUnenclosed is { } u ? (byte[])[u] : []]);

    private readonly SearchValues<byte> _enclosed = SearchValues.Create(
        [.. format.Enclosure is { } q ? (byte[])[q] : [], .. format.Escape is { } e ? (byte[])[e] : []]);

    private CsvField[] _fields = new CsvField[64];
    private byte[] _scratch = new byte[256];

    internal int Count { get; private set; }

    /// <summary>Bytes of the record with its delimiter.</summary>
    internal int Length { get; private set; }

    /// <summary>Bytes of the record without its delimiter.</summary>
    internal int ContentLength { get; private set; }

    /// <summary>Line ends inside the record's fields.</summary>
    internal int InnerLines { get; private set; }

    /// <summary>What is wrong with the record's form, and where; the record ends at the next delimiter then.</summary>
    internal (Fault Fault, int At)? Malformed { get; private set; }

    internal CsvField this[int index] => _fields[index];

    /// <summary>Finds the record at the start of <paramref name="text"/>; false when more bytes are needed.</summary>
    internal bool TryRead(ReadOnlySpan<byte> text, bool isEnd)
    {
        (Count, InnerLines, Malformed) = (0, 0, null);
        var at = 0;
        while (true)
        {
            if (format.TrimSpace) at += Spaces(text[at..]);
            var enclosed = format.Enclosure is { } quote && at < text.Length && text[at] == quote;
            var end = enclosed ? Enclosed(text, at, isEnd) : Unenclosed(text, at);
            if (end < 0 && Malformed is null)
            {
                if (!isEnd) return false;
                end = text.Length;
            }

            if (Malformed is { } malformed) return Recover(text, malformed.At, isEnd);
            if (end == text.Length)
            {
                if (!isEnd) return false;
                (Length, ContentLength) = (end, end);
                return true;
            }

            if (_field.Length > 0 && text[end..].StartsWith(_field))
            {
                at = end + _field.Length;
                continue;
            }

            var delimiter = text[end] == '\r' && _newLine && !text[end..].StartsWith(_record) ? 2 : _record.Length;
            if (end + delimiter > text.Length && !isEnd) return false;
            (Length, ContentLength) = (Math.Min(text.Length, end + delimiter), end);
            return true;
        }
    }

    private static int Spaces(ReadOnlySpan<byte> text)
    {
        var count = text.IndexOfAnyExcept((byte)' ');
        return count < 0 ? text.Length : count;
    }

    /// <summary>The end of an unenclosed field: the position of a delimiter, or -1 for the end of the text.</summary>
    private int Unenclosed(ReadOnlySpan<byte> text, int start)
    {
        var at = start;
        var escapes = false;
        var lastEscaped = -1;
        while (true)
        {
            var step = text[at..].IndexOfAny(_unenclosed);
            if (step < 0)
            {
                at = text.Length;
                break;
            }

            at += step;
            if (_field.Length > 0 && text[at] == _field[0] && (_field.Length == 1 || text[at..].StartsWith(_field))) break;
            if (text[at] == _record[0] && (_record.Length == 1 || text[at..].StartsWith(_record))) break;
            if (text[at] == format.EscapeUnenclosed)
            {
                escapes = true;
                lastEscaped = ++at;
            }

            at = Math.Min(at + 1, text.Length);
        }

        var found = at < text.Length;
        var length = at - start;
        var end = at;
        if (found && _newLine && text[at] == '\n' && length > 0 && text[at - 1] == '\r' && lastEscaped != at - 1)
        {
            length--;
            end--;
        }

        if (format.TrimSpace) length = text.Slice(start, length).TrimEnd((byte)' ').Length;
        Add(new CsvField(start, length, false, escapes));
        return found ? end : -1;
    }

    private int Enclosed(ReadOnlySpan<byte> text, int start, bool isEnd)
    {
        var quote = format.Enclosure!.Value;
        var at = start + 1;
        var escapes = false;
        while (true)
        {
            var step = text[at..].IndexOfAny(_enclosed);
            if (step < 0)
            {
                if (isEnd) Malformed = (Fault.Parsing(100133, "End of file reached inside an enclosed field"), start);
                return -1;
            }

            at += step;
            if (at + 1 >= text.Length && !isEnd) return -1;
            var isQuote = text[at] == quote;
            if (isQuote && !(at + 1 < text.Length && text[at + 1] == quote)) break;
            escapes = true;
            at = Math.Min(at + 2, text.Length);
        }

        var content = text[(start + 1)..at];
        InnerLines += content.Count((byte)'\n');
        Add(new CsvField(start + 1, content.Length, true, escapes));
        at++;
        if (format.TrimSpace) at += Spaces(text[at..]);
        if (at >= text.Length) return -1;
        var rest = text[at..];
        if (rest.StartsWith(_record) || (_field.Length > 0 && rest.StartsWith(_field))) return at;
        if (_newLine && rest[0] == '\r')
        {
            if (rest.Length == 1 && !isEnd) return -1;
            if (rest.Length == 1 || rest[1] == '\n') return at;
        }

        if (!isEnd && rest.Length < Math.Max(_record.Length, _field.Length)) return -1;
        Malformed = (Fault.Parsing(100016, $"Found character '{Fault.Text(rest[..1])}' instead of field delimiter '{Fault.Text(_field)}'"), at);
        return -1;
    }

    private bool Recover(ReadOnlySpan<byte> text, int at, bool isEnd)
    {
        var step = text[at..].IndexOf(_record);
        if (step < 0 && !isEnd) return false;
        ContentLength = step < 0 ? text.Length : at + step;
        Length = step < 0 ? text.Length : ContentLength + _record.Length;
        InnerLines = text[..ContentLength].Count((byte)'\n');
        return true;
    }

    private void Add(CsvField field)
    {
        if (Count == _fields.Length) Array.Resize(ref _fields, Count * 2);
        _fields[Count++] = field;
    }

    /// <summary>A field's value with its escapes taken out.</summary>
    internal ReadOnlySpan<byte> Value(ReadOnlySpan<byte> text, int index)
    {
        ref readonly var field = ref _fields[index];
        var raw = text.Slice(field.Start, field.Length);
        return field.HasEscapes ? Unescape(raw, field.IsEnclosed) : raw;
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw, bool enclosed)
    {
        if (_scratch.Length < raw.Length) _scratch = new byte[Math.Max(raw.Length, _scratch.Length * 2)];
        var escape = enclosed ? format.Escape : format.EscapeUnenclosed;
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            var skips = i + 1 < raw.Length && (raw[i] == escape || (enclosed && raw[i] == format.Enclosure));
            _scratch[length++] = skips ? raw[++i] : raw[i];
        }

        return _scratch.AsSpan(0, length);
    }
}
