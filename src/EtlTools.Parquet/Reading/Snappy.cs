namespace EtlTools.Parquet.Reading;

/// <summary>Decompresses Snappy's raw format.</summary>
internal static class Snappy
{
    /// <exception cref="InvalidDataException">The input is malformed, or is not as long as <paramref name="output"/> once decompressed.</exception>
    internal static void Decompress(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var at = 0;
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (at >= input.Length || shift > 28) throw Malformed();
            length |= (input[at] & 0x7F) << shift;
            if ((input[at++] & 0x80) == 0) break;
        }

        if (length != output.Length) throw Malformed();
        var to = 0;
        while (at < input.Length)
        {
            var tag = input[at++];
            if ((tag & 3) == 0)
            {
                var count = Literal(input, ref at, tag >> 2);
                if (count > input.Length - at || count > output.Length - to) throw Malformed();
                input.Slice(at, count).CopyTo(output[to..]);
                at += count;
                to += count;
                continue;
            }

            var (size, distance) = Copy(input, ref at, tag);
            if (distance == 0 || distance > to || size > output.Length - to) throw Malformed();
            // A copy may read what it has just written.
            for (var i = 0; i < size; i++) output[to + i] = output[to - distance + i];
            to += size;
        }

        if (to != output.Length) throw Malformed();
    }

    private static int Literal(ReadOnlySpan<byte> input, ref int at, int code)
    {
        if (code < 60) return code + 1;
        var bytes = code - 59;
        if (bytes > input.Length - at) throw Malformed();
        var count = 0;
        for (var i = 0; i < bytes; i++) count |= input[at++] << (8 * i);
        return count is >= 0 and < int.MaxValue ? count + 1 : throw Malformed();
    }

    private static (int Size, int Distance) Copy(ReadOnlySpan<byte> input, ref int at, int tag)
    {
        var bytes = (tag & 3) switch { 1 => 1, 2 => 2, _ => 4 };
        if (bytes > input.Length - at) throw Malformed();
        var distance = 0;
        for (var i = 0; i < bytes; i++) distance |= input[at++] << (8 * i);
        return bytes == 1 ? (((tag >> 2) & 7) + 4, distance | ((tag >> 5) << 8)) : ((tag >> 2) + 1, distance);
    }

    private static InvalidDataException Malformed() => new("The Snappy data of the Parquet page is malformed.");
}
