using System.Buffers;
using System.Buffers.Binary;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>What the bytes of a binary COPY hold next.</summary>
internal enum CopyStep
{
    Row,
    NeedsBytes,
    End,
}

/// <summary>
/// The bytes of a binary COPY, row by row: a row can be read once all of it is in the buffer, which grows for a row wider
/// than itself and is used again for every row.
/// </summary>
internal sealed class CopyRow(int fields) : IDisposable
{
    private const int InitialBytes = 65_536;
    private const int HeaderBytes = 19;
    private readonly int[] _starts = new int[fields];
    private readonly int[] _lengths = new int[fields];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _from;
    private int _to;
    private int _needed;
    private int _readable;
    private bool _headerRead;
    private bool _ended;

    /// <summary>Moves to the next row; cells of the one before can no longer be read.</summary>
    internal CopyStep Next()
    {
        _readable = 0;
        if (_ended) return CopyStep.End;
        if (!_headerRead && !Header()) return CopyStep.NeedsBytes;
        var unread = _buffer.AsSpan(_from, _to - _from);
        if (!Has(unread, 2)) return CopyStep.NeedsBytes;
        int count = BinaryPrimitives.ReadInt16BigEndian(unread);
        if (count == -1)
        {
            _from = _to;
            _ended = true;
            return CopyStep.End;
        }

        if (count != _starts.Length) throw new InvalidDataException($"PostgreSQL sent {count} fields instead of {_starts.Length}.");
        var at = 2;
        for (var i = 0; i < _lengths.Length; i++)
        {
            if (!Has(unread, at + 4)) return CopyStep.NeedsBytes;
            var length = BinaryPrimitives.ReadInt32BigEndian(unread[at..]);
            at += 4;
            _lengths[i] = length;
            _starts[i] = _from + at;
            if (length > 0) at += length;
        }

        if (!Has(unread, at)) return CopyStep.NeedsBytes;
        _from += at;
        Show();
        return CopyStep.Row;
    }

    /// <summary>Makes the row's cells unreadable until <see cref="Show"/>.</summary>
    internal void Hide() => _readable = 0;

    internal void Show() => _readable = _lengths.Length;

    /// <summary>Room for more bytes behind those of the unfinished row; <see cref="Filled"/> tells how many came.</summary>
    internal Memory<byte> Free()
    {
        var unread = _to - _from;
        if (_needed > _buffer.Length)
        {
            var wider = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(_needed, _buffer.Length * 2L)));
            _buffer.AsSpan(_from, unread).CopyTo(wider);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = wider;
        }
        else if (_from > 0 && unread > 0)
        {
            _buffer.AsSpan(_from, unread).CopyTo(_buffer);
        }

        _from = 0;
        _to = unread;
        return _buffer.AsMemory(_to);
    }

    internal void Filled(int count) => _to += count;

    internal bool IsNull(int field) => (uint)field < (uint)_readable ? _lengths[field] < 0 : throw Unreadable(field);

    /// <summary>The bytes of a field in PostgreSQL's binary format.</summary>
    internal ReadOnlySpan<byte> Bytes(int field)
    {
        if ((uint)field >= (uint)_readable) throw Unreadable(field);
        var length = _lengths[field];
        return length >= 0 ? new ReadOnlySpan<byte>(_buffer, _starts[field], length) : throw new InvalidCastException("The cell is NULL.");
    }

    public void Dispose()
    {
        _readable = 0;
        _ended = true;
        var buffer = _buffer;
        _buffer = [];
        _from = _to = 0;
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private bool Header()
    {
        var unread = _buffer.AsSpan(_from, _to - _from);
        if (!Has(unread, HeaderBytes)) return false;
        if (!unread.StartsWith("PGCOPY\n"u8)) throw new InvalidDataException("PostgreSQL's COPY did not start with its signature.");
        var length = HeaderBytes + BinaryPrimitives.ReadInt32BigEndian(unread[(HeaderBytes - 4)..]);
        if (!Has(unread, length)) return false;
        _from += length;
        return _headerRead = true;
    }

    private bool Has(ReadOnlySpan<byte> unread, int bytes)
    {
        _needed = bytes;
        return unread.Length >= bytes;
    }

    private InvalidOperationException Unreadable(int field) => _readable == 0
        ? new InvalidOperationException("There is no row to read.")
        : new InvalidOperationException($"There is no field {field}.");
}
