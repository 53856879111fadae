using System.Globalization;

namespace EtlTools.LocalWarehouse.Types;

/// <summary>The families of Snowflake data types.</summary>
internal enum TypeKind
{
    Null,
    Number,
    Float,
    Text,
    Boolean,
    Date,
    Time,
    TimestampNtz,
    TimestampLtz,
    TimestampTz,
    Binary,
    Variant,
    Object,
    Array,
}

/// <summary>A Snowflake data type: for NUMBER precision and scale, for times the scale, for text and binary the length.</summary>
internal sealed record SnowType(TypeKind Kind, int Precision = 0, int Scale = 0, int Length = 0)
{
    internal const int MaxText = 16_777_216;
    internal const int MaxBinary = 8_388_608;

    internal static readonly SnowType Null = new(TypeKind.Null);
    internal static readonly SnowType Float = new(TypeKind.Float);
    internal static readonly SnowType Boolean = new(TypeKind.Boolean);
    internal static readonly SnowType Date = new(TypeKind.Date);
    internal static readonly SnowType Time = new(TypeKind.Time, 0, 9);
    internal static readonly SnowType TimestampNtz = new(TypeKind.TimestampNtz, 0, 9);
    internal static readonly SnowType TimestampLtz = new(TypeKind.TimestampLtz, 0, 9);
    internal static readonly SnowType TimestampTz = new(TypeKind.TimestampTz, 0, 9);
    internal static readonly SnowType Variant = new(TypeKind.Variant);
    internal static readonly SnowType Object = new(TypeKind.Object);
    internal static readonly SnowType Array = new(TypeKind.Array);
    internal static readonly SnowType Text = new(TypeKind.Text, 0, 0, MaxText);
    internal static readonly SnowType Binary = new(TypeKind.Binary, 0, 0, MaxBinary);
    internal static readonly SnowType Integer = Number(38, 0);

    internal static SnowType Number(int precision, int scale) => new(TypeKind.Number, precision, scale);

    internal static SnowType Varchar(int length) => new(TypeKind.Text, 0, 0, length);

    internal bool IsTimestamp => Kind is TypeKind.TimestampNtz or TypeKind.TimestampLtz or TypeKind.TimestampTz;

    internal bool IsDateTime => IsTimestamp || Kind is TypeKind.Date or TypeKind.Time;

    internal bool IsSemiStructured => Kind is TypeKind.Variant or TypeKind.Object or TypeKind.Array;

    internal bool IsNumeric => Kind is TypeKind.Number or TypeKind.Float;

    /// <summary>The name INFORMATION_SCHEMA and result metadata use.</summary>
    internal string Name => Kind switch
    {
        TypeKind.Null => "TEXT",
        TypeKind.Number => "NUMBER",
        TypeKind.TimestampNtz => "TIMESTAMP_NTZ",
        TypeKind.TimestampLtz => "TIMESTAMP_LTZ",
        TypeKind.TimestampTz => "TIMESTAMP_TZ",
        _ => Kind.ToString().ToUpperInvariant(),
    };

    /// <summary>The declaration DESCRIBE TABLE prints.</summary>
    internal string Declaration => Kind switch
    {
        TypeKind.Number => string.Create(CultureInfo.InvariantCulture, $"NUMBER({Precision},{Scale})"),
        TypeKind.Text or TypeKind.Null => string.Create(CultureInfo.InvariantCulture, $"VARCHAR({(Length == 0 ? MaxText : Length)})"),
        TypeKind.Binary => string.Create(CultureInfo.InvariantCulture, $"BINARY({Length})"),
        TypeKind.Time or TypeKind.TimestampNtz or TypeKind.TimestampLtz or TypeKind.TimestampTz
            => string.Create(CultureInfo.InvariantCulture, $"{Name}({Scale})"),
        _ => Name,
    };

    /// <summary>The PostgreSQL type a column of this type is stored as.</summary>
    internal string Physical => Kind switch
    {
        TypeKind.Null => "text",
        TypeKind.Number => string.Create(CultureInfo.InvariantCulture, $"numeric({Precision},{Scale})"),
        TypeKind.Float => "float8",
        TypeKind.Text => Length >= 10_000_000 ? "text" : string.Create(CultureInfo.InvariantCulture, $"varchar({Length})"),
        TypeKind.Boolean => "boolean",
        TypeKind.Date => "date",
        TypeKind.Time => string.Create(CultureInfo.InvariantCulture, $"time({Math.Min(Scale, 6)})"),
        TypeKind.TimestampNtz => string.Create(CultureInfo.InvariantCulture, $"timestamp({Math.Min(Scale, 6)})"),
        TypeKind.TimestampLtz => string.Create(CultureInfo.InvariantCulture, $"timestamptz({Math.Min(Scale, 6)})"),
        TypeKind.TimestampTz => "sf_timestamp_tz",
        TypeKind.Binary => "bytea",
        _ => "jsonb",
    };

    /// <summary>The PostgreSQL type without length or precision, for casts that must not alter a value.</summary>
    internal string PhysicalBase => Kind switch
    {
        TypeKind.Number => "numeric",
        TypeKind.Null or TypeKind.Text => "text",
        TypeKind.Time => "time",
        TypeKind.TimestampNtz => "timestamp",
        TypeKind.TimestampLtz => "timestamptz",
        _ => Physical,
    };

    public override string ToString() => Declaration;
}
