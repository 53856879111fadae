using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Formats;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>TO_… and TRY_TO_… functions.</summary>
internal static class ConversionFunctions
{
    internal static readonly Dictionary<string, FunctionTranslation> All = Build();

    private static Dictionary<string, FunctionTranslation> Build()
    {
        var all = new Dictionary<string, FunctionTranslation>(StringComparer.Ordinal)
        {
            ["TO_VARCHAR"] = ToText,
            ["TO_CHAR"] = ToText,
        };
        void Both(string name, Func<Call, bool, Fragment> translation)
        {
            all[name] = c => translation(c, false);
            all["TRY_" + name] = c => Attempt(c, translation);
        }

        foreach (var name in (ReadOnlySpan<string>)["TO_NUMBER", "TO_DECIMAL", "TO_NUMERIC"]) Both(name, ToNumber);
        Both("TO_DOUBLE", (c, t) => Simple(c, SnowType.Float, t));
        Both("TO_BOOLEAN", (c, t) => Simple(c, SnowType.Boolean, t));
        Both("TO_DATE", (c, t) => ToTime(c, SnowType.Date, t));
        Both("TO_TIME", (c, t) => ToTime(c, SnowType.Time, t));
        Both("TO_TIMESTAMP", (c, t) => ToTime(c, SnowType.TimestampNtz, t));
        Both("TO_TIMESTAMP_NTZ", (c, t) => ToTime(c, SnowType.TimestampNtz, t));
        Both("TO_TIMESTAMP_LTZ", (c, t) => ToTime(c, SnowType.TimestampLtz, t));
        Both("TO_TIMESTAMP_TZ", (c, t) => ToTime(c, SnowType.TimestampTz, t));
        Both("TO_BINARY", ToBinary);
        all["DATE"] = all["TO_DATE"];
        all["TIME"] = all["TO_TIME"];
        return all;
    }

    /// <summary>For TO_VARCHAR of a date or time: the raw value and the format, for the reader to print.</summary>
    internal static (Fragment Value, TimeFormat Format)? PrintedTime(Expression expression, ExpressionTranslator translator)
    {
        if (expression is not FunctionCall { Name: "TO_VARCHAR" or "TO_CHAR", Distinct: false, Over: null, Arguments.Count: 1 or 2 } syntax) return null;
        var call = new Call(syntax, translator);
        var value = call[0];
        return value.Type.IsDateTime ? (value, Format(call, value.Type)) : null;
    }

    private static TimeFormat Format(Call call, SnowType type)
    {
        if (call.Count > 1) return TimeFormat.Parse(call.Constant(1));
        var parameters = call.Context.Session.Parameters;
        return type.Kind switch
        {
            TypeKind.Date => parameters.Date,
            TypeKind.Time => parameters.Time,
            TypeKind.TimestampNtz => parameters.TimestampNtz,
            TypeKind.TimestampLtz => parameters.TimestampLtz,
            _ => parameters.TimestampTz,
        };
    }

    private static Fragment Attempt(Call call, Func<Call, bool, Fragment> translation)
    {
        call.Arity(1, 4);
        if (call[0].Type.Kind is not (TypeKind.Text or TypeKind.Null)) throw call.Mismatch();
        return translation(call, true) with { Nullable = true };
    }

    private static Fragment Simple(Call call, SnowType type, bool attempt)
    {
        call.Arity(1);
        return Coercion.Cast(call[0], type, call.Context, attempt);
    }

    private static Fragment ToText(Call call)
    {
        call.Arity(1, 2);
        var value = call[0];
        if (value.Type.Kind == TypeKind.Null) return value.With("NULL::text", SnowType.Text);
        if (value.Type.IsDateTime) return call.Result(TimeCoercion.Print(value, Format(call, value.Type)), SnowType.Text);
        if (call.Count == 1) return Coercion.Cast(value, value.Type.Kind == TypeKind.Text ? value.Type : SnowType.Text, call.Context);
        return value.Type.Kind switch
        {
            TypeKind.Number or TypeKind.Float => NumberFormat.Print(call, value, call.Constant(1)),
            TypeKind.Binary => call.Result($"sf_binary_text({value.Sql},'{Encoding(call, 1)}')", SnowType.Text),
            _ => throw call.Mismatch(),
        };
    }

    private static Fragment ToNumber(Call call, bool attempt)
    {
        call.Arity(1, 4);
        var value = call[0];
        var arguments = call.Syntax.Arguments;
        var formatted = call.Count > 1 && arguments[1] is not NumberLiteral;
        var first = formatted ? 2 : 1;
        var precision = call.Count > first ? call.ConstantInt(first) : 38;
        var scale = call.Count > first + 1 ? call.ConstantInt(first + 1) : 0;
        if (call.Count > first + 2) throw WarehouseErrors.ArgumentCount(call.Name, "1 to 4", call.Count);
        var type = TypeNames.Resolve("NUMBER", [precision, scale])!;
        if (!formatted) return Coercion.Cast(value, type, call.Context, attempt);
        if (value.Type.Kind is not (TypeKind.Text or TypeKind.Null)) throw call.Mismatch();
        return call.Result(NumberFormat.Parse(call.Text(0), call.Constant(1), type, attempt), type);
    }

    private static Fragment ToTime(Call call, SnowType type, bool attempt)
    {
        call.Arity(1, 2);
        var value = call[0];
        if (value.Type.Kind == TypeKind.Number && type.Kind is not (TypeKind.Date or TypeKind.Time))
        {
            var wall = $"sf_epoch({value.Sql}, {SqlText.Number(call.Count > 1 ? call.ConstantInt(1) : 0)})";
            return call.Result(type.Kind switch
            {
                TypeKind.TimestampNtz => wall,
                TypeKind.TimestampLtz => $"({wall} AT TIME ZONE 'UTC')",
                _ => $"sf_tz({wall} AT TIME ZONE 'UTC', 0)",
            }, type);
        }

        if (call.Count == 1) return Coercion.Cast(value, type, call.Context, attempt);
        if (value.Type.Kind is not (TypeKind.Text or TypeKind.Null)) throw call.Mismatch();
        var format = call.Constant(1);
        return call.Result(
            TimeCoercion.Parse(call.Text(0), type, string.Equals(format, "AUTO", StringComparison.OrdinalIgnoreCase) ? null : TimeFormat.Parse(format), attempt), type);
    }

    private static Fragment ToBinary(Call call, bool attempt)
    {
        call.Arity(1, 2);
        if (call[0].Type.Kind == TypeKind.Binary && call.Count == 1) return call[0];
        if (call[0].Type.Kind is not (TypeKind.Text or TypeKind.Null)) throw call.Mismatch();
        return call.Result($"sf_to_binary({call.Text(0)},'{(call.Count > 1 ? Encoding(call, 1) : "HEX")}',{SqlText.Boolean(attempt)})", SnowType.Binary);
    }

    private static string Encoding(Call call, int index)
    {
        var name = call.Constant(index).ToUpperInvariant();
        return name switch
        {
            "HEX" or "BASE64" or "UTF-8" => name,
            "UTF8" => "UTF-8",
            _ => throw WarehouseErrors.InvalidValue(name, "binary format"),
        };
    }
}
