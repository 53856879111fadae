using System.Text;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>
/// Why a value or a record cannot be loaded, as Snowflake says it. A fatal one is a limit of the warehouse itself: no ON_ERROR
/// passes over it, for Snowflake would have loaded the row.
/// </summary>
internal sealed record Fault(int Code, string SqlState, string Message, bool IsFatal = false)
{
    internal bool IsParsing { get; init; }

    internal static Fault Number(ReadOnlySpan<byte> value) => new(100038, "22018", $"Numeric value '{Text(value)}' is not recognized");

    internal static Fault Range(ReadOnlySpan<byte> value) => new(100039, "22003", $"Numeric value '{Text(value)}' is out of range");

    internal static Fault Boolean(ReadOnlySpan<byte> value) => new(100037, "22018", $"Boolean value '{Text(value)}' is not recognized");

    internal static Fault Binary(ReadOnlySpan<byte> value, string encoding) =>
        new(100115, "22000", $"The following string is not a legal {encoding.ToLowerInvariant()}-encoded value: '{Text(value)}'");

    internal static Fault Utf8(ReadOnlySpan<byte> value) => new(100144, "22000", $"Invalid UTF8 detected in string '{Text(value)}'");

    internal static Fault Json(ReadOnlySpan<byte> value) => new(100069, "22P02", $"Error parsing JSON: {Text(value)}");

    internal static Fault Length(int length, ReadOnlySpan<byte> value) => new(100074, "54000", $"User character length limit ({length}) exceeded by string '{Text(value)}'");

    internal static readonly Fault BinaryLength = new(100078, "22000", "Binary value is too long and would be truncated");

    internal static readonly Fault Null = new(100072, "22000", "NULL result in a non-nullable column");

    internal static readonly Fault Nul = new(2, "0A000", "Unsupported feature 'NUL character (U+0000) in text: PostgreSQL underneath cannot store it'.", true);

    internal static Fault Parsing(int code, string message) => new(code, "22000", message) { IsParsing = true };

    /// <summary>A value as messages quote it: what is not UTF-8 replaced, long ones cut.</summary>
    internal static string Text(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 800)]);
        return text.Length <= 200 ? text : text[..200];
    }
}

/// <summary>A refused row: what is wrong, and where. Lines, characters and rows count from 1.</summary>
internal sealed record Problem(Fault Fault, string File, long Line, long Character, long ByteOffset, string? Column, long Row, long RowStartLine, string Record);
