using System.Globalization;

namespace EtlTools.Core.Snowflake;

/// <summary>A column's data type.</summary>
/// <param name="Kind">Which type.</param>
/// <param name="Precision">Digits in all, for numbers; null otherwise.</param>
/// <param name="Scale">Digits after the point, for numbers; digits of the fraction of a second (0..9), for times; null otherwise.</param>
/// <param name="Length">Characters of text or bytes of binary; null otherwise.</param>
/// <param name="Declared">The name Snowflake reports, for messages.</param>
public sealed record SnowflakeType(SnowflakeTypeKind Kind, int? Precision, int? Scale, long? Length, string Declared)
{
    /// <summary>Makes a type from a row of INFORMATION_SCHEMA.COLUMNS.</summary>
    /// <param name="dataType">DATA_TYPE.</param>
    /// <param name="length">CHARACTER_MAXIMUM_LENGTH.</param>
    /// <param name="precision">NUMERIC_PRECISION.</param>
    /// <param name="scale">NUMERIC_SCALE.</param>
    /// <param name="fraction">DATETIME_PRECISION.</param>
    public static SnowflakeType FromCatalog(string dataType, long? length, int? precision, int? scale, int? fraction)
    {
        ArgumentNullException.ThrowIfNull(dataType);
        var kind = KindOf(dataType);
        return kind switch
        {
            SnowflakeTypeKind.Number => new SnowflakeType(kind, precision ?? 38, scale ?? 0, null, dataType),
            SnowflakeTypeKind.Text or SnowflakeTypeKind.Binary => new SnowflakeType(kind, null, null, length, dataType),
            SnowflakeTypeKind.Time or SnowflakeTypeKind.TimestampNtz or SnowflakeTypeKind.TimestampLtz or SnowflakeTypeKind.TimestampTz =>
                new SnowflakeType(kind, null, fraction ?? 9, null, dataType),
            _ => new SnowflakeType(kind, null, null, null, dataType),
        };
    }

    /// <summary>As in DDL: <c>NUMBER(38,0)</c>, <c>TIMESTAMP_NTZ(9)</c>.</summary>
    public string ToSql() => Kind switch
    {
        SnowflakeTypeKind.Number => string.Create(CultureInfo.InvariantCulture, $"NUMBER({Precision},{Scale})"),
        SnowflakeTypeKind.Float => "FLOAT",
        SnowflakeTypeKind.Text => Length is { } n ? string.Create(CultureInfo.InvariantCulture, $"VARCHAR({n})") : "VARCHAR",
        SnowflakeTypeKind.Binary => Length is { } n ? string.Create(CultureInfo.InvariantCulture, $"BINARY({n})") : "BINARY",
        SnowflakeTypeKind.Boolean => "BOOLEAN",
        SnowflakeTypeKind.Date => "DATE",
        SnowflakeTypeKind.Time => string.Create(CultureInfo.InvariantCulture, $"TIME({Scale})"),
        SnowflakeTypeKind.TimestampNtz => string.Create(CultureInfo.InvariantCulture, $"TIMESTAMP_NTZ({Scale})"),
        SnowflakeTypeKind.TimestampLtz => string.Create(CultureInfo.InvariantCulture, $"TIMESTAMP_LTZ({Scale})"),
        SnowflakeTypeKind.TimestampTz => string.Create(CultureInfo.InvariantCulture, $"TIMESTAMP_TZ({Scale})"),
        _ => Declared,
    };

    /// <inheritdoc cref="ToSql"/>
    public override string ToString() => ToSql();

    private static SnowflakeTypeKind KindOf(string dataType) => dataType.ToUpperInvariant() switch
    {
        "NUMBER" or "DECIMAL" or "NUMERIC" or "DEC" or "INT" or "INTEGER" or "BIGINT" or "SMALLINT" or "TINYINT" or "BYTEINT" or "FIXED" => SnowflakeTypeKind.Number,
        "FLOAT" or "FLOAT4" or "FLOAT8" or "DOUBLE" or "DOUBLE PRECISION" or "REAL" => SnowflakeTypeKind.Float,
        "TEXT" or "VARCHAR" or "STRING" or "CHAR" or "CHARACTER" or "NCHAR" or "NVARCHAR" => SnowflakeTypeKind.Text,
        "BOOLEAN" => SnowflakeTypeKind.Boolean,
        "DATE" => SnowflakeTypeKind.Date,
        "TIME" => SnowflakeTypeKind.Time,
        "TIMESTAMP_NTZ" or "DATETIME" => SnowflakeTypeKind.TimestampNtz,
        "TIMESTAMP_LTZ" => SnowflakeTypeKind.TimestampLtz,
        "TIMESTAMP_TZ" => SnowflakeTypeKind.TimestampTz,
        "BINARY" or "VARBINARY" => SnowflakeTypeKind.Binary,
        "VARIANT" => SnowflakeTypeKind.Variant,
        "OBJECT" => SnowflakeTypeKind.Object,
        "ARRAY" => SnowflakeTypeKind.Array,
        _ => SnowflakeTypeKind.Unsupported,
    };
}
