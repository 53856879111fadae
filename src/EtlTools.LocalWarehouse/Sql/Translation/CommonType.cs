using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>The type that values of several types meet in: CASE, COALESCE, UNION, comparison.</summary>
internal static class CommonType
{
    internal static SnowType Of(IEnumerable<SnowType> types) =>
        types.Aggregate(SnowType.Null, (a, b) => Of(a, b) ?? throw WarehouseErrors.Compilation(2016, "22000", $"inconsistent data types {a} and {b}."));

    internal static SnowType? Of(SnowType a, SnowType b)
    {
        if (a == b || b.Kind == TypeKind.Null) return a;
        if (a.Kind == TypeKind.Null) return b;
        if (a.Kind == b.Kind)
        {
            if (a.Kind != TypeKind.Number) return a with { Length = Math.Max(a.Length, b.Length), Scale = Math.Max(a.Scale, b.Scale) };
            var scale = Math.Max(a.Scale, b.Scale);
            return SnowType.Number(Math.Min(38, Math.Max(a.Precision - a.Scale, b.Precision - b.Scale) + scale), scale);
        }

        return Ordered(a, b) ?? Ordered(b, a);
    }

    private static SnowType? Ordered(SnowType a, SnowType b)
    {
        if (a.Kind == TypeKind.Variant) return b.Kind == TypeKind.Binary ? null : SnowType.Variant;
        if (a.Kind == TypeKind.Text)
        {
            return b.Kind switch
            {
                TypeKind.Number => SnowType.Number(38, Math.Max(b.Scale, 5)),
                TypeKind.Object or TypeKind.Array or TypeKind.Binary => null,
                _ => b,
            };
        }

        return (a.Kind, b.Kind) switch
        {
            (TypeKind.Float, TypeKind.Number) => SnowType.Float,
            (TypeKind.Boolean, TypeKind.Number) => SnowType.Boolean,
            (TypeKind.TimestampTz, TypeKind.TimestampLtz or TypeKind.TimestampNtz or TypeKind.Date) => a,
            (TypeKind.TimestampLtz, TypeKind.TimestampNtz or TypeKind.Date) => a,
            (TypeKind.TimestampNtz, TypeKind.Date) => a,
            _ => null,
        };
    }
}
