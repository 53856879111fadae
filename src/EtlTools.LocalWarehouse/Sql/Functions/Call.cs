using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>A function call being translated: its arguments as fragments, converted as asked.</summary>
internal sealed class Call(FunctionCall syntax, ExpressionTranslator translator)
{
    internal FunctionCall Syntax => syntax;

    internal string Name => syntax.Name;

    internal int Count => syntax.Arguments.Count;

    internal TranslationContext Context => translator.Context;

    internal ExpressionTranslator Translator => translator;

    internal Fragment this[int index] => translator.Translate(syntax.Arguments[index]);

    internal IEnumerable<Fragment> All => syntax.Arguments.Select(translator.Translate);

    internal bool HasNullable => All.Any(a => a.Nullable);

    internal void Arity(int least, int most = -1)
    {
        if (most < 0) most = least;
        if (Count < least || Count > most)
            throw WarehouseErrors.ArgumentCount(Name, least == most ? SqlText.Number(least) : $"{SqlText.Number(least)} to {SqlText.Number(most)}", Count);
    }

    internal string As(int index, SnowType type) => Coercion.Cast(this[index], type, Context).Sql;

    internal string Text(int index) => As(index, SnowType.Text);

    internal string Int(int index) => $"({As(index, SnowType.Integer)})::int";

    internal Fragment Numeric(int index)
    {
        var value = this[index];
        return value.Type.Kind switch
        {
            TypeKind.Number or TypeKind.Float => value,
            TypeKind.Text or TypeKind.Null => Coercion.Cast(value, SnowType.Number(38, 5), Context),
            TypeKind.Variant => Coercion.Cast(value, SnowType.Float, Context),
            _ => throw Mismatch(),
        };
    }

    /// <summary>A string known while translating: a literal or a bound text.</summary>
    internal string Constant(int index) => syntax.Arguments[index] switch
    {
        TextLiteral text => text.Value,
        BindReference bind when Context.ConstantParameter(bind.Name) is string value => value,
        _ => throw WarehouseErrors.Unsupported($"{Name} with an argument {index + 1} that is not a constant"),
    };

    internal int ConstantInt(int index) =>
        syntax.Arguments[index] is NumberLiteral number && int.TryParse(number.Text, out var value)
            ? value
            : throw WarehouseErrors.Unsupported($"{Name} with an argument {index + 1} that is not an integer constant");

    internal LocalWarehouseException Mismatch() => WarehouseErrors.ArgumentTypes(Name, All.Select(a => a.Type.Declaration));

    /// <summary>A result that is NULL when an argument is, and constant when all arguments are.</summary>
    internal Fragment Result(string sql, SnowType type, bool? nullable = null)
    {
        var all = All.ToList();
        return new Fragment(sql, type, nullable ?? all.Exists(a => a.Nullable)) { IsConstant = all.TrueForAll(a => a.IsConstant) };
    }
}
