using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>Writes FROM items and makes their columns visible in a scope.</summary>
internal sealed class FromTranslator(TranslationContext context, Scope scope)
{
    internal string Translate(FromItem item) => item switch
    {
        TableSource table => Table(table),
        QuerySource query => Query(query),
        JoinSource join => Join(join),
        StageSource stage => Stage(stage),
        ValidateSource validate => Validate(validate),
        _ => throw WarehouseErrors.Unsupported(item.GetType().Name),
    };

    /// <summary>Adds a base table under an alias, as the target of a DML statement.</summary>
    internal string Target(WarehouseRelation relation, string? alias, string physicalAlias)
    {
        Add(alias is null ? [relation.Key.Database, relation.Key.Schema, relation.Key.Name] : [alias],
            relation.Columns.Select(c => new ScopeColumn(c.Name, $"{physicalAlias}.{c.Physical}", c.Type, c.Nullable)), []);
        return $"{relation.Physical} AS {physicalAlias}";
    }

    private string Table(TableSource table)
    {
        if (table.Name.Parts.Count == 1 && context.CommonTables.Find(table.Name.Last) is { } common)
        {
            var alias = context.NextAlias();
            Add([table.Alias ?? table.Name.Last], Columns(alias, common.Columns), table.ColumnAliases);
            return $"{common.Alias} AS {alias}";
        }

        var relation = context.Relation(table.Name);
        if (relation.ViewQuery is { } view)
        {
            var translated = View(relation, view);
            var alias = context.NextAlias();
            Add(table.Alias is null ? [relation.Key.Database, relation.Key.Schema, relation.Key.Name] : [table.Alias], Columns(alias, translated.Columns), table.ColumnAliases);
            return $"({translated.Sql}) AS {alias}";
        }

        var name = context.NextAlias();
        var sql = Target(relation, table.Alias, name);
        if (table.ColumnAliases.Count > 0) throw WarehouseErrors.Unsupported("column aliases on a table name");
        return sql;
    }

    private TranslatedQuery View(WarehouseRelation relation, Query view)
    {
        if (context.ViewDepth > 30) throw WarehouseErrors.Compilation(3, "54001", $"View '{relation.Key}' is nested too deeply.");
        var (place, tables) = (context.Default, context.CommonTables);
        context.Default = (relation.Key.Database, relation.Key.Schema);
        context.CommonTables = CommonTableScope.Empty;
        context.ViewDepth++;
        try
        {
            return QueryTranslator.Rename(new QueryTranslator(context).Translate(view, null), [.. relation.Columns.Select(c => c.Name)], relation.Key.ToString());
        }
        finally
        {
            context.ViewDepth--;
            (context.Default, context.CommonTables) = (place, tables);
        }
    }

    private string Stage(StageSource source)
    {
        var staged = context.Staged ?? throw WarehouseErrors.Unsupported("SELECT from a stage outside COPY INTO");
        var alias = context.NextAlias();
        Add(source.Alias is null ? [] : [source.Alias], staged.Columns(alias), []);
        return $"{staged.Source} AS {alias}";
    }

    private string Validate(ValidateSource source)
    {
        var table = context.Table(source.Table);
        var job = Coercion.Cast(new ExpressionTranslator(context, new Scope(null)).Translate(source.JobId), Types.SnowType.Text, context).Sql;
        var alias = context.NextAlias();
        Add(source.Alias is null ? [] : [source.Alias], Loading.CopyResult.RefusedRows.Select(c => new ScopeColumn(c.Name, $"{alias}.\"{c.Name.ToLowerInvariant()}\"{(c.Type.IsNumeric ? "::numeric" : "")}", c.Type, true)), []);
        return $"(SELECT * FROM sf_load_error WHERE relation_id = {SqlText.Number(table.Id)} AND CASE WHEN {job} = '_last' THEN session_pid = pg_backend_pid() ELSE query_id = {job} END) AS {alias}";
    }

