using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>
/// MERGE as one statement: every source row is joined to its target rows and given the first clause that applies; an
/// update meeting another update or delete of the same target row is error 100090, as Snowflake's rule for
/// non-deterministic merges says; several deletes of one row are not.
/// The result is one row: inserted, updated, deleted.
/// </summary>
internal sealed class MergeTranslator(TranslationContext context)
{
    internal string Merge(MergeStatement merge)
    {
        var table = context.Table(merge.Table);
        var scope = new Scope(null);
        var from = new FromTranslator(context, scope);
        var target = from.Target(table, merge.Alias, "t");
        var source = from.Translate(merge.Source);
        var translator = new ExpressionTranslator(context, scope);
        var sourceOnly = new Scope(null);
        sourceOnly.Sources.AddRange(scope.Sources.Skip(1));
        var insertTranslator = new ExpressionTranslator(context, sourceOnly);
        var on = translator.Condition(merge.On).Sql;

        var actions = new List<string>();
        var values = new List<string>();
        var steps = new List<(MergeAction Action, string Sql)>();
        for (var i = 0; i < merge.Clauses.Count; i++)
        {
            var clause = merge.Clauses[i];
            Check(merge.Clauses, i);
            var chooser = clause.Matched ? translator : insertTranslator;
            var condition = clause.Condition is null ? "" : " AND " + chooser.Condition(clause.Condition).Sql;
            actions.Add($"WHEN t.ctid IS {(clause.Matched ? "NOT " : "")}NULL{condition} THEN {SqlText.Number(i)}");
            steps.Add((clause.Action, Step(clause, i, table, chooser, values)));
        }

        var updates = Numbers(steps, MergeAction.Update);
        var names = steps.Select((_, i) => "s" + SqlText.Number(i)).ToList();
        var duplicate = updates.Length == 0
            ? ""
            : $", d AS MATERIALIZED (SELECT sf_duplicate_row() FROM (SELECT 1 FROM m WHERE tid IS NOT NULL AND act IS NOT NULL GROUP BY tid HAVING count(*) > 1 AND bool_or(act IN ({updates})) LIMIT 1) AS x)";
        var with = string.Join(", ", steps.Select((s, i) => $"{names[i]} AS ({s.Sql} RETURNING 1)"));
        string Total(MergeAction action) =>
            string.Join(" + ", steps.Select((s, i) => (s, i)).Where(p => p.s.Action == action).Select(p => $"(SELECT count(*) FROM {names[p.i]})").DefaultIfEmpty("0::bigint"));
        var check = updates.Length == 0 ? "0::bigint" : "(SELECT count(*) FROM d)";
        return $"WITH m AS MATERIALIZED (SELECT t.ctid AS tid, CASE {string.Join(' ', actions)} END AS act{string.Concat(values)} FROM {source} LEFT JOIN {target} ON {on})"
            + $"{duplicate}, {with} SELECT {Total(MergeAction.Insert)}, {Total(MergeAction.Update)}, {Total(MergeAction.Delete)}, {check}";
    }

    private static void Check(IReadOnlyList<MergeClause> clauses, int index)
    {
        var unreachable = clauses.Take(index).Any(c => c.Matched == clauses[index].Matched && c.Condition is null);
        if (unreachable)
            throw WarehouseErrors.Compilation(1003, "42000", "an unconditional WHEN clause of MERGE must be the last of its kind.");
    }

    private static string Numbers(List<(MergeAction Action, string Sql)> steps, MergeAction action) =>
        string.Join(", ", steps.Select((s, i) => (s, i)).Where(p => p.s.Action == action).Select(p => SqlText.Number(p.i)));

    private string Step(MergeClause clause, int index, WarehouseRelation table, ExpressionTranslator translator, List<string> values)
    {
        var dml = new DmlTranslator(context);
        var number = SqlText.Number(index);
        // Values are computed once, in the join, and only for the rows the clause will act on.
        string Carry(WarehouseColumn column, Expression? value, int position)
        {
            var name = $"v{number}_{SqlText.Number(position)}";
            var guard = clause.Matched ? "t.ctid IS NOT NULL" : "t.ctid IS NULL";
            if (clause.Condition is not null) guard += " AND " + translator.Condition(clause.Condition).Sql;
            values.Add($", CASE WHEN {guard} THEN {dml.Value(translator, value, column)} END AS {name}");
            return "m." + name;
        }

        switch (clause.Action)
        {
            case MergeAction.Delete:
                return $"DELETE FROM {table.Physical} AS t USING m WHERE m.act = {number} AND t.ctid = m.tid";
            case MergeAction.Update:
                var set = clause.Set.Select((a, i) =>
                {
                    var column = DmlTranslator.Column(table, a.Column);
                    return $"{column.Physical} = {Carry(column, a.Value, i)}";
                });
                return $"UPDATE {table.Physical} AS t SET {string.Join(", ", set)} FROM m WHERE m.act = {number} AND t.ctid = m.tid";
            default:
                var columns = DmlTranslator.Columns(table, clause.Columns);
                DmlTranslator.CountMatches(columns.Count, clause.Values.Count);
                var items = columns.Select((c, i) => Carry(c, clause.Values[i], i)).ToList();
                return DmlTranslator.Insert(table, columns, $"SELECT {string.Join(", ", items.Concat(dml.Defaults(table, columns)))} FROM m WHERE m.act = {number}");
        }
    }
}
