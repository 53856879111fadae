namespace EtlTools.Parquet.Reading;

/// <summary>Parquet's mixture of repeated and bit-packed numbers, as levels, dictionary indices and booleans use it.</summary>
internal struct RleReader(int start, int end, int bitWidth)
{
    private readonly int _end = end;
    private readonly int _bitWidth = bitWidth;
    private int _at = start;
    private int _left;
    private int _repeated;
    private bool _isPacked;
    private int _bit;

    /// <summary>The next number from the page's bytes.</summary>
    internal int Next(ReadOnlySpan<byte> page)
    {
        if (_left == 0) Run(page);
        _left--;
        if (!_isPacked) return _repeated;
        var value = 0;
        for (var i = 0; i < _bitWidth;)
        {
            var inByte = _bit & 7;
            var taken = Math.Min(8 - inByte, _bitWidth - i);
            var index = _at + (_bit >> 3);
            if (index >= _end) throw new InvalidDataException("The Parquet page ends inside a run of numbers.");
            value |= ((page[index] >> inByte) & ((1 << taken) - 1)) << i;
            i += taken;
            _bit += taken;
        }

        if (_left == 0) _at += (_bit + 7) >> 3;
        return value;
    }

    private void Run(ReadOnlySpan<byte> page)
    {
        while (_left == 0)
        {
            var header = 0;
            for (var shift = 0; ; shift += 7)
            {
                if (_at >= _end || shift > 28) throw new InvalidDataException("The Parquet page has fewer numbers than values.");
                header |= (page[_at] & 0x7F) << shift;
                if ((page[_at++] & 0x80) == 0) break;
            }

            _isPacked = (header & 1) != 0;
            _bit = 0;
            if (_isPacked)
            {
                _left = checked((header >> 1) * 8);
                continue;
            }

            _left = header >> 1;
            var bytes = (_bitWidth + 7) / 8;
            if (bytes > _end - _at) throw new InvalidDataException("The Parquet page ends inside a run of numbers.");
            _repeated = 0;
            for (var i = 0; i < bytes; i++) _repeated |= page[_at++] << (8 * i);
        }
    }
}
