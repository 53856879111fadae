using System.Globalization;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Snowflake;

/// <summary>
/// The SQL that turns a column into text which the other side reads exactly, and text back into a value. Values never pass
/// through typed getters of a driver: those lose digits, offsets and fractions.
/// </summary>
public static class SnowflakeText
{
    /// <summary>Format of dates.</summary>
    public const string DateFormat = "YYYY-MM-DD";

    /// <summary>Format of times: always nine digits.</summary>
    public const string TimeFormat = "HH24:MI:SS.FF9";

    /// <summary>Format of timestamps without zone: always nine digits.</summary>
    public const string TimestampFormat = "YYYY-MM-DD\"T\"HH24:MI:SS.FF9";

    /// <summary>Format of timestamps with an offset.</summary>
    public const string OffsetTimestampFormat = TimestampFormat + "TZH:TZM";

    /// <summary>An expression of type VARCHAR for a column's value.</summary>
    /// <param name="column">The column.</param>
    /// <param name="alias">Table alias in front of it; null when there is none.</param>
    /// <exception cref="DriftException">The type cannot be carried.</exception>
    public static string Select(SnowflakeColumn column, string? alias = null)
    {
        ArgumentNullException.ThrowIfNull(column);
        return Project((alias is null ? "" : alias + ".") + SnowflakeIdentifier.Quote(column.Name), column);
    }

    /// <summary>SQL that gives an expression of the column's type, such as MAX of it, as the same text.</summary>
    /// <param name="name">The expression.</param>
    /// <param name="column">The column whose type it has.</param>
    /// <exception cref="DriftException">The type is not carried.</exception>
    internal static string Project(string name, SnowflakeColumn column)
    {
        return column.Type.Kind switch
        {
            SnowflakeTypeKind.Text => name,
            SnowflakeTypeKind.Number or SnowflakeTypeKind.Boolean => $"TO_VARCHAR({name})",
            SnowflakeTypeKind.Float => $"TO_VARCHAR({name}, 'TME')",
            SnowflakeTypeKind.Date => $"TO_VARCHAR({name}, '{DateFormat}')",
            SnowflakeTypeKind.Time => $"TO_VARCHAR({name}, '{TimeFormat}')",
            SnowflakeTypeKind.TimestampNtz => $"TO_VARCHAR({name}, '{TimestampFormat}')",
            SnowflakeTypeKind.TimestampLtz or SnowflakeTypeKind.TimestampTz => $"TO_VARCHAR({name}, '{OffsetTimestampFormat}')",
            SnowflakeTypeKind.Binary => $"TO_VARCHAR({name}, 'HEX')",
            SnowflakeTypeKind.Variant or SnowflakeTypeKind.Object or SnowflakeTypeKind.Array => $"TO_JSON({name})",
            _ => throw NotCarried(column),
        };
    }

    /// <summary>An expression of the column's type for a value bound as text, written as <see cref="Select"/> writes it.</summary>
    /// <param name="column">The column whose type the value has.</param>
    /// <exception cref="DriftException">The type cannot be compared or bound this way.</exception>
    public static string Bind(SnowflakeColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return column.Type.Kind switch
        {
            SnowflakeTypeKind.Text => "?",
            SnowflakeTypeKind.Number => string.Create(CultureInfo.InvariantCulture, $"TO_NUMBER(?, 38, {column.Type.Scale ?? 0})"),
            SnowflakeTypeKind.Float => "TO_DOUBLE(?)",
            SnowflakeTypeKind.Boolean => "TO_BOOLEAN(?)",
            SnowflakeTypeKind.Date => $"TO_DATE(?, '{DateFormat}')",
            SnowflakeTypeKind.Time => $"TO_TIME(?, '{TimeFormat}')",
            SnowflakeTypeKind.TimestampNtz => $"TO_TIMESTAMP_NTZ(?, '{TimestampFormat}')",
            SnowflakeTypeKind.TimestampLtz => $"TO_TIMESTAMP_LTZ(?, '{OffsetTimestampFormat}')",
            SnowflakeTypeKind.TimestampTz => $"TO_TIMESTAMP_TZ(?, '{OffsetTimestampFormat}')",
            SnowflakeTypeKind.Binary => "TO_BINARY(?, 'HEX')",
            SnowflakeTypeKind.Variant or SnowflakeTypeKind.Object or SnowflakeTypeKind.Array => throw new DriftException(
                $"Column {SnowflakeIdentifier.Quote(column.Name)} of type {column.Type.ToSql()} cannot be a key or watermark column.",
                "Choose a column with a plain type as 'pk' or 'watermark_column'."),
            _ => throw NotCarried(column),
        };
    }

    private static DriftException NotCarried(SnowflakeColumn column) => new(
        $"Column {SnowflakeIdentifier.Quote(column.Name)} has the type {column.Type.Declared}, which is not carried.",
        $"Leave it out with exclude: ['{column.Name}'], or read from a view that casts it.");
}
