using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>Date arithmetic, parts, truncation and time zones.</summary>
internal static class DateFunctions
{
    internal static readonly Dictionary<string, FunctionTranslation> All = new(StringComparer.Ordinal)
    {
        ["DATEADD"] = Add,
        ["TIMEADD"] = Add,
        ["TIMESTAMPADD"] = Add,
        ["DATEDIFF"] = Difference,
        ["TIMEDIFF"] = Difference,
        ["TIMESTAMPDIFF"] = Difference,
        ["DATE_TRUNC"] = c => Truncate(c, 0, 1),
        ["DATE_PART"] = c =>
        {
            c.Arity(2);
            return Part(c, DateParts.Named(c.Constant(0)), 1);
        },
        ["YEAR"] = c => Single(c, "year"),
        ["QUARTER"] = c => Single(c, "quarter"),
        ["MONTH"] = c => Single(c, "month"),
        ["DAY"] = c => Single(c, "day"),
        ["DAYOFMONTH"] = c => Single(c, "day"),
        ["DAYOFWEEKISO"] = c => Single(c, "isodow"),
        ["DAYOFYEAR"] = c => Single(c, "doy"),
        ["HOUR"] = c => Single(c, "hour"),
        ["MINUTE"] = c => Single(c, "minute"),
        ["SECOND"] = c => Single(c, "second"),
        ["CONVERT_TIMEZONE"] = Convert,
        ["LAST_DAY"] = c =>
        {
            c.Arity(1);
            return c.Result($"(date_trunc('month', {Wall(c, 0)}) + interval '1 month' - interval '1 day')::date", SnowType.Date);
        },
    };

    private static string Wall(Call call, int index)
    {
        var value = call[index];
        if (value.Type.Kind is TypeKind.Text) value = Coercion.Cast(value, SnowType.TimestampNtz, call.Context);
        return value.Type.Kind == TypeKind.Time
            ? $"(date '1970-01-01' + {value.Sql})"
            : value.Type.IsDateTime || value.Type.Kind is TypeKind.Null or TypeKind.Variant ? Coercion.Cast(value, SnowType.TimestampNtz, call.Context).Sql : throw call.Mismatch();
    }

    private static Fragment Add(Call call)
    {
        call.Arity(3);
        var part = DateParts.Named(call.Constant(0));
        if (DateParts.IsFieldOnly(part)) throw WarehouseErrors.InvalidValue(part, "date part");
        var value = call[2];
        if (value.Type.Kind is TypeKind.Text or TypeKind.Null) value = Coercion.Cast(value, SnowType.TimestampNtz, call.Context);
        if (!value.Type.IsDateTime) throw call.Mismatch();
        var interval = $"sf_interval({call.Numeric(1).Sql + (call.Numeric(1).Type.Kind == TypeKind.Float ? "::numeric" : "")}, '{part}')";
        return value.Type.Kind switch
        {
            TypeKind.Date when DateParts.IsWholeDays(part) => call.Result($"({value.Sql} + {interval})::date", SnowType.Date),
            TypeKind.Date => call.Result($"(({value.Sql})::timestamp + {interval})", SnowType.TimestampNtz),
            TypeKind.Time when DateParts.IsWholeDays(part) => throw call.Mismatch(),
            TypeKind.TimestampTz => call.Result($"sf_tz_from_wall(sf_tz_wall({value.Sql}) + {interval}, ({value.Sql}).off)", value.Type),
            _ => call.Result($"({value.Sql} + {interval})", value.Type with { Scale = 9 }),
        };
    }

    private static Fragment Difference(Call call)
    {
        call.Arity(3);
        var part = DateParts.Named(call.Constant(0));
        if (DateParts.IsFieldOnly(part)) throw WarehouseErrors.InvalidValue(part, "date part");
        return call.Result($"sf_datediff('{part}', {Wall(call, 1)}, {Wall(call, 2)})", SnowType.Number(18, 0));
    }

