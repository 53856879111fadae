using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>INSERT, UPDATE and DELETE. The target table is locked against other updates, as Snowflake does.</summary>
internal sealed class DmlTranslator(TranslationContext context)
{
    internal string Insert(InsertStatement insert)
    {
        var table = context.Table(insert.Table);
        var columns = Columns(table, insert.Columns);
        if (insert.Query is null) return Insert(table, columns, Rows(insert.Rows!, columns));
        var query = new QueryTranslator(context).Translate(insert.Query, null);
        CountMatches(columns.Count, query.Columns.Count);
        var items = columns.Select((c, i) => Coercion.Assign(new Fragment("q.c" + SqlText.Number(i), query.Columns[i].Type), c.Type, c.Name, context).Sql);
        return Insert(table, columns, $"SELECT {string.Join(", ", items.Concat(Defaults(table, columns)))} FROM ({query.Sql}) AS q");

        string Rows(IReadOnlyList<IReadOnlyList<Expression?>> rows, IReadOnlyList<WarehouseColumn> targets)
        {
            var translator = new ExpressionTranslator(context, new Scope(null));
            var defaults = Defaults(table, targets);
            var lines = rows.Select(row =>
            {
                CountMatches(targets.Count, row.Count);
                return "(" + string.Join(", ", targets.Select((c, i) => Value(translator, row[i], c)).Concat(defaults)) + ")";
            });
            return "VALUES " + string.Join(", ", lines);
        }
    }

    /// <summary>An INSERT of one row of VALUES for each row of bound values.</summary>
    internal string Insert(InsertStatement insert, IEnumerable<IReadOnlyList<BoundValue>> rows)
    {
        var table = context.Table(insert.Table);
        var columns = Columns(table, insert.Columns);
        var expressions = insert.Rows![0];
        CountMatches(columns.Count, expressions.Count);
        var lines = rows.Select(row =>
        {
            var inner = context.WithBindings(row);
            var (dml, translator) = (new DmlTranslator(inner), new ExpressionTranslator(inner, new Scope(null)));
            return "(" + string.Join(", ", columns.Select((c, i) => dml.Value(translator, expressions[i], c)).Concat(dml.Defaults(table, columns))) + ")";
        });
        return Insert(table, columns, "VALUES " + string.Join(", ", lines));
    }

    internal string Update(UpdateStatement update)
    {
        var table = context.Table(update.Table);
        var scope = new Scope(null);
        var from = new FromTranslator(context, scope);
        var target = from.Target(table, update.Alias, "t");
        var set = update.Set.ToList();
        if (set.Select(a => a.Column).Distinct(StringComparer.Ordinal).Count() < set.Count)
            throw WarehouseErrors.Compilation(2025, "42711", "duplicate column name in SET.");
        var source = update.From is null ? "" : " FROM " + from.Translate(update.From);
        var translator = new ExpressionTranslator(context, scope);
        return $"UPDATE {target} SET {Assignments(set, table, translator)}{source}{Where(update.Where, translator)}";
    }

    internal string Delete(DeleteStatement delete)
    {
        var table = context.Table(delete.Table);
        var scope = new Scope(null);
        var from = new FromTranslator(context, scope);
        var target = from.Target(table, delete.Alias, "t");
        var source = delete.Using is null ? "" : " USING " + from.Translate(delete.Using);
        return $"DELETE FROM {target}{source}{Where(delete.Where, new ExpressionTranslator(context, scope))}";
    }

    internal string Assignments(IEnumerable<Assignment> set, WarehouseRelation table, ExpressionTranslator translator) =>
        string.Join(", ", set.Select(a =>
        {
            var column = Column(table, a.Column);
            return $"{column.Physical} = {Value(translator, a.Value, column)}";
        }));

    /// <summary>A value for a column: the expression, or the column's default when null.</summary>
    internal string Value(ExpressionTranslator translator, Expression? value, WarehouseColumn column) =>
        value is null ? Default(column) : Coercion.Assign(translator.Translate(value), column.Type, column.Name, context).Sql;

    /// <summary>The list of columns named, or all of them.</summary>
    internal static IReadOnlyList<WarehouseColumn> Columns(WarehouseRelation table, IReadOnlyList<string> names)
    {
        var duplicate = names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (duplicate is not null) throw WarehouseErrors.Compilation(2025, "42711", $"duplicate column name '{duplicate.Key}'");
        return names.Count == 0 ? table.Columns : [.. names.Select(n => Column(table, n))];
    }

    internal static WarehouseColumn Column(WarehouseRelation table, string name) => table.Find(name) ?? throw WarehouseErrors.InvalidIdentifier(name);

    /// <summary>Values for the columns an INSERT does not name, in the order <see cref="Insert(WarehouseRelation, IReadOnlyList{WarehouseColumn}, string)"/> lists them.</summary>
    internal List<string> Defaults(WarehouseRelation table, IReadOnlyList<WarehouseColumn> named) =>
        [.. Unnamed(table, named).Select(Default)];

    internal static string Insert(WarehouseRelation table, IReadOnlyList<WarehouseColumn> columns, string source) =>
        $"INSERT INTO {table.Physical} ({string.Join(", ", columns.Concat(Unnamed(table, columns)).Select(c => c.Physical))}) {source}";

    private static IEnumerable<WarehouseColumn> Unnamed(WarehouseRelation table, IReadOnlyList<WarehouseColumn> named) =>
        table.Columns.Where(c => c.DefaultText is not null && !named.Contains(c));

    private string Default(WarehouseColumn column)
    {
        if (column.DefaultText is null) return "NULL";
        var value = new ExpressionTranslator(context, new Scope(null)).Translate(Parser.ParseExpression(column.DefaultText));
        return Coercion.Assign(value, column.Type, column.Name, context).Sql;
    }

    internal static void CountMatches(int expected, int got)
    {
        if (expected != got)
            throw WarehouseErrors.Compilation(2020, "21S01", $"Insert value list does not match column list expecting {expected} but got {got}");
    }

    private static string Where(Expression? where, ExpressionTranslator translator) =>
        where is null ? "" : " WHERE " + translator.Condition(where).Sql;
}
