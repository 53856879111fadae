using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>Fixed-position number formats (9, 0, D, G, point and comma) and the text formats TM9 and TME.</summary>
internal static class NumberFormat
{
    internal static Fragment Print(Call call, Fragment value, string format)
    {
        var upper = format.ToUpperInvariant();
        if (upper is "TM" or "TM9" or "TME")
        {
            if (upper == "TME" && value.Type.Kind != TypeKind.Float) throw WarehouseErrors.Unsupported("TO_VARCHAR(NUMBER, 'TME')");
            return Coercion.Cast(value, SnowType.Text, call.Context);
        }

        Check(upper, format);
        var number = value.Type.Kind == TypeKind.Float ? $"({value.Sql})::text::numeric" : value.Sql;
        return call.Result($"to_char({number}, {SqlText.Quote(Plain(upper))})", SnowType.Text);
    }

    internal static string Parse(string text, string format, SnowType type, bool attempt)
    {
        var upper = format.ToUpperInvariant();
        if (upper is not ("TM" or "TM9" or "TME"))
        {
            Check(upper, format);
            var plain = Plain(upper.StartsWith("FM", StringComparison.Ordinal) ? upper[2..] : upper);
            var point = plain.IndexOf('.', StringComparison.Ordinal);
            var whole = (point < 0 ? plain : plain[..point]).Length;
            var fraction = point < 0 ? 0 : plain.Length - point - 1;
            var pattern = $"^\\s*[+-]?[0-9,]{{0,{SqlText.Number(whole)}}}(\\.[0-9]{{0,{SqlText.Number(fraction)}}})?\\s*$";
            var other = attempt ? "NULL" : text;
            text = $"(CASE WHEN {text} ~ {SqlText.Quote(pattern)} THEN replace({text}, ',', '') ELSE {other} || '#' END)";
        }

        return $"sf_to_number({text},{SqlText.Number(type.Precision)},{SqlText.Number(type.Scale)},{SqlText.Boolean(attempt)})";
    }

    private static string Plain(string upper) => upper.Replace('D', '.').Replace('G', ',');

    private static void Check(string upper, string format)
    {
        var digits = upper.StartsWith("FM", StringComparison.Ordinal) ? upper[2..] : upper;
        if (digits.Length == 0 || digits.Any(c => !"90DG.,".Contains(c, StringComparison.Ordinal)) || digits.Count(c => c is 'D' or '.') > 1)
            throw WarehouseErrors.InvalidValue(format, "number format");
    }
}
