using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>COALESCE and its kin, IFF, DECODE-like choices, GREATEST and LEAST.</summary>
internal static class ConditionalFunctions
{
    internal static readonly Dictionary<string, FunctionTranslation> All = new(StringComparer.Ordinal)
    {
        ["COALESCE"] = c => Coalesce(c, 1, 1000),
        ["NVL"] = c => Coalesce(c, 2, 2),
        ["IFNULL"] = c => Coalesce(c, 2, 2),
        ["ZEROIFNULL"] = c =>
        {
            c.Arity(1);
            var value = c.Numeric(0);
            return value with { Sql = $"coalesce({value.Sql}, 0)", Nullable = false };
        },
        ["NULLIFZERO"] = c =>
        {
            c.Arity(1);
            var value = c.Numeric(0);
            return value with { Sql = $"nullif({value.Sql}, 0)", Nullable = true };
        },
        ["NVL2"] = c => Rewrite(c, 3, a => new CaseExpression(null, [new WhenClause(new IsNullExpression(a[0], true), a[1])], a[2])),
        ["IFF"] = c => Rewrite(c, 3, a => new CaseExpression(null, [new WhenClause(a[0], a[1])], a[2])),
        ["NULLIF"] = c => Rewrite(c, 2, a => new CaseExpression(null, [new WhenClause(new BinaryExpression("=", a[0], a[1]), new NullLiteral())], a[0])),
        ["EQUAL_NULL"] = c => Rewrite(c, 2, a => new DistinctFromExpression(a[0], a[1], true)),
        ["GREATEST"] = c => Extreme(c, "greatest"),
        ["LEAST"] = c => Extreme(c, "least"),
    };

    private static Fragment Rewrite(Call call, int arguments, Func<IReadOnlyList<Expression>, Expression> rewrite)
    {
        call.Arity(arguments);
        return call.Translator.Translate(rewrite(call.Syntax.Arguments));
    }

    private static Fragment Coalesce(Call call, int least, int most)
    {
        call.Arity(least, most);
        var values = call.All.ToList();
        var type = CommonType.Of(values.Select(v => v.Type));
        var casts = values.Select(v => Coercion.Cast(v, type, call.Context).Sql).ToList();
        if (type.Kind != TypeKind.TimestampTz) return call.Result($"coalesce({string.Join(", ", casts)})", type, values.TrueForAll(v => v.Nullable));
        var whens = casts.Select(x => $"WHEN ({x}).at IS NOT NULL THEN {x}");
        return call.Result($"(CASE {string.Join(' ', whens)} END)", type, values.TrueForAll(v => v.Nullable));
    }

    /// <summary>NULL when any argument is NULL, unlike PostgreSQL's.</summary>
    private static Fragment Extreme(Call call, string function)
    {
        call.Arity(1, 1000);
        var values = call.All.ToList();
        var type = CommonType.Of(values.Select(v => v.Type));
        if (type.Kind == TypeKind.TimestampTz || type.IsSemiStructured) throw call.Mismatch();
        var casts = values.Select(v => Coercion.Cast(v, type, call.Context).Sql).ToList();
        var nulls = casts.Where((_, i) => values[i].Nullable).Select(x => $"{x} IS NULL").ToList();
        var core = $"{function}({string.Join(", ", casts.Select(x => x + Operators.Collation(type)))})";
        return call.Result(nulls.Count == 0 ? core : $"(CASE WHEN {string.Join(" OR ", nulls)} THEN NULL ELSE {core} END)", type);
    }
}
