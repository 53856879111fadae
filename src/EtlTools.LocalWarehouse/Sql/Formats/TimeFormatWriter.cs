namespace EtlTools.LocalWarehouse.Sql.Formats;

/// <summary>Prints a wall-clock value, in microseconds since 2000-01-01, by a format; the reader's fast path.</summary>
internal sealed class TimeFormatWriter
{
    private const long MicrosPerDay = 86_400_000_000;
    private static readonly int DayZero = new DateOnly(2000, 1, 1).DayNumber;
    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] Days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private readonly Step[] _steps;
    private readonly int _fixedLength;
    private readonly bool _namesMonth;

    internal TimeFormatWriter(TimeFormat format)
    {
        _steps = [.. format.Elements.Select(e => new Step(PartOf(e.Key), e.Literal, e.Digits))];
        _fixedLength = _steps.Sum(Length);
        _namesMonth = _steps.Any(s => s.Part == Part.Month);
        NeedsOffset = format.NeedsOffset;
    }

    private enum Part
    {
        Literal,
        Year4,
        Year2,
        MonthNumber,
        Mon,
        Month,
        Day,
        Weekday,
        Hour24,
        Hour12,
        Noon,
        Minute,
        Second,
        Fraction,
        OffsetHours,
        OffsetMinutes,
    }

    internal bool NeedsOffset { get; }

    /// <summary>The text of <paramref name="wallMicros"/>; <paramref name="offsetMinutes"/> is used by TZH and TZM only.</summary>
    internal string Write(long wallMicros, int offsetMinutes)
    {
        var days = Math.DivRem(wallMicros, MicrosPerDay, out var time);
        if (time < 0)
        {
            days--;
            time += MicrosPerDay;
        }

        var date = DateOnly.FromDayNumber(checked((int)days) + DayZero);
        var (year, month, day) = date;
        var seconds = (int)(time / 1_000_000);
        var moment = new Moment(this, date, year, month, day, seconds, (int)(time - (seconds * 1_000_000L)), offsetMinutes);
        var length = _namesMonth ? _fixedLength + (_steps.Count(s => s.Part == Part.Month) * Months[month - 1].Length) : _fixedLength;
        return string.Create(length, moment, static (text, moment) => moment.Writer.Fill(text, moment));
    }

    private void Fill(Span<char> text, in Moment moment)
    {
        var hour = moment.Seconds / 3600;
        foreach (ref readonly var step in _steps.AsSpan())
        {
            switch (step.Part)
            {
                case Part.Literal: text = Text(text, step.Literal); break;
                case Part.Year4: text = Two(Two(text, moment.Year / 100), moment.Year % 100); break;
                case Part.Year2: text = Two(text, moment.Year % 100); break;
                case Part.MonthNumber: text = Two(text, moment.Month); break;
                case Part.Mon: text = Text(text, Months[moment.Month - 1].AsSpan(0, 3)); break;
                case Part.Month: text = Text(text, Months[moment.Month - 1]); break;
                case Part.Day: text = Two(text, moment.Day); break;
                case Part.Weekday: text = Text(text, Days[(int)moment.Date.DayOfWeek]); break;
                case Part.Hour24: text = Two(text, hour); break;
                case Part.Hour12: text = Two(text, hour % 12 == 0 ? 12 : hour % 12); break;
                case Part.Noon: text = Text(text, hour < 12 ? "AM" : "PM"); break;
                case Part.Minute: text = Two(text, moment.Seconds / 60 % 60); break;
                case Part.Second: text = Two(text, moment.Seconds % 60); break;
                case Part.Fraction: text = Fraction(text, moment.Micros, step.Digits); break;
                case Part.OffsetHours:
                    text[0] = moment.OffsetMinutes < 0 ? '-' : '+';
                    text = Two(text[1..], Math.Abs(moment.OffsetMinutes) / 60);
                    break;
                default: text = Two(text, Math.Abs(moment.OffsetMinutes) % 60); break;
            }
        }
    }

    private static Part PartOf(string key) => key switch
    {
        "" => Part.Literal,
        "YYYY" => Part.Year4,
        "YY" => Part.Year2,
        "MM" => Part.MonthNumber,
        "MON" => Part.Mon,
        "MMMM" => Part.Month,
        "DD" => Part.Day,
        "DY" => Part.Weekday,
        "HH24" => Part.Hour24,
        "HH12" => Part.Hour12,
        "AM" => Part.Noon,
        "MI" => Part.Minute,
        "SS" => Part.Second,
        "FF" => Part.Fraction,
        "TZH" => Part.OffsetHours,
        "TZM" => Part.OffsetMinutes,
        _ => throw new InvalidOperationException($"The format key {key} has no writer."),
    };

    /// <summary>How many characters a step always prints; 0 for the month's name, which differs.</summary>
    private static int Length(Step step) => step.Part switch
    {
        Part.Literal => step.Literal.Length,
        Part.Year4 => 4,
        Part.Mon or Part.Weekday or Part.OffsetHours => 3,
        Part.Month => 0,
        Part.Fraction => step.Digits,
        _ => 2,
    };

    private static Span<char> Two(Span<char> text, int value)
    {
        var tens = (int)((uint)value / 10);
        text[1] = (char)('0' + value - (tens * 10));
        text[0] = (char)('0' + tens);
        return text[2..];
    }

    private static Span<char> Fraction(Span<char> text, int micros, int digits)
    {
        for (var i = 6; i < digits; i++) text[i] = '0';
        for (var i = 5; i >= 0; i--)
        {
            var rest = (int)((uint)micros / 10);
            if (i < digits) text[i] = (char)('0' + micros - (rest * 10));
            micros = rest;
        }

        return text[digits..];
    }

    private static Span<char> Text(Span<char> text, ReadOnlySpan<char> value)
    {
        value.CopyTo(text);
        return text[value.Length..];
    }

    private readonly record struct Step(Part Part, string Literal, int Digits);

    private readonly record struct Moment(
        TimeFormatWriter Writer, DateOnly Date, int Year, int Month, int Day, int Seconds, int Micros, int OffsetMinutes);
}
