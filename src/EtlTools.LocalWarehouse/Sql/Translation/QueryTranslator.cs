using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Formats;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>
/// A column of a translated query, named c0, c1, … in its SQL. With <paramref name="Print"/> the SQL yields a raw
/// date or time of type <paramref name="PrintFrom"/> and the result reader prints it as text.
/// </summary>
internal sealed record OutputColumn(string Name, SnowType Type, bool Nullable, TimeFormat? Print = null, SnowType? PrintFrom = null);

internal sealed record TranslatedQuery(string Sql, IReadOnlyList<OutputColumn> Columns);

/// <summary>Writes queries: WITH, set operations, VALUES, ORDER BY and LIMIT around <see cref="SelectTranslator"/>.</summary>
internal sealed class QueryTranslator(TranslationContext context, CommonTableScope? commonTables = null)
{
    private readonly CommonTableScope _commonTables = commonTables ?? context.CommonTables;

    internal TranslatedQuery Translate(Query query, Scope? outer, bool top = false)
    {
        if (query.Recursive) throw WarehouseErrors.Unsupported("WITH RECURSIVE");
        var before = context.CommonTables;
        context.CommonTables = _commonTables;
        try
        {
            var with = new List<string>();
            foreach (var table in query.With)
            {
                var body = Rename(new QueryTranslator(context, context.CommonTables).Translate(table.Query, outer), table.Columns, table.Name);
                var alias = "w" + context.NextAlias();
                with.Add($"{alias} AS ({body.Sql})");
                context.CommonTables = context.CommonTables.Add(table.Name, alias, body.Columns);
            }

            var translated = Body(query.Body, query.OrderBy, outer, top);
            var sql = (with.Count > 0 ? $"WITH {string.Join(", ", with)} " : "") + translated.Sql
                + Count(" LIMIT ", query.Limit) + Count(" OFFSET ", query.Offset);
            return translated with { Sql = sql };
        }
        finally
        {
            context.CommonTables = before;
        }
    }

    internal static TranslatedQuery Rename(TranslatedQuery query, IReadOnlyList<string> names, string what)
    {
        if (names.Count == 0) return query;
        if (names.Count != query.Columns.Count)
            throw WarehouseErrors.Compilation(2026, "42601", $"Invalid column definition list for '{what}'.");
        return query with { Columns = [.. query.Columns.Zip(names, (c, n) => c with { Name = n })] };
    }

    private string Count(string keyword, Expression? count)
    {
        if (count is null or NullLiteral) return "";
        var value = new ExpressionTranslator(context, new Scope(null)).Translate(count);
        return value.IsConstant && value.Type is { Kind: TypeKind.Number, Scale: 0 } && !value.Sql.StartsWith("(-", StringComparison.Ordinal)
            ? $"{keyword}({value.Sql})::bigint"
            : throw WarehouseErrors.Compilation(1003, "42000", $"invalid{keyword.TrimEnd()} clause: a non-negative integer is expected.");
    }

    private TranslatedQuery Body(QueryBody body, IReadOnlyList<OrderItem> order, Scope? outer, bool top)
    {
        switch (body)
        {
            case SelectBody select:
                return new SelectTranslator(context, outer, top).Translate(select, order);
            case NestedQuery nested when order.Count == 0:
                var inner = Translate(nested.Query, outer);
                return inner with { Sql = $"SELECT * FROM ({inner.Sql}) AS q" };
        }

        var result = body switch
        {
            NestedQuery nested => Translate(nested.Query, outer),
            ValuesBody values => Values(values, outer),
            SetOperation set => Combine(set, outer),
            _ => throw WarehouseErrors.Unsupported(body.GetType().Name),
        };
        return order.Count == 0 ? result : Ordered(result, order, context);
    }

    /// <summary>Orders a finished result by its own columns.</summary>
    internal static TranslatedQuery Ordered(TranslatedQuery query, IReadOnlyList<OrderItem> order, TranslationContext context)
    {
        var scope = new Scope(null);
        scope.Sources.Add(new ScopeSource([], [.. query.Columns.Select((c, i) => new ScopeColumn(c.Name, "q.c" + SqlText.Number(i), c.Type, c.Nullable))]));
        var translator = new ExpressionTranslator(context, scope);
        var keys = order.Select(item => item.Expression is NumberLiteral n
            ? ExpressionTranslator.Sort(item, Position(scope.Sources[0].Columns, n))
            : translator.Sort(item));
        return query with { Sql = $"SELECT * FROM ({query.Sql}) AS q ORDER BY {string.Join(", ", keys)}" };
    }

    private static Fragment Position(IReadOnlyList<ScopeColumn> columns, NumberLiteral number)
    {
        if (!int.TryParse(number.Text, out var position) || position < 1 || position > columns.Count)
            throw WarehouseErrors.Compilation(1008, "42601", $"ORDER BY position {number.Text} is not in the select list.");
        return new Fragment(columns[position - 1].Sql, columns[position - 1].Type);
    }

    private TranslatedQuery Values(ValuesBody values, Scope? outer)
    {
        var translator = new ExpressionTranslator(context, new Scope(outer));
        var rows = values.Rows.Select(r => r.Select(translator.Translate).ToList()).ToList();
        if (rows.Exists(r => r.Count != rows[0].Count)) throw WarehouseErrors.Compilation(1003, "42000", "VALUES rows must all have the same number of columns.");
        var types = Enumerable.Range(0, rows[0].Count).Select(i => CommonType.Of(rows.Select(r => r[i].Type))).ToList();
        var lines = rows.Select(r => "(" + string.Join(", ", r.Select((v, i) => Coercion.Cast(v, types[i], context).Sql)) + ")");
        var names = string.Join(", ", types.Select((_, i) => "c" + SqlText.Number(i)));
        return new TranslatedQuery(
            $"SELECT * FROM (VALUES {string.Join(", ", lines)}) AS v({names})",
            [.. types.Select((t, i) => new OutputColumn("COLUMN" + SqlText.Number(i + 1), t, rows.Exists(r => r[i].Nullable)))]);
    }

    private TranslatedQuery Combine(SetOperation set, Scope? outer)
    {
        var left = Body(set.Left, [], outer, false);
        var right = Body(set.Right, [], outer, false);
        if (left.Columns.Count != right.Columns.Count)
            throw WarehouseErrors.Compilation(1789, "42601", $"invalid number of result columns for set operator input branches, expected {left.Columns.Count}, got {right.Columns.Count} in a branch of a set operator.");
        var columns = left.Columns.Zip(right.Columns, (l, r) => new OutputColumn(l.Name, CommonType.Of([l.Type, r.Type]), l.Nullable || r.Nullable)).ToList();
        if (!set.All) columns.ForEach(c => SelectTranslator.RefuseGrouping(c.Type, set.Operator));
        return new TranslatedQuery($"{Branch(left, columns)} {set.Operator}{(set.All ? " ALL" : "")} {Branch(right, columns)}", columns);
    }

    private string Branch(TranslatedQuery query, List<OutputColumn> columns)
    {
        // A chain of branches must not become a nest of subqueries, which takes PostgreSQL minutes to plan from a few hundred on.
        if (query.Columns.Select(c => c.Type).SequenceEqual(columns.Select(c => c.Type))) return $"({query.Sql})";
        var items = columns.Select((c, i) =>
        {
            var name = "c" + SqlText.Number(i);
            return $"{Coercion.Cast(new Fragment("q." + name, query.Columns[i].Type), c.Type, context).Sql} AS {name}";
        });
        return $"(SELECT {string.Join(", ", items)} FROM ({query.Sql}) AS q)";
    }
}
