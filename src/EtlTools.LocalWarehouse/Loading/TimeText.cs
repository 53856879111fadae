using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtlTools.LocalWarehouse.Sql.Formats;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>A date and time as read; <paramref name="Offset"/> in minutes, null when none was written; finer than microseconds it cannot be kept.</summary>
internal readonly record struct Moment(int Year, int Month, int Day, int Hour, int Minute, int Second, int Micros, int? Offset, bool IsFiner);

/// <summary>Reads dates and times from text as the SQL functions of the catalog do: by a format, or by detection.</summary>
internal sealed class TimeText
{
    private readonly bool _isTime;
    private readonly TimeFormat? _format;
    private readonly Regex? _pattern;
    private readonly string[] _keys = [];

    internal TimeText(TimeFormat? format, bool isTime)
    {
        _isTime = isTime;
        _format = format;
        if (format is null) return;
        var (pattern, keys) = format.ToPattern();
        _pattern = new Regex(pattern.Replace("\\d", "[0-9]", StringComparison.Ordinal), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        _keys = keys.Length == 0 ? [] : keys.Split(',');
    }

    internal bool TryRead(ReadOnlySpan<byte> value, out Moment moment)
    {
        if (_pattern is not null) return ByFormat(value, out moment);
        return !_isTime && IsEpoch(value) ? Epoch(value, out moment) : Detect(value.Trim(" \t\r\n\f\v"u8), out moment);
    }

    private bool ByFormat(ReadOnlySpan<byte> value, out Moment moment)
    {
        moment = default;
        var match = _pattern!.Match(Encoding.UTF8.GetString(value));
        if (!match.Success) return false;
        var parts = new TimeParts();
        for (var i = 0; i < _keys.Length; i++)
        {
            if (match.Groups[i + 1].Success) parts.Set(_keys[i], match.Groups[i + 1].ValueSpan);
        }

        return parts.TryMake(out moment);
    }

    /// <summary><c>YYYY-MM-DD[ HH[:MI[:SS[.FF]]][zone]]</c>, or for a time <c>HH:MI[:SS[.FF]]</c>.</summary>
    private bool Detect(ReadOnlySpan<byte> text, out Moment moment)
    {
        moment = default;
        var at = 0;
        int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, micros = 0;
        int? offset = null;
        var finer = false;
        if (!_isTime)
        {
            if (!Digits(text, ref at, 4, 4, out year) || !Sign(text, ref at, '-') || !Digits(text, ref at, 1, 2, out month) || !Sign(text, ref at, '-') || !Digits(text, ref at, 1, 2, out day))
                return false;
            if (at == text.Length) return Make(year, month, day, 0, 0, 0, 0, null, false, out moment);
            if (!Sign(text, ref at, ' ') && !Sign(text, ref at, 'T') && !Sign(text, ref at, 't')) return false;
        }

        if (!Digits(text, ref at, 1, 2, out hour)) return false;
        if (Sign(text, ref at, ':'))
        {
            if (!Digits(text, ref at, 2, 2, out minute)) return false;
            if (Sign(text, ref at, ':'))
            {
                if (!Digits(text, ref at, 2, 2, out second)) return false;
                if (Sign(text, ref at, '.') && !Fraction(text, ref at, out micros, out finer)) return false;
            }
        }
        else if (_isTime)
        {
            return false;
        }

        if (!_isTime && at < text.Length && !Zone(text[at..].TrimStart((byte)' '), out offset)) return false;
        return (!_isTime || at == text.Length) && Make(year, month, day, hour, minute, second, micros, offset, finer, out moment);
    }

    private static bool Zone(ReadOnlySpan<byte> text, out int? offset)
    {
        offset = 0;
        if (text is [(byte)'Z' or (byte)'z']) return true;
        var at = 1;
        if (text.Length < 2 || text[0] is not ((byte)'+' or (byte)'-') || !Digits(text, ref at, 1, 2, out var hours)) return false;
        var minutes = 0;
        if (at < text.Length)
        {
            _ = Sign(text, ref at, ':');
            if (!Digits(text, ref at, 2, 2, out minutes) || at != text.Length) return false;
        }

        offset = ((hours * 60) + minutes) * (text[0] == '-' ? -1 : 1);
        return hours <= 14 && minutes <= 59;
    }

    private static bool Fraction(ReadOnlySpan<byte> text, ref int at, out int micros, out bool finer)
    {
        micros = 0;
        finer = false;
        var digits = 0;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            if (digits++ < 6) micros = (micros * 10) + text[at] - '0';
            else finer |= text[at] != '0';
        }

        for (var i = digits; i < 6; i++) micros *= 10;
        return digits <= 9;
    }

