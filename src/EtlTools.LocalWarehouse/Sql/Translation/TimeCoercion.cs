using EtlTools.LocalWarehouse.Sql.Formats;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>Reading, converting and printing dates and times in SQL.</summary>
internal static class TimeCoercion
{
    internal static string? Cast(Fragment value, SnowType target, bool attempt)
    {
        var sql = value.Type.Kind switch
        {
            TypeKind.Text => Parse(value.Sql, target, null, attempt),
            TypeKind.Variant => Parse($"sf_variant_text({value.Sql})", target, null, attempt),
            _ => Convert(value, target),
        };
        var finer = value.Type.Kind is TypeKind.Text or TypeKind.Variant or TypeKind.Date || value.Type.Scale > target.Scale;
        return sql is not null && target.Kind != TypeKind.Date && target.Scale < 6 && finer ? Truncate(sql, target) : sql;
    }

    /// <summary>Text to a date or time, by a format or by detection.</summary>
    internal static string Parse(string text, SnowType target, TimeFormat? format, bool attempt)
    {
        var what = target.Kind switch { TypeKind.Date => "Date", TypeKind.Time => "Time", _ => "Timestamp" };
        string pattern, keys;
        if (format is not null) (pattern, keys) = format.ToPattern();
        else if (target.Kind == TypeKind.Time) (pattern, keys) = (Coercion.AutoTime, Coercion.AutoTimeKeys);
        else (pattern, keys) = (Coercion.AutoTimestamp, Coercion.AutoTimestampKeys);
        var function = format is null ? "sf_parse_auto" : "sf_parse_time";
        var parsed = $"{function}({text},{SqlText.Quote(pattern)},{SqlText.Quote(keys)},{SqlText.Quote(what)},{SqlText.Boolean(attempt)})";
        return target.Kind switch
        {
            TypeKind.Date => $"(({parsed}).ts)::date",
            TypeKind.Time => $"(({parsed}).ts)::time",
            TypeKind.TimestampNtz => $"({parsed}).ts",
            TypeKind.TimestampLtz => $"sf_as_ltz({parsed})",
            _ => $"sf_as_tz({parsed})",
        };
    }

    private static string? Convert(Fragment value, SnowType target)
    {
        var x = value.Sql;
        if (value.Type.Kind == target.Kind) return x;
        return (value.Type.Kind, target.Kind) switch
        {
            (TypeKind.Date, TypeKind.TimestampNtz) => $"({x})::timestamp",
            (TypeKind.Date, TypeKind.TimestampLtz) => $"({x})::timestamptz",
            (TypeKind.Date, TypeKind.TimestampTz) => $"sf_ltz_as_tz(({x})::timestamptz)",
            (TypeKind.TimestampNtz, TypeKind.Date) or (TypeKind.TimestampLtz, TypeKind.Date) => $"({x})::date",
            (TypeKind.TimestampNtz, TypeKind.Time) or (TypeKind.TimestampLtz, TypeKind.Time) => $"({x})::time",
            (TypeKind.TimestampNtz, TypeKind.TimestampLtz) => $"({x})::timestamptz",
            (TypeKind.TimestampNtz, TypeKind.TimestampTz) => $"sf_ltz_as_tz(({x})::timestamptz)",
            (TypeKind.TimestampLtz, TypeKind.TimestampNtz) => $"({x})::timestamp",
            (TypeKind.TimestampLtz, TypeKind.TimestampTz) => $"sf_ltz_as_tz({x})",
            (TypeKind.TimestampTz, TypeKind.TimestampLtz) => $"({x}).at",
            (TypeKind.TimestampTz, TypeKind.TimestampNtz) => $"sf_tz_wall({x})",
            (TypeKind.TimestampTz, TypeKind.Date) => $"(sf_tz_wall({x}))::date",
            (TypeKind.TimestampTz, TypeKind.Time) => $"(sf_tz_wall({x}))::time",
            _ => null,
        };
    }

    /// <summary>Snowflake cuts digits beyond the scale; PostgreSQL's own cast would round.</summary>
    private static string Truncate(string sql, SnowType target)
    {
        var unit = $"interval '{SqlText.Number((long)Math.Pow(10, 6 - target.Scale))} microseconds'";
        return target.Kind switch
        {
            TypeKind.Time => $"(date_bin({unit}, date '2000-01-01' + ({sql}), timestamp '0001-01-01'))::time",
            TypeKind.TimestampNtz => $"date_bin({unit}, {sql}, timestamp '0001-01-01')",
            TypeKind.TimestampLtz => $"date_bin({unit}, {sql}, timestamptz '0001-01-01 00:00:00+00')",
            _ => $"sf_tz(date_bin({unit}, ({sql}).at, timestamptz '0001-01-01 00:00:00+00'), ({sql}).off)",
        };
    }

    /// <summary>Prints a date or time by a format, as an SQL expression.</summary>
    internal static string Print(Fragment value, TimeFormat format)
    {
        var x = value.Sql;
        var wall = value.Type.Kind switch
        {
            TypeKind.TimestampTz => $"sf_tz_wall({x})",
            TypeKind.Time => $"(date '2000-01-01' + ({x}))",
            TypeKind.TimestampNtz => $"({x})",
            _ => $"({x})::timestamp",
        };
        var offset = value.Type.Kind switch
        {
            TypeKind.TimestampTz => $"({x}).off",
            TypeKind.TimestampLtz => $"(sf_ltz_as_tz({x})).off",
            _ => $"(CASE WHEN ({x}) IS NOT NULL THEN 0 END)",
        };
        var pattern = new TimePattern(wall);
        foreach (var element in format.Elements)
        {
            if (pattern.TryAdd(element)) continue;
            pattern.Add(element.Key switch
            {
                "TZH" or "TZM" => $"sf_tz_offset({offset},'{element.Key}')",
                "FF" when element.Digits == 0 => "''",
                "FF" => $"rpad(left(to_char({wall},'US'),{SqlText.Number(element.Digits)}),{SqlText.Number(element.Digits)},'0')",
                "MON" => $"to_char({wall},'Mon')",
                "MMMM" => $"to_char({wall},'FMMonth')",
                _ => $"to_char({wall},'Dy')",
            });
        }

        return pattern.ToSql();
    }
}
