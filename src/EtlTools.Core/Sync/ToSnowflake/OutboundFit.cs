using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Sync.Drift;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>
/// Whether a PostgreSQL column's values can be kept in a Snowflake column, and how each travels: as text that PostgreSQL writes, and
/// that Snowflake's TRY_ functions read exactly or refuse. A width PostgreSQL does not declare (numeric, text) is checked value by value.
/// </summary>
/// <param name="Verdict">The answer.</param>
/// <param name="Needed">A Snowflake type that fits.</param>
/// <param name="Reason">Why it does not fit; empty when it does.</param>
internal sealed record OutboundFit(FitVerdict Verdict, string Needed, string Reason)
{
    private const int UnboundedText = 16_777_216;

    /// <summary>Compares a source and a target type.</summary>
    /// <param name="source">The source's type.</param>
    /// <param name="target">The target's type.</param>
    /// <param name="isCast">Whether a transform says that the text is meant to be of another type.</param>
    public static OutboundFit Of(PostgresType source, SnowflakeType target, bool isCast)
    {
        var needed = SnowflakeTypeMap.Of(source).Type.ToSql();
        if (target.Kind == SnowflakeTypeKind.Unsupported) return new OutboundFit(FitVerdict.Incompatible, needed, $"{target.Declared} cannot be written");
        if (target.Kind == SnowflakeTypeKind.Text) return source.Length > (target.Length ?? UnboundedText) ? Narrower(source, target, needed) : Fits(needed);
        if (isCast) return Fits(needed);
        return source.Base switch
        {
            "int2" => Whole(source, target, needed, 5),
            "int4" or "oid" => Whole(source, target, needed, 10),
            "int8" => Whole(source, target, needed, 19),
            "numeric" => Numeric(source, target, needed),
            "float4" or "float8" => Only(target, needed, SnowflakeTypeKind.Float),
            "bool" => Only(target, needed, SnowflakeTypeKind.Boolean),
            "date" => Only(target, needed, SnowflakeTypeKind.Date, SnowflakeTypeKind.TimestampNtz),
            "time" => Time(source, target, needed, SnowflakeTypeKind.Time),
            "timestamp" => Time(source, target, needed, SnowflakeTypeKind.TimestampNtz),
            "timestamptz" => Time(source, target, needed, SnowflakeTypeKind.TimestampTz, SnowflakeTypeKind.TimestampLtz, SnowflakeTypeKind.TimestampNtz),
            "bytea" => Only(target, needed, SnowflakeTypeKind.Binary),
            "json" or "jsonb" => Only(target, needed, SnowflakeTypeKind.Variant, SnowflakeTypeKind.Object, SnowflakeTypeKind.Array),
            _ => source.Category switch
            {
                'A' => Only(target, needed, SnowflakeTypeKind.Variant, SnowflakeTypeKind.Array),
                'C' => Only(target, needed, SnowflakeTypeKind.Variant, SnowflakeTypeKind.Object),
                _ => Only(target, needed),
            },
        };
    }

    private static OutboundFit Whole(PostgresType source, SnowflakeType target, string needed, int digits) => target.Kind switch
    {
        SnowflakeTypeKind.Number => target.Precision - target.Scale >= digits ? Fits(needed) : Narrower(source, target, needed),
        SnowflakeTypeKind.Float => digits <= 15 ? Fits(needed) : Narrower(source, target, needed),
        _ => Incompatible(target, needed),
    };

    private static OutboundFit Numeric(PostgresType source, SnowflakeType target, string needed)
    {
        if (target.Kind == SnowflakeTypeKind.Float) return Narrower(source, target, needed);
        if (target.Kind != SnowflakeTypeKind.Number) return Incompatible(target, needed);
        if (source.Precision is null) return Fits(needed);
        return target.Scale < source.Scale || target.Precision - target.Scale < source.Precision - source.Scale ? Narrower(source, target, needed) : Fits(needed);
    }

    private static OutboundFit Time(PostgresType source, SnowflakeType target, string needed, params ReadOnlySpan<SnowflakeTypeKind> wanted)
    {
        if (!wanted.Contains(target.Kind)) return Incompatible(target, needed);
        return target.Scale < (source.Scale ?? 6) ? Narrower(source, target, needed) : Fits(needed);
    }

    private static OutboundFit Only(SnowflakeType target, string needed, params ReadOnlySpan<SnowflakeTypeKind> wanted) =>
        wanted.Contains(target.Kind) ? Fits(needed) : Incompatible(target, needed);

    private static OutboundFit Fits(string needed) => new(FitVerdict.Fits, needed, "");

    private static OutboundFit Narrower(PostgresType source, SnowflakeType target, string needed) =>
        new(FitVerdict.Narrower, needed, $"{target} is narrower than the source's {source.Declared}");

    private static OutboundFit Incompatible(SnowflakeType target, string needed) =>
        new(FitVerdict.Incompatible, needed, $"{target} cannot hold such values; {needed} can");
}
