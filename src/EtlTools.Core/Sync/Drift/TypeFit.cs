using System.Globalization;
using EtlTools.Core.Postgres;
using EtlTools.Core.Rows;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.Drift;

/// <summary>
/// Whether a Snowflake column's values can be kept in a PostgreSQL column. "Narrower" means that values the source declares would
/// not fit, or would be changed silently; widths that Snowflake gives by default (NUMBER(38), VARCHAR without a length) declare
/// nothing, and are checked value by value.
/// </summary>
/// <param name="Verdict">The answer.</param>
/// <param name="Rule">What has to be done to each value on the way.</param>
/// <param name="Needed">A PostgreSQL type that fits.</param>
/// <param name="Reason">Why it does not fit; empty when it does.</param>
internal sealed record TypeFit(FitVerdict Verdict, ColumnRule Rule, string Needed, string Reason)
{
    private const int DefaultTextLength = 16_777_216;
    private const int MaxPrecision = 38;

    /// <summary>Compares a source and a target type.</summary>
    public static TypeFit Of(SnowflakeType source, PostgresType target)
    {
        var needed = PostgresTypeFor(source);
        if (source.Kind != SnowflakeTypeKind.Unsupported && (target.Base is "text" || (target.Base is "varchar" && target.Length is null))) return Fits(needed, TextRule(source, target));
        return source.Kind switch
        {
            SnowflakeTypeKind.Number => Number(source, target, needed),
            SnowflakeTypeKind.Float => Float(target, needed),
            SnowflakeTypeKind.Text => Text(source, target, needed),
            SnowflakeTypeKind.Boolean => Only(target, needed, "bool"),
            SnowflakeTypeKind.Date => Only(target, needed, "date"),
            SnowflakeTypeKind.Time => Time(target, needed, "time"),
            SnowflakeTypeKind.TimestampNtz => Time(target, needed, "timestamp"),
            SnowflakeTypeKind.TimestampLtz or SnowflakeTypeKind.TimestampTz => Time(target, needed, "timestamptz"),
            SnowflakeTypeKind.Binary => target.Base == "bytea" ? Fits(needed, new ColumnRule(ColumnRuleKind.Binary, 0)) : Incompatible(target, needed),
            SnowflakeTypeKind.Variant or SnowflakeTypeKind.Object or SnowflakeTypeKind.Array => Only(target, needed, source.Kind == SnowflakeTypeKind.Object ? ["jsonb", "json"] : ["jsonb", "json", "vector"]),
            _ => new TypeFit(FitVerdict.Incompatible, ColumnRule.PassThrough, needed, $"{source.Declared} cannot be carried; put the column under exclude"),
        };
    }

    /// <summary>The PostgreSQL type that keeps every value of a Snowflake type.</summary>
    public static string PostgresTypeFor(SnowflakeType source) => source.Kind switch
    {
        SnowflakeTypeKind.Number => string.Create(CultureInfo.InvariantCulture, $"numeric({source.Precision},{source.Scale})"),
        SnowflakeTypeKind.Float => "double precision",
        SnowflakeTypeKind.Boolean => "boolean",
        SnowflakeTypeKind.Date => "date",
        SnowflakeTypeKind.Time => "time",
        SnowflakeTypeKind.TimestampNtz => "timestamp",
        SnowflakeTypeKind.TimestampLtz or SnowflakeTypeKind.TimestampTz => "timestamptz",
        SnowflakeTypeKind.Binary => "bytea",
        SnowflakeTypeKind.Variant or SnowflakeTypeKind.Object or SnowflakeTypeKind.Array => "jsonb",
        _ => "text",
    };

