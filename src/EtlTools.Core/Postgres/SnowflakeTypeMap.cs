using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Postgres;

/// <summary>
/// What each PostgreSQL type becomes in Snowflake. The rule: the type that keeps every value; where there is none, VARCHAR with the
/// text PostgreSQL writes, or VARIANT for what has parts. Nothing is narrowed.
/// </summary>
public static class SnowflakeTypeMap
{
    /// <summary>Digits of a Snowflake NUMBER, and how many of them may come after the point.</summary>
    private const int MaxPrecision = 38, MaxScale = 37;

    private static readonly SnowflakeType s_text = Plain(SnowflakeTypeKind.Text, "VARCHAR");
    private static readonly SnowflakeType s_variant = Plain(SnowflakeTypeKind.Variant, "VARIANT");

    /// <summary>The Snowflake type for a PostgreSQL type, domains already resolved.</summary>
    public static MappedType Of(PostgresType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type.Category == 'A') return new MappedType(s_variant, ValueForm.JsonOf, "a JSON array; bounds that do not begin at 1 are not kept", false);
        return type.Base switch
        {
            "int2" => Number(5, 0),
            "int4" or "oid" => Number(10, 0),
            "int8" => Number(19, 0),
            "numeric" => Numeric(type),
            "float4" or "float8" => new MappedType(Plain(SnowflakeTypeKind.Float, "FLOAT"), ValueForm.Float),
            "bool" => new MappedType(Plain(SnowflakeTypeKind.Boolean, "BOOLEAN"), ValueForm.Text),
            "varchar" or "bpchar" when type.Length is { } length => new MappedType(new SnowflakeType(SnowflakeTypeKind.Text, null, null, length, "VARCHAR"), ValueForm.Text),
            "text" or "varchar" or "bpchar" or "char" or "name" or "citext" or "uuid" or "xml" or "inet" or "cidr" or "macaddr" or "macaddr8" =>
                new MappedType(s_text, ValueForm.Text),
            "bytea" => new MappedType(Plain(SnowflakeTypeKind.Binary, "BINARY"), ValueForm.Hex),
            "date" => new MappedType(Plain(SnowflakeTypeKind.Date, "DATE"), ValueForm.Date),
            "time" => Timed(SnowflakeTypeKind.Time, "TIME", type, ValueForm.Time),
            "timestamp" => Timed(SnowflakeTypeKind.TimestampNtz, "TIMESTAMP_NTZ", type, ValueForm.Timestamp),
            "timestamptz" => Timed(SnowflakeTypeKind.TimestampTz, "TIMESTAMP_TZ", type, ValueForm.TimestampWithOffset),
            "json" or "jsonb" => new MappedType(s_variant, ValueForm.Json),
            "interval" => Noted("Snowflake has no column type for durations: ISO 8601 text, such as P1DT2H"),
            "timetz" => Noted("Snowflake has no time of day with a zone: text"),
            "money" => new MappedType(s_text, ValueForm.Money, "the amount as text, without the currency sign, which is the server's setting", false),
            "bit" or "varbit" => Noted("the bits as text of 0 and 1"),
            _ => Other(type),
        };
    }

    private static MappedType Numeric(PostgresType type)
    {
        if (type is not { Precision: { } precision, Scale: { } scale })
            return Doubtful("numeric without precision has no equal in Snowflake: text. Declare numeric(p,s), or set 'cast: numeric(38,9)' under transform and the column to NUMBER(38,9)");
        // numeric(3,-2) holds five digits before the point, numeric(3,5) five after it.
        var digits = Math.Max(scale < 0 ? precision - scale : precision, Math.Max(scale, 0));
        return digits <= MaxPrecision && scale <= MaxScale
            ? Number(digits, Math.Max(scale, 0))
            : Doubtful($"{type.Declared} has more digits than Snowflake's NUMBER(38,37): text");
    }

    private static MappedType Other(PostgresType type) => type.Category switch
    {
        'E' => new MappedType(s_text, ValueForm.Text),
        'C' => new MappedType(s_variant, ValueForm.JsonOf, "a JSON object with the fields of the composite type", false),
        'R' => Noted("the range as text, such as [1,5)"),
        'G' => Noted("the shape as text, such as (1,2)"),
        _ => Noted($"{type.Declared} as PostgreSQL writes it"),
    };

    private static MappedType Number(int precision, int scale) => new(new SnowflakeType(SnowflakeTypeKind.Number, precision, scale, null, "NUMBER"), ValueForm.Number);

    private static MappedType Timed(SnowflakeTypeKind kind, string name, PostgresType type, ValueForm form) =>
        new(new SnowflakeType(kind, null, type.Scale ?? 6, null, name), form);

    private static MappedType Noted(string note) => new(s_text, ValueForm.Text, note, false);

    private static MappedType Doubtful(string note) => new(s_text, ValueForm.Text, note, true);

    private static SnowflakeType Plain(SnowflakeTypeKind kind, string name) => new(kind, null, null, null, name);
}
