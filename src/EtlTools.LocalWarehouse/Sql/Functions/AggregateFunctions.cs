using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>Aggregates and window functions.</summary>
internal static class AggregateFunctions
{
    private static readonly HashSet<string> WindowOnly = new(StringComparer.Ordinal)
    {
        "ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE",
    };

    private static readonly HashSet<string> Aggregates = new(StringComparer.Ordinal)
    {
        "COUNT", "COUNT_IF", "SUM", "AVG", "MIN", "MAX", "LISTAGG", "ANY_VALUE", "MIN_BY", "MAX_BY", "ARRAY_AGG", "BOOLAND_AGG", "BOOLOR_AGG", "STDDEV", "VARIANCE",
    };

    /// <summary>The names of all aggregates, and those of all functions that need a window.</summary>
    internal static (IEnumerable<string> Aggregates, IEnumerable<string> Windows) Names => (Aggregates, WindowOnly);

    internal static Fragment? TryTranslate(Call call)
    {
        if (WindowOnly.Contains(call.Name)) return Window(call);
        var name = call.Name;
        if (name == "MEDIAN") throw WarehouseErrors.Unsupported(name);
        if (!Aggregates.Contains(name)) return null;
        if (call.Syntax.IgnoreNulls) throw WarehouseErrors.Unsupported($"IGNORE NULLS in {name}");
        if (call.Syntax.WithinGroup is not null && name is not ("LISTAGG" or "ARRAY_AGG")) throw WarehouseErrors.Unsupported($"WITHIN GROUP in {name}");
        if (call.Syntax.Distinct && name is "MIN_BY" or "MAX_BY" or "COUNT_IF" or "ANY_VALUE") throw WarehouseErrors.Unsupported($"DISTINCT in {name}");
        return Aggregate(call);
    }

    private static Fragment Aggregate(Call call)
    {
        if (call.Name == "COUNT") return Count(call);
        if (call.Syntax.Star) throw WarehouseErrors.Unsupported($"{call.Name}(*)");
        call.Arity(1, call.Name is "LISTAGG" or "MIN_BY" or "MAX_BY" ? 2 : 1);
        switch (call.Name)
        {
            case "COUNT_IF":
                var test = call.Translator.Condition(call.Syntax.Arguments[0]).Sql;
                return new Fragment($"(count(*) FILTER (WHERE {test}){Over(call)})::numeric", SnowType.Number(18, 0), false);
            case "SUM": return Sum(call);
            case "AVG": return Average(call);
            case "MIN" or "MAX": return Extreme(call);
            case "ANY_VALUE":
                return new Fragment($"((array_agg({call[0].Sql}){Over(call)})[1])", call[0].Type);
            case "MIN_BY" or "MAX_BY":
                call.Arity(2);
                if (call.Syntax.Over is not null) throw WarehouseErrors.Unsupported($"{call.Name} OVER");
                var key = Operators.SortKey(call[1]) + (call.Name == "MAX_BY" ? " DESC" : "");
                return new Fragment($"((array_agg({call[0].Sql} ORDER BY {key}) FILTER (WHERE {Operators.SortKey(call[1])} IS NOT NULL))[1])", call[0].Type);
            case "LISTAGG": return ListAggregate(call);
            case "ARRAY_AGG":
                var value = call.As(0, SnowType.Variant);
                return new Fragment($"coalesce(jsonb_agg({Distinct(call)}{value}{Within(call)}) FILTER (WHERE {value} IS NOT NULL){Over(call)}, '[]'::jsonb)", SnowType.Array, false);
            case "BOOLAND_AGG": return new Fragment($"(bool_and({call.As(0, SnowType.Boolean)}){Over(call)})", SnowType.Boolean);
            case "BOOLOR_AGG": return new Fragment($"(bool_or({call.As(0, SnowType.Boolean)}){Over(call)})", SnowType.Boolean);
            case "STDDEV": return new Fragment($"(stddev({call.As(0, SnowType.Float)}){Over(call)})", SnowType.Float);
            case "VARIANCE": return new Fragment($"(variance({call.As(0, SnowType.Float)}){Over(call)})", SnowType.Float);
            default: throw WarehouseErrors.Unsupported(call.Name);
        }
    }

    private static string Distinct(Call call) => call.Syntax.Distinct ? "DISTINCT " : "";

    private static string Within(Call call) =>
        call.Syntax.WithinGroup is { } order ? " ORDER BY " + call.Translator.SortList(order) : "";

    private static Fragment Count(Call call)
    {
        if (call.Syntax.Star)
            return new Fragment($"(count(*){Over(call)})::numeric", SnowType.Number(18, 0), false);
        call.Arity(1, 100);
        if (call.Count > 1)
        {
            // Snowflake counts rows in which no argument is NULL.
            if (call.Syntax.Distinct) throw WarehouseErrors.Unsupported("COUNT(DISTINCT a, b)");
            var all = string.Join(" AND ", call.All.Select(a => $"{Plain(a)} IS NOT NULL"));
            return new Fragment($"(count(*) FILTER (WHERE {all}){Over(call)})::numeric", SnowType.Number(18, 0), false);
        }

        return new Fragment($"(count({Distinct(call)}{Plain(call[0])}){Over(call)})::numeric", SnowType.Number(18, 0), false);
    }

