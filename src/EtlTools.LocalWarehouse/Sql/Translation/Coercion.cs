using System.Globalization;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>Conversions between types, as Snowflake's casts do them.</summary>
internal static class Coercion
{
    // The forms Snowflake detects without a format that this warehouse accepts.
    internal const string AutoTimestamp =
        @"^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{0,9}))?)?)?\s*(Z|[+-]\d{1,2}(?::?\d{2})?)?)?\s*$";

    internal const string AutoTimestampKeys = "YYYY,MM,DD,HH,MI,SS,FF,Z";
    internal const string AutoTime = @"^\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{0,9}))?)?\s*$";
    internal const string AutoTimeKeys = "HH,MI,SS,FF";

    /// <summary>Casts a value; null when Snowflake has no such cast. <paramref name="attempt"/> yields NULL where the value does not fit.</summary>
    internal static Fragment? TryCast(Fragment value, SnowType target, TranslationContext context, bool attempt = false)
    {
        if (value.Type.Kind == TypeKind.Null) return value.With($"NULL::{target.PhysicalBase}", target);
        var x = value.Sql;
        var sql = target.Kind switch
        {
            TypeKind.Number => ToNumber(value, target, attempt),
            TypeKind.Float => value.Type.Kind switch
            {
                TypeKind.Float => x,
                TypeKind.Number => $"({x})::float8",
                TypeKind.Text => $"sf_to_double({x},{SqlText.Boolean(attempt)})",
                TypeKind.Boolean => $"({x})::int::float8",
                TypeKind.Variant => $"sf_variant_float({x},{SqlText.Boolean(attempt)})",
                _ => null,
            },
            TypeKind.Text => ToText(value, target, context),
            TypeKind.Boolean => value.Type.Kind switch
            {
                TypeKind.Boolean => x,
                TypeKind.Number or TypeKind.Float => $"(({x}) <> 0)",
                TypeKind.Text => $"sf_to_boolean({x},{SqlText.Boolean(attempt)})",
                TypeKind.Variant => $"sf_variant_boolean({x},{SqlText.Boolean(attempt)})",
                _ => null,
            },
            TypeKind.Binary => value.Type.Kind switch
            {
                TypeKind.Binary => target.Length >= value.Type.Length ? x : $"sf_fit_binary({x},{SqlText.Number(target.Length)})",
                TypeKind.Text => $"sf_to_binary({x},'HEX',{SqlText.Boolean(attempt)})",
                _ => null,
            },
            TypeKind.Variant => ToVariant(value, context),
            TypeKind.Object or TypeKind.Array => value.Type.Kind == target.Kind ? x
                : value.Type.Kind == TypeKind.Variant ? $"sf_variant_kind({x},'{target.Kind.ToString().ToLowerInvariant()}')" : null,
            _ => TimeCoercion.Cast(value, target, attempt),
        };
        return sql is null ? null : value.With(CommonText.Before(sql, value, target), target);
    }

    internal static Fragment Cast(Fragment value, SnowType target, TranslationContext context, bool attempt = false) =>
        TryCast(value, target, context, attempt)
        ?? throw WarehouseErrors.Compilation(1065, "22023", $"Function CAST cannot be used with arguments of types {value.Type} and {target}");

    /// <summary>Converts for storing into a column, which allows fewer conversions than a cast.</summary>
    internal static Fragment Assign(Fragment value, SnowType target, string column, TranslationContext context)
    {
        var (from, to) = (value.Type.Kind, target.Kind);
        var allowed = from == to || from is TypeKind.Null or TypeKind.Variant
            || (to is TypeKind.Text && from is not (TypeKind.Binary or TypeKind.Object or TypeKind.Array))
            || (to is TypeKind.Number or TypeKind.Float && from is TypeKind.Number or TypeKind.Float or TypeKind.Text or TypeKind.Boolean)
            || (to is TypeKind.Boolean && from is TypeKind.Number or TypeKind.Float or TypeKind.Text)
            || ((target.IsTimestamp || to is TypeKind.Date) && (from is TypeKind.Text or TypeKind.Date || value.Type.IsTimestamp))
            || (to is TypeKind.Time && (from is TypeKind.Text || value.Type.IsTimestamp))
            || (to is TypeKind.Variant && from is TypeKind.Object or TypeKind.Array);
        var result = allowed ? TryCast(value, target, context) : null;
        return result ?? throw WarehouseErrors.TypeMismatch(target.Declaration, value.Type.Declaration, column);
    }

    private static string? ToNumber(Fragment value, SnowType target, bool attempt)
    {
        var (x, p, s) = (value.Sql, target.Precision.ToString(CultureInfo.InvariantCulture), target.Scale.ToString(CultureInfo.InvariantCulture));
        switch (value.Type.Kind)
        {
            case TypeKind.Number:
                if (target.Scale >= value.Type.Scale && target.Precision - target.Scale >= value.Type.Precision - value.Type.Scale)
                    return target.Scale == value.Type.Scale ? x : $"({x})::numeric({p},{s})";
                return attempt ? $"sf_fit_number({x},{p},{s},true)" : $"({x})::numeric({p},{s})";
            case TypeKind.Text: return $"sf_to_number({x},{p},{s},{SqlText.Boolean(attempt)})";
            case TypeKind.Float: return $"sf_float_to_number({x},{p},{s},{SqlText.Boolean(attempt)})";
            case TypeKind.Boolean: return $"({x})::int::numeric({p},{s})";
            case TypeKind.Variant: return $"sf_variant_number({x},{p},{s},{SqlText.Boolean(attempt)})";
            default: return null;
        }
    }

    private static string? ToText(Fragment value, SnowType target, TranslationContext context)
    {
        var parameters = context.Session.Parameters;
        var (text, length) = value.Type.Kind switch
        {
            TypeKind.Text => (value.Sql, value.Type.Length),
            TypeKind.Number => ($"({value.Sql})::text", value.Type.Precision + 2),
            TypeKind.Float => ($"sf_float_text({value.Sql})", 25),
            TypeKind.Boolean => ($"({value.Sql})::text", 5),
            TypeKind.Date => (TimeCoercion.Print(value, parameters.Date), 40),
            TypeKind.Time => (TimeCoercion.Print(value, parameters.Time), 40),
            TypeKind.TimestampNtz => (TimeCoercion.Print(value, parameters.TimestampNtz), 60),
            TypeKind.TimestampLtz => (TimeCoercion.Print(value, parameters.TimestampLtz), 60),
            TypeKind.TimestampTz => (TimeCoercion.Print(value, parameters.TimestampTz), 60),
            TypeKind.Binary => ($"sf_binary_text({value.Sql},'{parameters["BINARY_OUTPUT_FORMAT"]}')", value.Type.Length * 2),
            TypeKind.Variant => ($"sf_variant_text({value.Sql})", SnowType.MaxText),
            _ => ($"sf_json({value.Sql})", SnowType.MaxText),
        };
        return target.Length >= length ? text : $"sf_fit_text({text},{SqlText.Number(target.Length)})";
    }

    private static string? ToVariant(Fragment value, TranslationContext context) => value.Type.Kind switch
    {
        TypeKind.Variant or TypeKind.Object or TypeKind.Array => value.Sql,
        TypeKind.Text or TypeKind.Number or TypeKind.Boolean or TypeKind.Float => $"to_jsonb({value.Sql})",
        TypeKind.Binary => null,
        _ => $"to_jsonb({ToText(value, SnowType.Text, context)})",
    };
}