    private static TypeFit Number(SnowflakeType source, PostgresType target, string needed)
    {
        var isDefault = source is { Precision: MaxPrecision };
        int? digits = target.Base switch { "int2" => 4, "int4" => 9, "int8" => 18, _ => null };
        if (digits is { } whole)
        {
            if (source.Scale > 0) return Narrower(source, target, needed);
            return isDefault || source.Precision <= whole ? Fits(needed) : Narrower(source, target, needed);
        }

        if (target.Base != "numeric") return target.Base is "float4" or "float8" or "money" ? Narrower(source, target, needed) : Incompatible(target, needed);
        if (target.Precision is null) return Fits(needed);
        var roundsFractions = target.Scale < source.Scale;
        var losesWholeDigits = !isDefault && target.Precision - target.Scale < source.Precision - source.Scale;
        return roundsFractions || losesWholeDigits ? Narrower(source, target, needed) : Fits(needed);
    }

    private static TypeFit Float(PostgresType target, string needed) => target.Base switch
    {
        "float8" => Fits(needed),
        "float4" => new TypeFit(FitVerdict.Narrower, ColumnRule.PassThrough, needed, "real keeps 6 digits of a FLOAT's 15"),
        _ => Incompatible(target, needed),
    };

    private static TypeFit Text(SnowflakeType source, PostgresType target, string needed)
    {
        if (target.Length is { } limit)
        {
            var isDeclared = source.Length > 0 && source.Length < DefaultTextLength;
            return isDeclared && source.Length > limit
                ? Narrower(source, target, string.Create(CultureInfo.InvariantCulture, $"varchar({source.Length})"))
                : Fits(needed, new ColumnRule(ColumnRuleKind.BoundedText, limit));
        }

        // Types whose own input routine takes the text whole or refuses it; times and scaled numbers would be read by guess or rounded. A vector (pgvector) is of single precision by its nature.
        return target.Base is "uuid" or "json" or "jsonb" or "xml" or "citext" or "vector" or "inet" or "cidr" or "macaddr" or "int2" or "int4" or "int8"
                or "bool" or "name" || (target.Base == "numeric" && target.Precision is null) || target.Category is 'E' or 'A'
            ? Fits(needed)
            : Incompatible(target, needed);
    }

    private static TypeFit Time(PostgresType target, string needed, string wanted)
    {
        if (target.Base == wanted) return Fits(needed, new ColumnRule(ColumnRuleKind.Time, target.Scale ?? 6));
        return target.Base is "date" or "timestamp" or "time"
            ? new TypeFit(FitVerdict.Narrower, ColumnRule.PassThrough, needed, $"{target.Declared} would cut off part of each value")
            : Incompatible(target, needed);
    }

    private static TypeFit Only(PostgresType target, string needed, params ReadOnlySpan<string> wanted) =>
        wanted.Contains(target.Base) ? Fits(needed) : Incompatible(target, needed);

    private static ColumnRule TextRule(SnowflakeType source, PostgresType target) => (source.Kind, target.Length) switch
    {
        (SnowflakeTypeKind.Text, { } limit) => new ColumnRule(ColumnRuleKind.BoundedText, limit),
        _ => ColumnRule.PassThrough,
    };

    private static TypeFit Fits(string needed, ColumnRule? rule = null) => new(FitVerdict.Fits, rule ?? ColumnRule.PassThrough, needed, "");

    private static TypeFit Narrower(SnowflakeType source, PostgresType target, string needed) =>
        new(FitVerdict.Narrower, ColumnRule.PassThrough, needed, $"{target.Declared} is narrower than the source's {source}");

    private static TypeFit Incompatible(PostgresType target, string needed) =>
        new(FitVerdict.Incompatible, ColumnRule.PassThrough, needed, $"{target.Declared} cannot hold such values; {needed} can");
}

/// <summary>Whether a type can hold another's values.</summary>
internal enum FitVerdict
{
    /// <summary>Every value fits, or is checked one by one.</summary>
    Fits,

    /// <summary>Values would be refused or changed because the target keeps less.</summary>
    Narrower,

    /// <summary>It is another kind of type.</summary>
    Incompatible,
}