    private static bool Digits(ReadOnlySpan<byte> text, ref int at, int least, int most, out int value)
    {
        value = 0;
        var start = at;
        while (at < text.Length && at - start < most && char.IsAsciiDigit((char)text[at])) value = (value * 10) + text[at++] - '0';
        return at - start >= least;
    }

    private static bool Sign(ReadOnlySpan<byte> text, ref int at, char sign)
    {
        if (at >= text.Length || text[at] != sign) return false;
        at++;
        return true;
    }

    private static bool IsEpoch(ReadOnlySpan<byte> value)
    {
        var digits = value.Length > 0 && value[0] == '-' ? value[1..] : value;
        return digits.Length is >= 1 and <= 19 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>Digits alone are an epoch whose size tells its unit.</summary>
    private static bool Epoch(ReadOnlySpan<byte> value, out Moment moment)
    {
        moment = default;
        if (!decimal.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return false;
        var micros = Math.Abs(number) switch
        {
            < 31_536_000_000m => number * 1_000_000m,
            < 31_536_000_000_000m => number * 1000m,
            < 31_536_000_000_000_000m => number,
            _ => number / 1000m,
        };
        var whole = Math.Floor(micros);
        if (whole < -62_135_596_800_000_000m || whole > 253_402_300_799_999_999m) return false;
        var time = DateTime.UnixEpoch.AddTicks((long)whole * TimeSpan.TicksPerMicrosecond);
        moment = new Moment(time.Year, time.Month, time.Day, time.Hour, time.Minute, time.Second, (time.Millisecond * 1000) + time.Microsecond, null, whole != micros);
        return true;
    }

    internal static bool Make(int year, int month, int day, int hour, int minute, int second, int micros, int? offset, bool finer, out Moment moment)
    {
        moment = new Moment(year, month, day, hour, minute, second, micros, offset, finer);
        return year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour <= 23 && minute <= 59 && second <= 59;
    }
}

/// <summary>The parts of a date or time as a format's groups give them.</summary>
internal sealed class TimeParts
{
    private const string Months = "janfebmaraprmayjunjulaugsepoctnovdec";
    private int _year = 1970;
    private int _month = 1;
    private int _day = 1;
    private int _hour;
    private int _minute;
    private int _second;
    private int _micros;
    private bool _finer;
    private bool? _afternoon;
    private int? _zoneHours;
    private int _zoneMinutes;
    private bool _west;

    internal void Set(string key, ReadOnlySpan<char> text)
    {
        switch (key)
        {
            case "YYYY": _year = Number(text); break;
            case "YY": _year = Number(text) + (Number(text) < 70 ? 2000 : 1900); break;
            case "MM": _month = Number(text); break;
            case "MON": _month = (Months.AsSpan().IndexOf(text[..3].ToString().ToLowerInvariant(), StringComparison.Ordinal) / 3) + 1; break;
            case "DD": _day = Number(text); break;
            case "DY": break;
            case "HH": _hour = Number(text); break;
            case "HH12": _hour = Number(text) is >= 1 and <= 12 and var hour ? hour % 12 : 99; break;
            case "AM": _afternoon = text.Equals("pm", StringComparison.OrdinalIgnoreCase); break;
            case "MI": _minute = Number(text); break;
            case "SS": _second = Number(text); break;
            case "FF":
                _finer = text.Length > 6 && text[6..].ContainsAnyExcept('0');
                _micros = Number(text[..Math.Min(6, text.Length)].ToString().PadRight(6, '0'));
                break;
            case "TZH":
                _west = text[0] == '-';
                _zoneHours = Number(text[1..]);
                break;
            case "TZM": _zoneMinutes = Number(text); break;
            default: throw new InvalidOperationException(key);
        }
    }

    internal bool TryMake(out Moment moment)
    {
        int? offset = _zoneHours is { } hours ? ((hours * 60) + _zoneMinutes) * (_west ? -1 : 1) : null;
        return TimeText.Make(_year, _month, _day, _afternoon == true ? _hour + 12 : _hour, _minute, _second, _micros, offset, _finer, out moment)
            && _zoneHours is null or <= 14 && _zoneMinutes <= 59;
    }

    private static int Number(ReadOnlySpan<char> text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
