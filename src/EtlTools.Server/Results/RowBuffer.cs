using System.Buffers;
using EtlTools.LocalWarehouse.Engine;

namespace EtlTools.Server.Results;

/// <summary>
/// Rows as JSON arrays of strings and nulls, joined by commas and without brackets around them: what both a row set and a chunk
/// hold. Only ASCII is ever written as \u, for the .NET driver's chunk parser reads those as single bytes.
/// </summary>
internal sealed class RowBuffer(int initialBytes)
{
    private static readonly SearchValues<byte> NeedEscape = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);
    private byte[] _bytes = new byte[initialBytes];
    private int _length;

    internal int Rows { get; private set; }

    internal int Length => _length;

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    internal void Clear()
    {
        (_length, Rows) = (0, 0);
        // One wide row must not hold its memory for the rest of the result.
        if (_bytes.Length > initialBytes * 4) _bytes = new byte[initialBytes];
    }

    /// <summary>Appends the row that <paramref name="rows"/> stands on.</summary>
    internal void Append(RowSource rows, int columns)
    {
        Room(2);
        if (Rows++ > 0) _bytes[_length++] = (byte)',';
        _bytes[_length++] = (byte)'[';
        for (var i = 0; i < columns; i++)
        {
            if (rows.IsNull(i))
            {
                Room(6);
                "null"u8.CopyTo(_bytes.AsSpan(_length));
                _length += 4;
            }
            else
            {
                Text(rows.Wire(i));
            }

            _bytes[_length++] = (byte)',';
        }

        if (columns == 0) _bytes[_length++] = (byte)']';
        else _bytes[_length - 1] = (byte)']';
    }

    private void Text(ReadOnlySpan<byte> text)
    {
        Room(text.Length + 4);
        _bytes[_length++] = (byte)'"';
        for (var at = text.IndexOfAny(NeedEscape); at >= 0; at = text.IndexOfAny(NeedEscape))
        {
            text[..at].CopyTo(_bytes.AsSpan(_length));
            _length += at;
            Escape(text[at]);
            text = text[(at + 1)..];
            Room(text.Length + 4);
        }

        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
        _bytes[_length++] = (byte)'"';
    }

    private void Escape(byte c)
    {
        Room(8);
        _bytes[_length++] = (byte)'\\';
        if (c is (byte)'"' or (byte)'\\')
        {
            _bytes[_length++] = c;
            return;
        }

        "u00"u8.CopyTo(_bytes.AsSpan(_length));
        _bytes[_length + 3] = (byte)(c < 16 ? '0' : '1');
        _bytes[_length + 4] = (byte)"0123456789abcdef"[c & 15];
        _length += 5;
    }

    private void Room(int more)
    {
        if (_length + more <= _bytes.Length) return;
        Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(_bytes.Length * 2L, _length + more + 16L)));
    }
}
