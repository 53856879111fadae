namespace EtlTools.LocalWarehouse.Sql.Formats;

/// <summary>Prints a wall-clock value, in microseconds since 2000-01-01, by a format; the reader's fast path.</summary>
internal sealed class TimeFormatWriter(TimeFormat format)
{
    private const long MicrosPerDay = 86_400_000_000;
    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] Days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private readonly TimeElement[] _elements = [.. format.Elements];
    private readonly int _dayZero = new DateOnly(2000, 1, 1).DayNumber;

    internal bool NeedsOffset { get; } = format.NeedsOffset;

    /// <summary>The text of <paramref name="wallMicros"/>; <paramref name="offsetMinutes"/> is used by TZH and TZM only.</summary>
    internal string Write(long wallMicros, int offsetMinutes)
    {
        var days = Math.DivRem(wallMicros, MicrosPerDay, out var time);
        if (time < 0)
        {
            days--;
            time += MicrosPerDay;
        }

        var date = DateOnly.FromDayNumber((int)days + _dayZero);
        Span<char> buffer = stackalloc char[256];
        var at = 0;
        var (seconds, micros) = Math.DivRem(time, 1_000_000);
        var hour = (int)(seconds / 3600);
        foreach (ref readonly var element in _elements.AsSpan())
        {
            if (at > 200) throw new FormatException("A date format printed more than 200 characters.");
            switch (element.Key)
            {
                case "YYYY": Digits(buffer, ref at, date.Year, 4); break;
                case "YY": Digits(buffer, ref at, date.Year % 100, 2); break;
                case "MM": Digits(buffer, ref at, date.Month, 2); break;
                case "MON": Text(buffer, ref at, Months[date.Month - 1].AsSpan(0, 3)); break;
                case "MMMM": Text(buffer, ref at, Months[date.Month - 1]); break;
                case "DD": Digits(buffer, ref at, date.Day, 2); break;
                case "DY": Text(buffer, ref at, Days[(int)date.DayOfWeek]); break;
                case "HH24": Digits(buffer, ref at, hour, 2); break;
                case "HH12": Digits(buffer, ref at, hour % 12 == 0 ? 12 : hour % 12, 2); break;
                case "AM": Text(buffer, ref at, hour < 12 ? "AM" : "PM"); break;
                case "MI": Digits(buffer, ref at, (int)(seconds / 60 % 60), 2); break;
                case "SS": Digits(buffer, ref at, (int)(seconds % 60), 2); break;
                case "FF": Fraction(buffer, ref at, (int)micros, element.Digits); break;
                case "TZH":
                    buffer[at++] = offsetMinutes < 0 ? '-' : '+';
                    Digits(buffer, ref at, Math.Abs(offsetMinutes) / 60, 2);
                    break;
                case "TZM": Digits(buffer, ref at, Math.Abs(offsetMinutes) % 60, 2); break;
                default: Text(buffer, ref at, element.Literal); break;
            }
        }

        return new string(buffer[..at]);
    }

    private static void Digits(Span<char> buffer, ref int at, int value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            buffer[at + i] = (char)('0' + (value % 10));
            value /= 10;
        }

        at += count;
    }

    private static void Fraction(Span<char> buffer, ref int at, int micros, int digits)
    {
        Span<char> nine = stackalloc char[9];
        var start = 0;
        Digits(nine, ref start, micros, 6);
        nine[6..].Fill('0');
        nine[..digits].CopyTo(buffer[at..]);
        at += digits;
    }

    private static void Text(Span<char> buffer, ref int at, ReadOnlySpan<char> text)
    {
        if (at + text.Length > buffer.Length) throw new FormatException("A date format printed too many characters.");
        text.CopyTo(buffer[at..]);
        at += text.Length;
    }
}