    internal static Fragment Truncate(Call call, int partIndex, int valueIndex)
    {
        call.Arity(2);
        var part = DateParts.Named(call.Constant(partIndex));
        var value = call[valueIndex];
        if (DateParts.IsFieldOnly(part)) throw WarehouseErrors.InvalidValue(part, "date part");
        if (value.Type.Kind == TypeKind.Text) value = Coercion.Cast(value, SnowType.TimestampNtz, call.Context);
        if (part is "nanosecond") return value;
        var unit = part is "millisecond" or "microsecond" ? part + "s" : part;
        return value.Type.Kind switch
        {
            TypeKind.Date when DateParts.IsWholeDays(part) => call.Result($"date_trunc('{unit}', ({value.Sql})::timestamp)::date", SnowType.Date),
            TypeKind.Time when !DateParts.IsWholeDays(part) => call.Result($"date_trunc('{unit}', date '2000-01-01' + {value.Sql})::time", value.Type),
            TypeKind.TimestampNtz or TypeKind.TimestampLtz => call.Result($"date_trunc('{unit}', {value.Sql})", value.Type),
            TypeKind.TimestampTz => call.Result($"sf_tz_from_wall(date_trunc('{unit}', sf_tz_wall({value.Sql})), ({value.Sql}).off)", value.Type),
            _ => throw call.Mismatch(),
        };
    }

    private static Fragment Single(Call call, string part)
    {
        call.Arity(1);
        return Part(call, part, 0);
    }

    private static Fragment Part(Call call, string part, int index)
    {
        var wall = Wall(call, index);
        var instant = call[index].Type.Kind is TypeKind.TimestampTz ? $"({call[index].Sql}).at AT TIME ZONE 'UTC'"
            : call[index].Type.Kind is TypeKind.TimestampLtz ? $"({call[index].Sql}) AT TIME ZONE 'UTC'" : wall;
        var sql = part switch
        {
            "second" => $"floor(extract(second FROM {wall}))",
            "nanosecond" => $"(extract(microseconds FROM {wall}) % 1000000) * 1000",
            "millisecond" or "microsecond" => throw WarehouseErrors.Unsupported($"DATE_PART '{part}'"),
            "epoch_second" => $"floor(extract(epoch FROM {instant}))",
            "epoch_millisecond" => $"floor(extract(epoch FROM {instant}) * 1000)",
            "epoch_microsecond" => $"floor(extract(epoch FROM {instant}) * 1000000)",
            "epoch_nanosecond" => $"floor(extract(epoch FROM {instant}) * 1000000000)",
            _ => $"extract({part} FROM {wall})",
        };
        return call.Result($"({sql})::numeric", SnowType.Number(part.StartsWith("epoch", StringComparison.Ordinal) ? 38 : 9, 0));
    }

    private static Fragment Convert(Call call)
    {
        call.Arity(2, 3);
        if (call.Count == 3)
        {
            var value = call[2];
            if (value.Type.Kind is not (TypeKind.TimestampNtz or TypeKind.Date or TypeKind.Text or TypeKind.Null))
                throw call.Mismatch();
            var wall = Coercion.Cast(value, SnowType.TimestampNtz, call.Context).Sql;
            return call.Result($"(({wall} AT TIME ZONE {Zone(call, 0)}) AT TIME ZONE {Zone(call, 1)})", SnowType.TimestampNtz);
        }

        var instant = Coercion.Cast(call[1].Type.Kind == TypeKind.Text ? Coercion.Cast(call[1], SnowType.TimestampTz, call.Context) : call[1], SnowType.TimestampLtz, call.Context);
        return call.Result($"sf_zone({instant.Sql}, {Zone(call, 0)})", SnowType.TimestampTz);
    }

    private static string Zone(Call call, int index)
    {
        if (call.Syntax.Arguments[index] is not (TextLiteral or BindReference)) throw WarehouseErrors.Unsupported("CONVERT_TIMEZONE with a zone that is not a constant");
        var name = call.Constant(index);
        return TimeZones.IsName(name) ? SqlText.Quote(name) : throw WarehouseErrors.InvalidValue(name, "timezone");
    }
}
