using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Functions;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>Writes one SELECT with its ORDER BY. At the top of a statement, printing of dates is left to the reader.</summary>
internal sealed class SelectTranslator
{
    private readonly TranslationContext _context;
    private readonly Scope _scope;
    private readonly ExpressionTranslator _expressions;
    private readonly bool _top;

    internal SelectTranslator(TranslationContext context, Scope? outer, bool top)
    {
        _context = context;
        _scope = new Scope(outer);
        _expressions = new ExpressionTranslator(context, _scope);
        _top = top;
    }

    private sealed record Item(Expression? Expression, Fragment Value, OutputColumn Column, bool Aliased);

    internal TranslatedQuery Translate(SelectBody select, IReadOnlyList<OrderItem> order)
    {
        var from = select.From is null ? "" : " FROM " + new FromTranslator(_context, _scope).Translate(select.From);
        foreach (var item in select.Items.Where(i => i.Alias is not null)) _scope.Aliases.TryAdd(item.Alias!, item.Expression);

        var items = select.Items.SelectMany(i => Items(i, select.Distinct || select.Qualify is not null)).ToList();
        if (items.Count == 0) throw WarehouseErrors.Compilation(1003, "42000", "the select list is empty.");
        if (select.Distinct) items.ForEach(i => RefuseGrouping(i.Column.Type, "DISTINCT"));
        var where = select.Where is null ? "" : " WHERE " + _expressions.Condition(select.Where).Sql;
        var group = select.GroupBy.Count == 0 ? "" : " GROUP BY " + string.Join(", ", select.GroupBy.Select(g => Group(g, items)));
        var having = select.Having is null ? "" : " HAVING " + _expressions.Condition(select.Having).Sql;
        var columns = items.ConvertAll(i => i.Column);
        var list = string.Join(", ", items.Select((i, n) => $"{Typed(i.Value)} AS c{SqlText.Number(n)}"));
        var tail = from + where + group + having;

        if (select.Qualify is not null) return Qualified(select, list, tail, items, order);
        if (select.Distinct)
        {
            var distinct = new TranslatedQuery($"SELECT DISTINCT {list}{tail}", columns);
            return order.Count == 0 ? distinct : OrderedOutput(distinct, items, order);
        }

        var orderBy = order.Count == 0 ? "" : " ORDER BY " + string.Join(", ", order.Select(o => ExpressionTranslator.Sort(o, OrderKey(o.Expression, items))));
        return new TranslatedQuery($"SELECT {list}{tail}{orderBy}", columns);
    }

    internal static void RefuseGrouping(SnowType type, string where)
    {
        // Equal instants with different offsets are one group in Snowflake; a composite value would keep them apart.
        if (type.Kind == TypeKind.TimestampTz) throw WarehouseErrors.Unsupported($"{where} over TIMESTAMP_TZ");
    }

    private static string Typed(Fragment value) => value.Type.Kind == TypeKind.Null ? "NULL::text" : value.Sql;

    private IEnumerable<Item> Items(SelectItem item, bool plain)
    {
        if (item.Expression is StarExpression star)
        {
            foreach (var column in _scope.Expand(star))
                yield return new Item(null, new Fragment(column.Sql, column.Type, column.Nullable), new OutputColumn(column.Name, column.Type, column.Nullable), false);
            yield break;
        }

        var name = item.Alias ?? (item.Expression as ColumnReference)?.Name ?? DefaultName(item.SourceText);
        if (_top && !plain && ConversionFunctions.PrintedTime(item.Expression, _expressions) is { } printed)
        {
            yield return new Item(item.Expression, printed.Value,
                new OutputColumn(name, SnowType.Text, printed.Value.Nullable, printed.Format, printed.Value.Type), item.Alias is not null);
            yield break;
        }

        var value = _expressions.Translate(item.Expression);
        yield return new Item(item.Expression, value, new OutputColumn(name, value.Type, value.Nullable), item.Alias is not null);
    }

    /// <summary>Snowflake names an unnamed column by its text in upper case, string literals kept.</summary>
    private static string DefaultName(string source)
    {
        var name = string.Concat(source.Split('\'').Select((part, i) => i % 2 == 0 ? part.ToUpperInvariant() : "'" + part + "'"));
        return name.Length <= 255 ? name : name[..255];
    }

    private string Group(Expression expression, List<Item> items)
    {
        var key = expression is NumberLiteral n ? items[Position(n, items.Count, "GROUP BY")].Expression ?? expression : expression;
        var value = _expressions.Translate(key);
        RefuseGrouping(value.Type, "GROUP BY");
        return Typed(value);
    }

    private static int Position(NumberLiteral number, int count, string clause) =>
        int.TryParse(number.Text, out var position) && position >= 1 && position <= count
            ? position - 1
            : throw WarehouseErrors.Compilation(1008, "42601", $"{clause} position {number.Text} is not in the select list.");

    private Fragment OrderKey(Expression key, List<Item> items)
    {
        var item = key switch
        {
            NumberLiteral n => items[Position(n, items.Count, "ORDER BY")],
            ColumnReference { Parts.Count: 1 } c => items.Find(i => i.Aliased && i.Column.Name == c.Name),
            _ => null,
        };
        // An alias means the select item itself, as text if it is printed as text.
        if (item is not null) return item.Column.Print is null || item.Expression is null ? item.Value : _expressions.Translate(item.Expression);
        return _expressions.Translate(key);
    }

    private TranslatedQuery OrderedOutput(TranslatedQuery query, List<Item> items, IReadOnlyList<OrderItem> order)
    {
        var mapped = order.Select(o =>
        {
            var key = OrderKey(o.Expression, items);
            var index = items.FindIndex(i => i.Value.Sql == key.Sql);
            if (index < 0) throw WarehouseErrors.Compilation(1104, "42601", "with DISTINCT, ORDER BY may only name selected columns.");
            return o with { Expression = new NumberLiteral(SqlText.Number(index + 1)) };
        }).ToList();
        return QueryTranslator.Ordered(query, mapped, _context);
    }

    private TranslatedQuery Qualified(SelectBody select, string list, string tail, List<Item> items, IReadOnlyList<OrderItem> order)
    {
        var test = _expressions.Condition(select.Qualify!).Sql;
        var keys = order.Select(o => (Item: o, Key: OrderKey(o.Expression, items))).ToList();
        if (select.Distinct && keys.Count > 0) throw WarehouseErrors.Unsupported("SELECT DISTINCT … QUALIFY … ORDER BY");
        var keyList = string.Concat(keys.Select((k, i) => $", {Typed(k.Key)} AS k{SqlText.Number(i)}"));
        var names = string.Join(", ", items.Select((_, n) => "q.c" + SqlText.Number(n)));
        var orderBy = keys.Count == 0 ? "" : " ORDER BY " + string.Join(", ", keys.Select((k, i) => ExpressionTranslator.Sort(k.Item, k.Key with { Sql = "q.k" + SqlText.Number(i) })));
        return new TranslatedQuery(
            $"SELECT {(select.Distinct ? "DISTINCT " : "")}{names} FROM (SELECT {list}, {test} AS qualify{keyList}{tail}) AS q WHERE q.qualify{orderBy}",
            items.ConvertAll(i => i.Column));
    }
}
