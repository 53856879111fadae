using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;

namespace EtlTools.LocalWarehouse.Sql.Functions;

internal delegate Fragment FunctionTranslation(Call call);

/// <summary>Every function the warehouse knows. A name that is not here is Snowflake's error 002140.</summary>
internal static class FunctionTable
{
    private static readonly Dictionary<string, FunctionTranslation> Scalars = Build(
        TextFunctions.All, NumericFunctions.All, ConditionalFunctions.All, ConversionFunctions.All, DateFunctions.All, VariantFunctions.All, ContextFunctions.All, HashFunctions.All);

    /// <summary>Functions whose first argument is a date part, which may be written as a bare word.</summary>
    private static readonly HashSet<string> PartFirst = new(StringComparer.Ordinal)
    {
        "DATEADD", "TIMEADD", "TIMESTAMPADD", "DATEDIFF", "TIMEDIFF", "TIMESTAMPDIFF", "DATE_TRUNC", "DATE_PART",
    };

    internal static Fragment Translate(FunctionCall syntax, ExpressionTranslator translator)
    {
        if (PartFirst.Contains(syntax.Name) && syntax.Arguments is [ColumnReference { Parts.Count: 1 } part, ..])
            syntax = syntax with { Arguments = [new TextLiteral(part.Name), .. syntax.Arguments.Skip(1)] };
        var call = new Call(syntax, translator);
        if (AggregateFunctions.TryTranslate(call) is { } aggregate) return aggregate;
        if (!Scalars.TryGetValue(syntax.Name, out var scalar)) throw WarehouseErrors.UnknownFunction(syntax.Name);
        if (syntax.Distinct || (syntax.Star && syntax.Name != "HASH") || syntax.WithinGroup is not null || syntax.Over is not null || syntax.IgnoreNulls)
            throw WarehouseErrors.Compilation(2141, "42601", $"Function {syntax.Name} is neither an aggregate nor a window function.");
        return scalar(call);
    }

    private static Dictionary<string, FunctionTranslation> Build(params IEnumerable<KeyValuePair<string, FunctionTranslation>>[] groups) =>
        new(groups.SelectMany(g => g), StringComparer.Ordinal);
}
