using System.Globalization;
using EtlTools.LocalWarehouse.Sql.Formats;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>DATE, TIME and the timestamps, by a format or by detection; digits beyond the column's scale are cut.</summary>
internal sealed class TimeWriter(SnowType type, TimeFormat? format, TimeZoneInfo zone) : ColumnWriter
{
    /// <summary>From this year on .NET and PostgreSQL know the same offsets of a zone; before, .NET knows no local mean time.</summary>
    private const int SureOffsets = 1950;
    private readonly TimeText _text = new(format, type.Kind == TypeKind.Time);
    private readonly bool _isUtc = zone.BaseUtcOffset == TimeSpan.Zero && zone.GetAdjustmentRules().Length == 0;
    private readonly int _unit = (int)Math.Pow(10, Math.Max(0, 6 - type.Scale));

    internal override Fault? Write(ReadOnlySpan<byte> value, CopyText output)
    {
        if (!_text.TryRead(value, out var moment)) return NotRecognized(value);
        if (moment.IsFiner)
            return new Fault(2, "0A000", $"Unsupported feature '{What} value {Fault.Text(value)} is finer than microseconds'.", true);
        if (type.Kind == TypeKind.TimestampTz && moment is { Offset: null, Year: < SureOffsets } && zone.BaseUtcOffset != TimeSpan.Zero)
            return new Fault(2, "0A000", $"Unsupported feature 'TIMESTAMP_TZ value {Fault.Text(value)} before {SureOffsets} without an offset, in a session whose TIMEZONE is not UTC'.", true);
        switch (type.Kind)
        {
            case TypeKind.Date: Date(moment, output); break;
            case TypeKind.Time: Clock(moment, output); break;
            case TypeKind.TimestampTz:
                output.Raw("(\""u8);
                Timestamp(moment, output);
                if (moment.Offset is { } given) Offset(given, output);
                output.Raw("\","u8);
                Integer(moment.Offset ?? LocalOffset(moment), output);
                output.Byte((byte)')');
                break;
            default:
                Timestamp(moment, output);
                if (type.Kind == TypeKind.TimestampLtz && moment.Offset is { } offset) Offset(offset, output);
                break;
        }

        return null;
    }

    private string What => type.Kind switch { TypeKind.Date => "Date", TypeKind.Time => "Time", _ => "Timestamp" };

    private Fault NotRecognized(ReadOnlySpan<byte> value) =>
        new(type.Kind switch { TypeKind.Date => 100040, TypeKind.Time => 100108, _ => 100035 }, "22018", $"{What} '{Fault.Text(value)}' is not recognized");

    private void Timestamp(in Moment moment, CopyText output)
    {
        Date(moment, output);
        output.Byte((byte)' ');
        Clock(moment, output);
    }

    private static void Date(in Moment moment, CopyText output)
    {
        var text = output.Free(10);
        Two(text, moment.Year / 100);
        Two(text[2..], moment.Year % 100);
        text[4] = (byte)'-';
        Two(text[5..], moment.Month);
        text[7] = (byte)'-';
        Two(text[8..], moment.Day);
        output.Advance(10);
    }

    private void Clock(in Moment moment, CopyText output)
    {
        var text = output.Free(15);
        var micros = moment.Micros - (moment.Micros % _unit);
        Two(text, moment.Hour);
        text[2] = (byte)':';
        Two(text[3..], moment.Minute);
        text[5] = (byte)':';
        Two(text[6..], moment.Second);
        text[8] = (byte)'.';
        Two(text[9..], micros / 10000);
        Two(text[11..], micros / 100 % 100);
        Two(text[13..], micros % 100);
        output.Advance(15);
    }

    private static void Offset(int minutes, CopyText output)
    {
        var text = output.Free(6);
        text[0] = minutes < 0 ? (byte)'-' : (byte)'+';
        Two(text[1..], Math.Abs(minutes) / 60);
        text[3] = (byte)':';
        Two(text[4..], Math.Abs(minutes) % 60);
        output.Advance(6);
    }

    private static void Integer(int value, CopyText output)
    {
        value.TryFormat(output.Free(12), out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    /// <summary>The session's offset, in minutes, at a time on its wall; a time that a change of clocks skips is as before it.</summary>
    private int LocalOffset(in Moment moment)
    {
        if (_isUtc) return 0;
        var wall = new DateTime(moment.Year, moment.Month, moment.Day, moment.Hour, moment.Minute, moment.Second);
        if (!zone.IsInvalidTime(wall)) return (int)zone.GetUtcOffset(wall).TotalMinutes;
        var instant = new DateTimeOffset(wall, zone.GetUtcOffset(wall.AddHours(-3)));
        return (int)zone.GetUtcOffset(instant).TotalMinutes;
    }

    private static void Two(Span<byte> text, int value)
    {
        text[0] = (byte)('0' + (value / 10));
        text[1] = (byte)('0' + (value % 10));
    }
}
