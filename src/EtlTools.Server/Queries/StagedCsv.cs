using System.Text;

namespace EtlTools.Server.Queries;

/// <summary>
/// The rows that drivers stage for array bindings: fields between commas, rows between line feeds, an empty field is NULL, and
/// quotes stand around fields that need them or are the empty text. A carriage return is part of its field.
/// </summary>
internal sealed class StagedCsv(string text)
{
    private readonly StringBuilder _field = new();
    private int _at;

    /// <summary>The next row; null at the end.</summary>
    /// <exception cref="FormatException">A quote is not closed, or text follows it.</exception>
    internal List<string?>? Next()
    {
        if (_at >= text.Length) return null;
        var row = new List<string?>();
        while (true)
        {
            row.Add(_at < text.Length && text[_at] == '"' ? Quoted() : Plain());
            if (_at >= text.Length) return row;
            var end = text[_at++];
            if (end == '\n') return row;
            if (end != ',') throw new FormatException($"text behind a quoted value at character {_at}");
        }
    }

    private string? Plain()
    {
        var length = text.AsSpan(_at).IndexOfAny(',', '\n');
        var value = length < 0 ? text[_at..] : text.Substring(_at, length);
        _at += value.Length;
        return value.Length == 0 ? null : value;
    }

    private string Quoted()
    {
        _field.Clear();
        for (_at++; ; _at++)
        {
            var next = text.IndexOf('"', _at);
            if (next < 0) throw new FormatException("a quote is not closed");
            _field.Append(text, _at, next - _at);
            _at = next + 1;
            if (_at >= text.Length || text[_at] != '"') return _field.ToString();
            _field.Append('"');
        }
    }
}