    private static string Plain(Fragment value) => value.Type.Kind switch
    {
        TypeKind.TimestampTz => $"({value.Sql}).at",
        TypeKind.Null => "NULL::text",
        _ => value.Sql,
    };

    private static Fragment Sum(Call call)
    {
        var value = call.Numeric(0);
        return value.Type.Kind == TypeKind.Float
            ? new Fragment($"(sum({Distinct(call)}{value.Sql}){Over(call)})", SnowType.Float)
            : new Fragment($"(sum({Distinct(call)}{value.Sql}){Over(call)})::numeric(38,{SqlText.Number(value.Type.Scale)})", SnowType.Number(38, value.Type.Scale));
    }

    private static Fragment Average(Call call)
    {
        var value = call.Numeric(0);
        if (value.Type.Kind == TypeKind.Float) return new Fragment($"(avg({Distinct(call)}{value.Sql}){Over(call)})", SnowType.Float);
        var scale = Math.Max(value.Type.Scale, Math.Min(value.Type.Scale + 6, 12));
        return new Fragment($"round((avg({Distinct(call)}{value.Sql}){Over(call)}), {SqlText.Number(scale)})", SnowType.Number(38, scale));
    }

    private static Fragment Extreme(Call call)
    {
        var value = call[0];
        var function = call.Name == "MIN" ? "min" : "max";
        if (value.Type.Kind is TypeKind.Variant or TypeKind.Object or TypeKind.Array) throw WarehouseErrors.Unsupported($"{call.Name} of {value.Type}");
        var sql = value.Type.Kind switch
        {
            TypeKind.TimestampTz => $"sf_{function}({value.Sql})",
            TypeKind.Boolean => call.Name == "MIN" ? $"bool_and({value.Sql})" : $"bool_or({value.Sql})",
            TypeKind.Binary => $"decode({function}(encode({value.Sql}, 'hex') COLLATE \"C\"){Over(call)}, 'hex')",
            TypeKind.Null => $"{function}(NULL::text)",
            _ => $"{function}({value.Sql}{Operators.Collation(value.Type)})",
        };
        return new Fragment(value.Type.Kind == TypeKind.Binary ? sql : $"({sql}{Over(call)})", value.Type);
    }

    private static Fragment ListAggregate(Call call)
    {
        var delimiter = call.Count > 1 ? call.Text(1) : "''";
        if (call.Syntax.Over is not null && call.Syntax.WithinGroup is not null) throw WarehouseErrors.Unsupported("LISTAGG … WITHIN GROUP … OVER");
        return new Fragment($"coalesce(string_agg({Distinct(call)}{call.Text(0)}, {delimiter}{Within(call)}){Over(call)}, '')", SnowType.Text, false);
    }

    private static Fragment Window(Call call)
    {
        var over = call.Syntax.Over ?? throw WarehouseErrors.Compilation(2303, "42601", $"Window function type [{call.Name}] requires an OVER clause.");
        if (call.Syntax.IgnoreNulls) throw WarehouseErrors.Unsupported($"IGNORE NULLS in {call.Name}");
        if (over.OrderBy.Count == 0) throw WarehouseErrors.Compilation(2303, "42601", $"Window function type [{call.Name}] requires ORDER BY in window specification.");
        switch (call.Name)
        {
            case "ROW_NUMBER" or "RANK" or "DENSE_RANK":
                call.Arity(0);
                return new Fragment($"({call.Name.ToLowerInvariant()}(){Over(call)})::numeric", SnowType.Number(18, 0), false);
            case "PERCENT_RANK" or "CUME_DIST":
                call.Arity(0);
                return new Fragment($"({call.Name.ToLowerInvariant()}(){Over(call)})", SnowType.Float, false);
            case "NTILE":
                call.Arity(1);
                return new Fragment($"(ntile({call.Int(0)}){Over(call)})::numeric", SnowType.Number(18, 0));
            case "LAG" or "LEAD":
                call.Arity(1, 3);
                var type = call.Count > 2 ? CommonType.Of([call[0].Type, call[2].Type]) : call[0].Type;
                var offset = call.Count > 1 ? call.Int(1) : "1";
                var fallback = call.Count > 2 ? ", " + call.As(2, type) : "";
                return new Fragment($"({call.Name.ToLowerInvariant()}({call.As(0, type)}, {offset}{fallback}){Over(call)})", type);
            default:
                call.Arity(1);
                var whole = over.Frame is null ? " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING" : "";
                return new Fragment($"({call.Name.ToLowerInvariant()}({call[0].Sql}){Over(call, whole)})", call[0].Type);
        }
    }

    private static string Over(Call call, string frame = "")
    {
        if (call.Syntax.Over is not { } over) return "";
        var parts = new List<string>();
        if (over.PartitionBy.Count > 0) parts.Add("PARTITION BY " + string.Join(", ", over.PartitionBy.Select(e => Plain(call.Translator.Translate(e)))));
        if (over.OrderBy.Count > 0) parts.Add("ORDER BY " + call.Translator.SortList(over.OrderBy));
        return $" OVER ({string.Join(' ', parts)}{(over.Frame is null ? frame : " " + over.Frame)})";
    }
}
