using System.Buffers.Text;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>
/// Dates and times as Snowflake's JSON row sets have them: days or decimal seconds since 1970, with as many decimals as the
/// type's scale; the value is one decimal number, so half a second before 1970 is -0.5. Input is microseconds since 2000.
/// </summary>
internal static class EpochText
{
    /// <summary>Room that is enough for any of them.</summary>
    internal const int MaxBytes = 48;

    internal const long MicrosPerMinute = 60_000_000;
    private const long MicrosPerSecond = 1_000_000;
    private const long MicrosPerDay = 86_400 * MicrosPerSecond;

    /// <summary>From 1970-01-01 to 2000-01-01.</summary>
    private const long DaysTo2000 = 10_957;

    /// <summary>Each writes into <paramref name="to"/> and returns the number of bytes.</summary>
    internal static int Date(Span<byte> to, long micros)
    {
        Utf8Formatter.TryFormat((micros / MicrosPerDay) + DaysTo2000, to, out var written);
        return written;
    }

    internal static int Time(Span<byte> to, long microsSinceMidnight, int scale) => Seconds(to, microsSinceMidnight, scale);

    internal static int Timestamp(Span<byte> to, long micros, int scale) => Seconds(to, micros + (DaysTo2000 * MicrosPerDay), scale);

    /// <summary>The instant, a blank, and the offset in minutes plus 1440.</summary>
    internal static int Zoned(Span<byte> to, long wallMicros, int offsetMinutes, int scale)
    {
        var length = Timestamp(to, wallMicros - (offsetMinutes * MicrosPerMinute), scale);
        to[length++] = (byte)' ';
        Utf8Formatter.TryFormat(offsetMinutes + 1440, to[length..], out var written);
        return length + written;
    }

    private static int Seconds(Span<byte> to, long micros, int scale)
    {
        var length = 0;
        if (micros < 0) to[length++] = (byte)'-';
        var (seconds, fraction) = Math.DivRem(Math.Abs(micros), MicrosPerSecond);
        Utf8Formatter.TryFormat(seconds, to[length..], out var written);
        length += written;
        if (scale == 0) return length;
        to[length++] = (byte)'.';
        // Nine decimals are written; what the type's scale has not is zero, for the value was rounded to it.
        Utf8Formatter.TryFormat(fraction * 1000, to[length..], out _, new System.Buffers.StandardFormat('D', 9));
        return length + scale;
    }
}
