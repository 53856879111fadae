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
        if (type.Category == 'A') return new MappedType(s_variant, "a JSON array; bounds that do not begin at 1 are not kept", false);
        return type.Base switch
        {
            "int2" => Number(5, 0),
            "int4" or "oid" => Number(10, 0),
            "int8" => Number(19, 0),
            "numeric" => Numeric(type),
            "float4" or "float8" => new MappedType(Plain(SnowflakeTypeKind.Float, "FLOAT")),
            "bool" => new MappedType(Plain(SnowflakeTypeKind.Boolean, "BOOLEAN")),
            "varchar" or "bpchar" when type.Length is { } length => new MappedType(new SnowflakeType(SnowflakeTypeKind.Text, null, null, length, "VARCHAR")),
            "text" or "varchar" or "bpchar" or "char" or "name" or "citext" or "uuid" or "xml" or "inet" or "cidr" or "macaddr" or "macaddr8" =>
                new MappedType(s_text),
            "bytea" => new MappedType(Plain(SnowflakeTypeKind.Binary, "BINARY")),
            "date" => new MappedType(Plain(SnowflakeTypeKind.Date, "DATE")),
            "time" => Timed(SnowflakeTypeKind.Time, "TIME", type),
            "timestamp" => Timed(SnowflakeTypeKind.TimestampNtz, "TIMESTAMP_NTZ", type),
            "timestamptz" => Timed(SnowflakeTypeKind.TimestampTz, "TIMESTAMP_TZ", type),
            "json" or "jsonb" => new MappedType(s_variant),
            "interval" => Noted("Snowflake has no column type for durations: ISO 8601 text, such as P1DT2H"),
            "timetz" => Noted("Snowflake has no time of day with a zone: text"),
            "money" => new MappedType(s_text, "the amount as text, without the currency sign, which is the server's setting", false),
            "bit" or "varbit" => Noted("the bits as text of 0 and 1"),
            _ => Other(type),
        };
    }

    /// <summary>
    /// SQL whose value COPY writes as the text that travels: the way PostgreSQL writes the type in a session that
    /// <see cref="PostgresConnector"/> has opened, except where that text could be misread.
    /// </summary>
    /// <param name="type">The column's type.</param>
    /// <param name="column">The column in quotes.</param>
    public static string Project(PostgresType type, string column)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.Base switch
        {
            // One instant, one text, without an offset to be misread.
            "timestamptz" => $"{column} AT TIME ZONE 'UTC'",
            "float4" or "float8" => $"CASE WHEN {column} = 'infinity' THEN 'inf' WHEN {column} = '-infinity' THEN '-inf' ELSE {column}::text END",
            // The currency sign and the separators are the server's setting.
            "money" => $"{column}::numeric",
            _ when type.Category is 'A' or 'C' => $"to_json({column})",
            _ => column,
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
        'E' => new MappedType(s_text),
        'C' => new MappedType(s_variant, "a JSON object with the fields of the composite type", false),
        'R' => Noted("the range as text, such as [1,5)"),
        'G' => Noted("the shape as text, such as (1,2)"),
        _ => Noted($"{type.Declared} as PostgreSQL writes it"),
    };

    private static MappedType Number(int precision, int scale) => new(new SnowflakeType(SnowflakeTypeKind.Number, precision, scale, null, "NUMBER"));

    private static MappedType Timed(SnowflakeTypeKind kind, string name, PostgresType type) =>
        new(new SnowflakeType(kind, null, type.Scale ?? 6, null, name));

    private static MappedType Noted(string note) => new(s_text, note, false);

    private static MappedType Doubtful(string note) => new(s_text, note, true);

    private static SnowflakeType Plain(SnowflakeTypeKind kind, string name) => new(kind, null, null, null, name);
}