    private string Query(QuerySource source)
    {
        var translated = new QueryTranslator(context).Translate(source.Query, scope.Parent);
        var alias = context.NextAlias();
        Add(source.Alias is null ? [] : [source.Alias], Columns(alias, translated.Columns), source.ColumnAliases);
        return $"({translated.Sql}) AS {alias}";
    }

    private static IEnumerable<ScopeColumn> Columns(string alias, IReadOnlyList<OutputColumn> columns) =>
        columns.Select((c, i) => new ScopeColumn(c.Name, $"{alias}.c{SqlText.Number(i)}", c.Type, c.Nullable));

    private void Add(IReadOnlyList<string> qualifier, IEnumerable<ScopeColumn> columns, IReadOnlyList<string> aliases)
    {
        if (qualifier.Count > 0 && scope.Sources.Exists(s => s.Qualifier.Count == qualifier.Count && s.Qualifier.SequenceEqual(qualifier, StringComparer.Ordinal)))
            throw WarehouseErrors.Compilation(2028, "42712", $"duplicate alias '{qualifier[^1]}'.");
        var list = columns.ToList();
        if (aliases.Count > list.Count) throw WarehouseErrors.Compilation(2026, "42601", $"too many column aliases for '{qualifier[^1]}'.");
        for (var i = 0; i < aliases.Count; i++) list[i] = list[i] with { Name = aliases[i] };
        scope.Sources.Add(new ScopeSource(qualifier, list));
    }

    private string Join(JoinSource join)
    {
        var leftStart = scope.Sources.Count;
        var left = Translate(join.Left);
        var rightStart = scope.Sources.Count;
        var right = Translate(join.Right);
        if (join.Right is JoinSource) right = $"({right})";
        if (join.Kind == JoinKind.Cross) return $"{left} CROSS JOIN {right}";
        var word = join.Kind switch { JoinKind.Left => "LEFT JOIN", JoinKind.Right => "RIGHT JOIN", JoinKind.Full => "FULL JOIN", _ => "JOIN" };
        var on = join.On is null ? Using(join, leftStart, rightStart) : new ExpressionTranslator(context, scope).Condition(join.On).Sql;
        if (join.Kind is JoinKind.Left or JoinKind.Full) MakeNullable(rightStart, scope.Sources.Count);
        if (join.Kind is JoinKind.Right or JoinKind.Full) MakeNullable(leftStart, rightStart);
        return $"{left} {word} {right} ON {on}";
    }

    private void MakeNullable(int from, int to)
    {
        for (var i = from; i < to; i++)
            scope.Sources[i] = scope.Sources[i] with { Columns = [.. scope.Sources[i].Columns.Select(c => c with { Nullable = true })] };
    }

    private string Using(JoinSource join, int leftStart, int rightStart)
    {
        if (join.Kind is JoinKind.Right or JoinKind.Full) throw WarehouseErrors.Unsupported($"{join.Kind.ToString().ToUpperInvariant()} JOIN … USING");
        var tests = new List<string>();
        foreach (var name in join.Using)
        {
            var left = Pick(name, leftStart, rightStart);
            var right = Pick(name, rightStart, scope.Sources.Count);
            tests.Add(Operators.Compare("=", new Fragment(left.Sql, left.Type), new Fragment(right.Sql, right.Type), context).Sql);
            for (var i = rightStart; i < scope.Sources.Count; i++)
                scope.Sources[i] = scope.Sources[i] with { Columns = [.. scope.Sources[i].Columns.Select(c => c.Name == name ? c with { Hidden = true } : c)] };
        }

        return string.Join(" AND ", tests);
    }

    private ScopeColumn Pick(string name, int from, int to)
    {
        var found = scope.Sources.Skip(from).Take(to - from).SelectMany(s => s.Columns).Where(c => c.Name == name && !c.Hidden).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw WarehouseErrors.InvalidIdentifier(name),
            _ => throw WarehouseErrors.AmbiguousColumn(name),
        };
    }
}
