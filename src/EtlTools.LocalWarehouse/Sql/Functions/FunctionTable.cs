using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;

namespace EtlTools.LocalWarehouse.Sql.Functions;

internal delegate Fragment FunctionTranslation(Call call);

/// <summary>Every function the warehouse knows. A name that is not here is Snowflake's error 002140.</summary>
internal static class FunctionTable
{
    private static readonly (string Kind, IEnumerable<KeyValuePair<string, FunctionTranslation>> Functions)[] Kinds =
    [
        ("Text", TextFunctions.All), ("Numbers", NumericFunctions.All), ("Conditions", ConditionalFunctions.All), ("Conversion", ConversionFunctions.All),
        ("Date and time", DateFunctions.All), ("Semi-structured", VariantFunctions.All), ("Context", ContextFunctions.All), ("Hash", HashFunctions.All),
    ];

    private static readonly Dictionary<string, FunctionTranslation> Scalars = new(Kinds.SelectMany(k => k.Functions), StringComparer.Ordinal);

    /// <summary>The names of all functions by kind, for the documentation.</summary>
    internal static IEnumerable<(string Kind, IEnumerable<string> Names)> Names =>
    [
        .. Kinds.Select(k => (k.Kind, k.Functions.Select(f => f.Key))),
        ("Aggregates", AggregateFunctions.Names.Aggregates),
        ("Window functions", AggregateFunctions.Names.Windows),
    ];

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
}
