using System.Globalization;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>Arithmetic and comparison with Snowflake's result types.</summary>
internal static class Operators
{
    internal static Fragment Compare(string op, Fragment left, Fragment right, TranslationContext context)
    {
        var (a, b, type) = Meet(left, right, op, context);
        return new Fragment($"({a} {op} {b}{Collation(type)})", SnowType.Boolean, left.Nullable || right.Nullable);
    }

    internal static Fragment DistinctFrom(Fragment left, Fragment right, bool negated, TranslationContext context)
    {
        var (a, b, _) = Meet(left, right, "IS DISTINCT FROM", context);
        return new Fragment($"({a} IS {(negated ? "NOT " : "")}DISTINCT FROM {b})", SnowType.Boolean, false);
    }

    /// <summary>Brings both sides to one comparable type; a column that already has it stays bare, so that an index serves.</summary>
    internal static (string Left, string Right, SnowType Type) Meet(Fragment left, Fragment right, string op, TranslationContext context)
    {
        var type = CommonType.Of(left.Type, right.Type);
        if (type is null || type.Kind is TypeKind.Object or TypeKind.Array)
            throw WarehouseErrors.ArgumentTypes(op, [left.Type.Declaration, right.Type.Declaration]);
        if (type.Kind == TypeKind.Variant && left.Type.Kind != right.Type.Kind)
            type = left.Type.Kind == TypeKind.Variant ? right.Type : left.Type;
        return (Comparable(left, type, context), Comparable(right, type, context), type);
    }

    private static string Comparable(Fragment value, SnowType type, TranslationContext context)
    {
        // Numbers compare exactly at any precision and scale; only other types convert.
        var sql = value.Type.Kind == type.Kind ? value.Sql : Coercion.Cast(value, type, context).Sql;
        return type.Kind == TypeKind.TimestampTz ? $"({sql}).at" : sql;
    }

    internal static string Collation(SnowType type) => type.Kind is TypeKind.Text or TypeKind.Null ? " COLLATE \"C\"" : "";

    /// <summary>The SQL by which a value sorts.</summary>
    internal static string SortKey(Fragment value) => value.Type.Kind switch
    {
        TypeKind.TimestampTz => $"({value.Sql}).at",
        TypeKind.Object or TypeKind.Array => throw WarehouseErrors.ArgumentTypes("ORDER BY", [value.Type.Declaration]),
        _ => value.Sql + Collation(value.Type),
    };

    internal static Fragment Arithmetic(string op, Fragment left, Fragment right, TranslationContext context)
    {
        if (op is "+" or "-" && TimeArithmetic(op, left, right, context) is { } time) return time;
        left = Numeric(left, op, context);
        right = Numeric(right, op, context);
        if (left.Type.Kind == TypeKind.Float || right.Type.Kind == TypeKind.Float)
        {
            var (a, b) = (Coercion.Cast(left, SnowType.Float, context).Sql, Coercion.Cast(right, SnowType.Float, context).Sql);
            return Result(op == "%" ? $"(({a})::text::numeric % ({b})::text::numeric)::float8" : $"({a} {op} {b})", SnowType.Float, left, right);
        }

        var (p1, s1, p2, s2) = (left.Type.Precision, left.Type.Scale, right.Type.Precision, right.Type.Scale);
        var (l1, l2) = (p1 - s1, p2 - s2);
        var (leading, scale) = op switch
        {
            "*" => (l1 + l2, Math.Min(s1 + s2, Math.Max(Math.Max(s1, s2), 12))),
            "/" => (l1 + s2, Math.Max(s1, Math.Min(s1 + 6, 12))),
            "%" => (Math.Max(l1, l2), Math.Max(s1, s2)),
            _ => (Math.Max(l1, l2) + 1, Math.Max(s1, s2)),
        };
        scale = Math.Min(scale, 37);
        var type = SnowType.Number(Math.Min(38, Math.Max(1, leading + scale)), scale);
        var sql = op == "/" ? $"sf_divide({left.Sql},{right.Sql},{SqlText.Number(scale)})" : $"({left.Sql} {op} {right.Sql})";
        var exact = leading + scale <= 38 && (op != "*" || s1 + s2 <= scale);
        if (!exact) sql = string.Create(CultureInfo.InvariantCulture, $"({sql})::numeric({type.Precision},{type.Scale})");
        return Result(sql, type, left, right);
    }

    internal static Fragment Negate(Fragment value, TranslationContext context)
    {
        var number = Numeric(value, "-", context);
        return number.With($"(- {number.Sql})", number.Type);
    }

    private static Fragment Result(string sql, SnowType type, Fragment left, Fragment right) =>
        new(sql, type, left.Nullable || right.Nullable) { IsConstant = left.IsConstant && right.IsConstant };

    private static Fragment Numeric(Fragment value, string op, TranslationContext context) => value.Type.Kind switch
    {
        TypeKind.Number or TypeKind.Float => value,
        TypeKind.Null => value.With("NULL::numeric", SnowType.Integer),
        TypeKind.Text => Coercion.Cast(value, SnowType.Number(38, 5), context),
        TypeKind.Variant => Coercion.Cast(value, SnowType.Float, context),
        _ => throw WarehouseErrors.ArgumentTypes(op, [value.Type.Declaration]),
    };

    /// <summary>DATE ± days and DATE − DATE.</summary>
    private static Fragment? TimeArithmetic(string op, Fragment left, Fragment right, TranslationContext context)
    {
        if (left.Type.Kind == TypeKind.Date && right.Type.Kind == TypeKind.Date && op == "-")
            return Result($"({left.Sql} - {right.Sql})::numeric", SnowType.Number(9, 0), left, right);
        if (left.Type.Kind == TypeKind.Date && right.Type.Kind == TypeKind.Number)
            return Result($"({left.Sql} {op} ({right.Sql})::int)", SnowType.Date, left, right);
        if (left.Type.IsDateTime || right.Type.IsDateTime)
            throw WarehouseErrors.ArgumentTypes(op, [left.Type.Declaration, right.Type.Declaration]);
        return null;
    }
}
