using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>Numeric functions.</summary>
internal static class NumericFunctions
{
    internal static readonly Dictionary<string, FunctionTranslation> All = new(StringComparer.Ordinal)
    {
        ["ABS"] = c => Same(c, x => $"abs({x})"),
        ["SIGN"] = c => Same(c, x => $"sign({x})"),
        ["ROUND"] = c => Round(c, "round"),
        ["TRUNC"] = c => c.Count > 0 && c[0].Type.IsDateTime ? DateFunctions.Truncate(c, 1, 0) : Round(c, "trunc"),
        ["TRUNCATE"] = c => Round(c, "trunc"),
        ["FLOOR"] = c => Whole(c, "floor"),
        ["CEIL"] = c => Whole(c, "ceil"),
        ["MOD"] = c =>
        {
            c.Arity(2);
            return Operators.Arithmetic("%", c[0], c[1], c.Context);
        },
        ["POWER"] = c => Double(c, 2, "power"),
        ["POW"] = c => Double(c, 2, "power"),
        ["SQRT"] = c => Double(c, 1, "sqrt"),
        ["EXP"] = c => Double(c, 1, "exp"),
        ["LN"] = c => Double(c, 1, "ln"),
        ["DIV0"] = c =>
        {
            c.Arity(2);
            var quotient = Operators.Arithmetic("/", c[0], c[1], c.Context);
            return quotient with { Sql = $"(CASE WHEN {c.Numeric(1).Sql} = 0 THEN 0 ELSE {quotient.Sql} END)" };
        },
        ["RANDOM"] = c =>
        {
            c.Arity(0);
            return new Fragment("floor((random() - 0.5) * 18446744073709549568::float8)::numeric", SnowType.Number(19, 0), false);
        },
    };

    private static Fragment Same(Call call, Func<string, string> sql)
    {
        call.Arity(1);
        var value = call.Numeric(0);
        return call.Result(sql(value.Sql), value.Type);
    }

    private static Fragment Round(Call call, string function)
    {
        call.Arity(1, 2);
        var value = call.Numeric(0);
        var digits = call.Count > 1 ? call.Int(1) : "0";
        // PostgreSQL rounds float8 to even; Snowflake rounds half away from zero, as numeric does.
        if (value.Type.Kind == TypeKind.Float) return call.Result($"{function}(({value.Sql})::text::numeric, {digits})::float8", SnowType.Float);
        if (call.Count > 1 && call.Syntax.Arguments[1] is not Ast.NumberLiteral) return call.Result($"{function}({value.Sql}, {digits})", value.Type);
        var scale = call.Count > 1 ? Math.Clamp(call.ConstantInt(1), 0, value.Type.Scale) : 0;
        var precision = Math.Min(38, value.Type.Precision - value.Type.Scale + scale + (function == "round" ? 1 : 0));
        return call.Result($"{function}({value.Sql}, {digits})", SnowType.Number(Math.Max(1, precision), scale));
    }

    private static Fragment Whole(Call call, string function)
    {
        call.Arity(1);
        var value = call.Numeric(0);
        return call.Result($"{function}({value.Sql})", value.Type.Kind == TypeKind.Float ? value.Type : SnowType.Number(Math.Min(38, Math.Max(1, value.Type.Precision - value.Type.Scale + 1)), 0));
    }

    private static Fragment Double(Call call, int arguments, string function)
    {
        call.Arity(arguments);
        return call.Result($"{function}({string.Join(", ", Enumerable.Range(0, arguments).Select(i => call.As(i, SnowType.Float)))})", SnowType.Float);
    }
}
