using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>
/// HASH and the SHA-2 digests. HASH is Snowflake's in its properties, not in its numbers: equal values hash alike whatever their
/// numeric type, NULL is a value, the result is a signed 64-bit number. It must not be compared with a hash computed elsewhere.
/// </summary>
internal static class HashFunctions
{
    internal static readonly Dictionary<string, FunctionTranslation> All = new(StringComparer.Ordinal)
    {
        ["HASH"] = Hash,
        ["SHA2"] = c => Sha2(c, true),
        ["SHA2_HEX"] = c => Sha2(c, true),
        ["SHA2_BINARY"] = c => Sha2(c, false),
    };

    private static Fragment Hash(Call call)
    {
        var values = call.Syntax.Star
            ? call.Translator.Scope.Expand(new StarExpression([], [])).Select(c => new Fragment(c.Sql, c.Type, c.Nullable)).ToList()
            : call.All.ToList();
        if (values.Count == 0) throw WarehouseErrors.ArgumentCount(call.Name, "1 or more", 0);
        return new Fragment($"hash_record_extended(ROW({string.Join(", ", values.Select(Comparable))}), 0)::numeric", SnowType.Number(19, 0), false);
    }

    private static string Comparable(Fragment value) => value.Type.Kind switch
    {
        TypeKind.Null => "NULL::text",
        TypeKind.Float => $"({value.Sql})::text::numeric",
        TypeKind.Text => $"({value.Sql})::text COLLATE \"C\"",
        TypeKind.TimestampTz => $"({value.Sql}).at",
        _ => value.Sql,
    };

    private static Fragment Sha2(Call call, bool hex)
    {
        call.Arity(1, 2);
        var bits = call.Count > 1 ? call.ConstantInt(1) : 256;
        if (bits is not (224 or 256 or 384 or 512)) throw WarehouseErrors.InvalidValue(SqlText.Number(bits), "digest size");
        var bytes = call[0].Type.Kind == TypeKind.Binary ? call[0].Sql : $"convert_to({call.Text(0)}, 'UTF8')";
        var digest = $"sha{SqlText.Number(bits)}({bytes})";
        return hex ? call.Result($"encode({digest}, 'hex')", SnowType.Varchar(128)) : call.Result(digest, new SnowType(TypeKind.Binary, 0, 0, 64));
    }
}
