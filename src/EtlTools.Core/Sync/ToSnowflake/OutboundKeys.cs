using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>Finds rows at the source again by the texts of their keys, as they travelled.</summary>
internal static class OutboundKeys
{
    // Types whose texts PostgreSQL reads back as the value they came from, so that an index can be used.
    private static readonly HashSet<string> s_readBack = ["int2", "int4", "int8", "oid", "numeric", "text", "varchar", "bpchar", "uuid", "bool", "date", "time", "timestamp"];

    /// <summary>The condition that a row has one of the keys.</summary>
    /// <param name="plan">How the tables fit together.</param>
    /// <param name="keys">Texts in the order of the plan's key; at least one, none NULL.</param>
    /// <exception cref="ConfigurationException">A key is not at the source as it travelled.</exception>
    public static string Condition(OutboundPlan plan, IEnumerable<IReadOnlyList<string>> keys)
    {
        var columns = plan.KeyColumns.ToList();
        if (columns.Find(column => column.Source is null || (column.Transform is { } transform && TransformSteps.Compile(transform) is not null)) is { } changed)
        {
            throw new ConfigurationException(
                $"{plan.Source.Name}: the key column {changed.Target.Name} has a transform, so its rows cannot be found again by their keys.",
                "Repair the source or the target, then run `etl sync` with --mode full for this table.");
        }

        return string.Join(" OR ", keys.Select(key => "(" + string.Join(" AND ", columns.Zip(key, Equal)) + ")"));
    }

    private static string Equal(OutboundColumn column, string text)
    {
        var type = column.Source!.Type;
        return s_readBack.Contains(type.Base)
            ? $"{PostgresIdentifier.Quote(column.Source.Name)} = {PostgresLiteral.Text(text)}::{type.Base}"
            : $"({column.Projection})::text = {PostgresLiteral.Text(text)}";
    }
}
