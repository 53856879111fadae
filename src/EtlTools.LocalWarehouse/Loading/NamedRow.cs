using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>What a value of a self-describing file is.</summary>
internal enum ValueKind
{
    Null,
    Text,
    Number,
    Boolean,
    Json,
}

/// <summary>A column that takes its values from a self-describing file, with Snowflake's casts from VARIANT.</summary>
internal sealed class NamedColumn(TargetColumn target, SnowType type, IReadOnlyList<byte[]> nullIf, TimeZoneInfo zone)
{
    internal string Name => target.Name;

    /// <summary>Writes a value; an instant, as text that ends in Z, is shown on the session's wall where the column has no zone.</summary>
    internal Fault? Write(ValueKind kind, ReadOnlySpan<byte> value, CopyText output, bool isInstant = false)
    {
        if (isInstant && kind == ValueKind.Text && type.Kind is TypeKind.TimestampNtz or TypeKind.Date or TypeKind.Time) value = OnWall(value);
        if (kind == ValueKind.Null || (kind == ValueKind.Text && IsNull(value)))
        {
            if (!target.Nullable) return Fault.Null;
            output.Null();
            return null;
        }

        if (type.IsSemiStructured) return target.Writer.Write(kind == ValueKind.Text ? Quoted(value) : value, output);
        switch (kind)
        {
            case ValueKind.Json:
                return new Fault(2, "0A000", $"Unsupported feature 'an object or array loaded into column {target.Name} of type {type}'.", true);
            case ValueKind.Boolean when type.IsNumeric:
                output.Byte(value is [(byte)'t', ..] ? (byte)'1' : (byte)'0');
                return null;
            case ValueKind.Number when type.Kind == TypeKind.Boolean && DecimalText.TryRead(value, out var number):
                output.Byte(number.IsZero(value) ? (byte)'f' : (byte)'t');
                return null;
            default:
                return target.Writer.Write(value, output);
        }
    }

    private ReadOnlySpan<byte> OnWall(ReadOnlySpan<byte> instant)
    {
        var seconds = DateTime.ParseExact(System.Text.Encoding.ASCII.GetString(instant[..19]), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        var wall = TimeZoneInfo.ConvertTimeFromUtc(seconds, zone).ToString(type.Kind == TypeKind.Time ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return (byte[])[.. System.Text.Encoding.ASCII.GetBytes(wall), .. instant[19..^1]];
    }

    private bool IsNull(ReadOnlySpan<byte> value)
    {
        foreach (var absent in nullIf)
        {
            if (value.SequenceEqual(absent)) return true;
        }

        return false;
    }

    /// <summary>Text as a JSON string.</summary>
    internal static ReadOnlySpan<byte> Quoted(ReadOnlySpan<byte> value) =>
        (byte[])[(byte)'"', .. JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
}
