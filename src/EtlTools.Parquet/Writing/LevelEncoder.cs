namespace EtlTools.Parquet.Writing;

/// <summary>
/// Writes definition levels of flat columns, 1 for a value and 0 for NULL, as Parquet's mixture of repeated and bit-packed numbers
/// (https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE).
/// </summary>
internal static class LevelEncoder
{
    // A shorter run costs no more when its bits are written.
    private const int ShortestRun = 16;

    /// <summary>Encodes.</summary>
    /// <param name="levels">A level a byte.</param>
    /// <param name="destination">Where they go.</param>
    internal static void Encode(ReadOnlySpan<byte> levels, MemoryStream destination)
    {
        while (levels.Length > 0)
        {
            var run = Run(levels);
            if (run >= ShortestRun || run == levels.Length)
            {
                VarInt((uint)run << 1, destination);
                destination.WriteByte(levels[0]);
                levels = levels[run..];
                continue;
            }

            // Whole groups of eight, up to where a long run begins. Only the end of all may fill a group up with what nobody reads.
            var packed = 0;
            while (packed < levels.Length && Run(levels[packed..]) < ShortestRun) packed += 8;
            packed = Math.Min(packed, levels.Length);
            Pack(levels[..packed], destination);
            levels = levels[packed..];
        }
    }

    private static int Run(ReadOnlySpan<byte> levels)
    {
        var other = levels.IndexOfAnyExcept(levels[0]);
        return other < 0 ? levels.Length : other;
    }

    private static void Pack(ReadOnlySpan<byte> levels, MemoryStream destination)
    {
        var groups = (levels.Length + 7) / 8;
        VarInt(((uint)groups << 1) | 1, destination);
        for (var group = 0; group < groups; group++)
        {
            var bits = 0;
            for (var i = group * 8; i < Math.Min(levels.Length, (group + 1) * 8); i++) bits |= levels[i] << (i & 7);
            destination.WriteByte((byte)bits);
        }
    }

    private static void VarInt(uint value, MemoryStream destination)
    {
        for (; value >= 0x80; value >>= 7) destination.WriteByte((byte)(value | 0x80));
        destination.WriteByte((byte)value);
    }
}
