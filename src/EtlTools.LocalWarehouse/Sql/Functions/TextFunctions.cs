using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>String functions.</summary>
internal static class TextFunctions
{
    internal static readonly Dictionary<string, FunctionTranslation> All = new(StringComparer.Ordinal)
    {
        ["UPPER"] = c => Of(c, 1, 1, $"sf_upper({c.Text(0)})"),
        ["LOWER"] = c => Of(c, 1, 1, $"sf_lower({c.Text(0)})"),
        ["TRIM"] = c => Trim(c, "btrim"),
        ["LTRIM"] = c => Trim(c, "ltrim"),
        ["RTRIM"] = c => Trim(c, "rtrim"),
        ["LPAD"] = c => Pad(c, "lpad"),
        ["RPAD"] = c => Pad(c, "rpad"),
        ["SUBSTR"] = Substring,
        ["SUBSTRING"] = Substring,
        ["LEFT"] = c => Checked(c, 2, 2, () => $"left({c.Text(0)}, greatest({c.Int(1)}, 0))"),
        ["RIGHT"] = c => Checked(c, 2, 2, () => $"right({c.Text(0)}, greatest({c.Int(1)}, 0))"),
        ["LENGTH"] = Length,
        ["LEN"] = Length,
        ["REPLACE"] = c => Checked(c, 2, 3, () => $"replace({c.Text(0)}, {c.Text(1)}, {(c.Count > 2 ? c.Text(2) : "''")})"),
        ["CONCAT"] = c => Concatenate([.. c.All], c.Context),
        ["CONTAINS"] = c => Test(c, () => $"(strpos({c.Text(0)}, {c.Text(1)}) > 0)"),
        ["STARTSWITH"] = c => Test(c, () => $"starts_with({c.Text(0)}, {c.Text(1)})"),
        ["ENDSWITH"] = c => Test(c, () => $"(right({c.Text(0)}, char_length({c.Text(1)})) = {c.Text(1)})"),
        ["SPLIT_PART"] = c => Checked(c, 3, 3, () => $"sf_split_part({c.Text(0)}, {c.Text(1)}, {c.Int(2)})"),
        ["REGEXP_LIKE"] = c => Test(c, () => $"({c.Text(0)} ~ ('^(?:' || {c.Text(1)} || ')$'))"),
        ["RLIKE"] = c => Test(c, () => $"({c.Text(0)} ~ ('^(?:' || {c.Text(1)} || ')$'))"),
        ["REGEXP_REPLACE"] = c => Checked(c, 2, 3, () => $"regexp_replace({c.Text(0)}, {c.Text(1)}, {(c.Count > 2 ? c.Text(2) : "''")}, 'g')"),
        ["REVERSE"] = c => Checked(c, 1, 1, () => $"reverse({c.Text(0)})"),
        ["REPEAT"] = c => Checked(c, 2, 2, () => $"repeat({c.Text(0)}, {c.Int(1)})"),
        ["MD5"] = Md5,
        ["MD5_HEX"] = Md5,
        ["UUID_STRING"] = c => Checked(c, 0, 0, () => "gen_random_uuid()::text", SnowType.Varchar(36)),
    };

    /// <summary>Text with text, or binary with binary.</summary>
    internal static Fragment Concatenate(IReadOnlyList<Fragment> parts, TranslationContext context)
    {
        var type = parts.All(p => p.Type.Kind == TypeKind.Binary) ? SnowType.Binary : SnowType.Text;
        var texts = parts.Select(p => Coercion.Cast(p, type, context).Sql);
        var length = parts.All(p => p.Type.Kind == TypeKind.Text) ? (int)Math.Min(SnowType.MaxText, parts.Sum(p => (long)p.Type.Length)) : SnowType.MaxText;
        return new Fragment($"({string.Join(" || ", texts)})", type.Kind == TypeKind.Text ? SnowType.Varchar(length) : type, parts.Any(p => p.Nullable))
        {
            IsConstant = parts.All(p => p.IsConstant),
        };
    }

    private static Fragment Of(Call call, int least, int most, string sql)
    {
        call.Arity(least, most);
        return call.Result(sql, SnowType.Text);
    }

    private static Fragment Checked(Call call, int least, int most, Func<string> sql, SnowType? type = null)
    {
        call.Arity(least, most);
        return call.Result(sql(), type ?? SnowType.Text);
    }

    private static Fragment Test(Call call, Func<string> sql) => Checked(call, 2, 2, sql, SnowType.Boolean);

    private static Fragment Trim(Call call, string function) =>
        Checked(call, 1, 2, () => $"{function}({call.Text(0)}{(call.Count > 1 ? ", " + call.Text(1) : "")})");

    private static Fragment Pad(Call call, string function) =>
        Checked(call, 2, 3, () => $"{function}({call.Text(0)}, greatest({call.Int(1)}, 0){(call.Count > 2 ? ", " + call.Text(2) : "")})");

    private static Fragment Substring(Call call) =>
        Checked(call, 2, 3, () => $"sf_substr({call.Text(0)}, {call.Int(1)}, {(call.Count > 2 ? call.Int(2) : "2147480000")})");

    private static Fragment Length(Call call)
    {
        call.Arity(1);
        return call[0].Type.Kind == TypeKind.Binary
            ? call.Result($"octet_length({call[0].Sql})::numeric", SnowType.Number(18, 0))
            : call.Result($"char_length({call.Text(0)})::numeric", SnowType.Number(18, 0));
    }

    private static Fragment Md5(Call call)
    {
        call.Arity(1);
        return call.Result($"md5({(call[0].Type.Kind == TypeKind.Binary ? call[0].Sql : call.Text(0))})", SnowType.Varchar(32));
    }
}
