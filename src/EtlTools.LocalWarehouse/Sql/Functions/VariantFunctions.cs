using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>Semi-structured functions.</summary>
internal static class VariantFunctions
{
    internal static readonly Dictionary<string, FunctionTranslation> All = new(StringComparer.Ordinal)
    {
        ["PARSE_JSON"] = c => ParseJson(c, false),
        ["TRY_PARSE_JSON"] = c => ParseJson(c, true),
        ["TO_JSON"] = c =>
        {
            c.Arity(1);
            if (!c[0].Type.IsSemiStructured) throw c.Mismatch();
            return c.Result($"sf_json({c[0].Sql})", SnowType.Text);
        },
        ["TO_VARIANT"] = c =>
        {
            c.Arity(1);
            return Coercion.Cast(c[0], SnowType.Variant, c.Context);
        },
        ["TYPEOF"] = c =>
        {
            c.Arity(1);
            return c.Result($"sf_typeof({c.As(0, SnowType.Variant)})", SnowType.Text);
        },
        ["OBJECT_CONSTRUCT"] = c =>
        {
            if (c.Count % 2 != 0) throw Errors.WarehouseErrors.ArgumentCount(c.Name, "an even number", c.Count);
            var keys = Enumerable.Range(0, c.Count / 2).Select(i => c.Text(2 * i));
            var values = Enumerable.Range(0, c.Count / 2).Select(i => c.As((2 * i) + 1, SnowType.Variant));
            return new Fragment($"sf_object(ARRAY[{string.Join(", ", keys)}]::text[], ARRAY[{string.Join(", ", values)}]::jsonb[])", SnowType.Object, false);
        },
        ["ARRAY_CONSTRUCT"] = c =>
        {
            var values = Enumerable.Range(0, c.Count).Select(i => c.As(i, SnowType.Variant));
            return new Fragment($"sf_array(ARRAY[{string.Join(", ", values)}]::jsonb[])", SnowType.Array, false);
        },
        ["ARRAY_SIZE"] = c =>
        {
            c.Arity(1);
            if (c[0].Type.Kind is not (TypeKind.Array or TypeKind.Variant)) throw c.Mismatch();
            return new Fragment($"(CASE WHEN jsonb_typeof({c[0].Sql}) = 'array' THEN jsonb_array_length({c[0].Sql})::numeric END)", SnowType.Number(9, 0));
        },
        ["GET"] = c =>
        {
            c.Arity(2);
            return c.Translator.Translate(new Ast.PathExpression(c.Syntax.Arguments[0], c.Syntax.Arguments[1]));
        },
        ["IS_NULL_VALUE"] = c =>
        {
            c.Arity(1);
            if (!c[0].Type.IsSemiStructured) throw c.Mismatch();
            return c.Result($"(jsonb_typeof({c[0].Sql}) = 'null')", SnowType.Boolean);
        },
    };

    private static Fragment ParseJson(Call call, bool attempt)
    {
        call.Arity(1);
        return call.Result($"sf_parse_json({call.Text(0)},{SqlText.Boolean(attempt)})", SnowType.Variant, true);
    }
}
