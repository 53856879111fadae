using System.Globalization;
using EtlTools.LocalWarehouse.Sql.Formats;
using EtlTools.LocalWarehouse.Types;
using Npgsql;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>Reads one column's cells from PostgreSQL's rows without boxing.</summary>
internal abstract class CellReader(int ordinal)
{
    protected int Ordinal => ordinal;

    internal bool IsNull(NpgsqlDataReader reader) => reader.IsDBNull(ordinal);

    internal abstract string Text(NpgsqlDataReader reader);

    internal abstract object Value(NpgsqlDataReader reader);
}

internal sealed class TextCell(int ordinal) : CellReader(ordinal)
{
    internal override string Text(NpgsqlDataReader reader) => reader.GetString(Ordinal);

    internal override object Value(NpgsqlDataReader reader) => reader.GetString(Ordinal);
}

internal sealed class NumberCell(int ordinal, int scale) : CellReader(ordinal)
{
    internal override string Text(NpgsqlDataReader reader) => reader.GetString(Ordinal);

    internal override object Value(NpgsqlDataReader reader)
    {
        var text = reader.GetString(Ordinal);
        return scale == 0 ? (object)NumberText.ToInt64(text) : NumberText.ToDecimal(text);
    }
}

internal sealed class FloatCell(int ordinal) : CellReader(ordinal)
{
    internal override string Text(NpgsqlDataReader reader) => reader.GetString(Ordinal) switch
    {
        "Infinity" => "inf",
        "-Infinity" => "-inf",
        var text => text,
    };

    internal override object Value(NpgsqlDataReader reader) => NumberText.ToDouble(reader.GetString(Ordinal));
}

internal sealed class BooleanCell(int ordinal) : CellReader(ordinal)
{
    internal override string Text(NpgsqlDataReader reader) => reader.GetBoolean(Ordinal) ? "true" : "false";

    internal override object Value(NpgsqlDataReader reader) => reader.GetBoolean(Ordinal);
}

internal sealed class BinaryCell(int ordinal, string format) : CellReader(ordinal)
{
    internal override string Text(NpgsqlDataReader reader)
    {
        var bytes = reader.GetFieldValue<byte[]>(Ordinal);
        return format switch
        {
            "BASE64" => Convert.ToBase64String(bytes),
            "UTF-8" => System.Text.Encoding.UTF8.GetString(bytes),
            _ => Convert.ToHexString(bytes),
        };
    }

    internal override object Value(NpgsqlDataReader reader) => reader.GetFieldValue<byte[]>(Ordinal);
}

/// <summary>A date, time or timestamp: microseconds of the wall clock since 2000, and for zones the offset in the next field.</summary>
internal sealed class TimeCell(int ordinal, TypeKind kind, TimeFormat format, bool hasOffset, bool asText) : CellReader(ordinal)
{
    private const long MicrosPerDay = 86_400_000_000;
    private static readonly DateTime Epoch = new(2000, 1, 1);
    private readonly TimeFormatWriter _writer = new(format);

    internal override string Text(NpgsqlDataReader reader) =>
        _writer.Write(Micros(reader), _writer.NeedsOffset && hasOffset ? reader.GetInt16(Ordinal + 1) : 0);

    internal override object Value(NpgsqlDataReader reader)
    {
        if (asText) return Text(reader);
        var wall = Epoch.AddTicks(Micros(reader) * TimeSpan.TicksPerMicrosecond);
        return kind is TypeKind.TimestampLtz or TypeKind.TimestampTz ? (object)new DateTimeOffset(wall, TimeSpan.FromMinutes(reader.GetInt16(Ordinal + 1))) : wall;
    }

    private long Micros(NpgsqlDataReader reader) => kind == TypeKind.Date
        ? reader.GetInt32(Ordinal) * MicrosPerDay
        : reader.GetInt64(Ordinal);
}

/// <summary>Numbers as text to .NET numbers, or an error where the value does not fit exactly.</summary>
internal static class NumberText
{
    internal static long ToInt64(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new OverflowException($"The number {text} does not fit Int64; read it with GetString.");

    internal static decimal ToDecimal(string text)
    {
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value.ToString(CultureInfo.InvariantCulture) == text)
            return value;
        throw new OverflowException($"The number {text} has more digits than System.Decimal; read it with GetString.");
    }

    internal static double ToDouble(string text) => text switch
    {
        "Infinity" or "inf" => double.PositiveInfinity,
        "-Infinity" or "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
