using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

internal sealed record ScopeColumn(string Name, string Sql, SnowType Type, bool Nullable)
{
    /// <summary>A column that JOIN … USING merged away: reachable only by its table's name.</summary>
    internal bool Hidden { get; init; }
}

/// <summary>One table of a FROM clause under the names it can be called by.</summary>
internal sealed record ScopeSource(IReadOnlyList<string> Qualifier, IReadOnlyList<ScopeColumn> Columns)
{
    internal bool Answers(IReadOnlyList<string> qualifier)
    {
        if (qualifier.Count == 0) return true;
        if (qualifier.Count > Qualifier.Count) return false;
        for (var i = 1; i <= qualifier.Count; i++)
        {
            if (qualifier[^i] != Qualifier[^i]) return false;
        }

        return true;
    }
}

/// <summary>The columns visible to an expression, inner query first; select-list aliases come after columns.</summary>
internal sealed class Scope(Scope? parent)
{
    internal Scope? Parent => parent;

    internal List<ScopeSource> Sources { get; } = [];

    /// <summary>Aliases of the select list, which Snowflake lets other clauses use.</summary>
    internal Dictionary<string, Expression> Aliases { get; } = new(StringComparer.Ordinal);

    internal ScopeColumn? FindColumn(ColumnReference reference)
    {
        var qualifier = reference.Parts.Take(reference.Parts.Count - 1).ToList();
        ScopeColumn? found = null;
        foreach (var source in Sources)
        {
            if (!source.Answers(qualifier)) continue;
            foreach (var column in source.Columns)
            {
                if (column.Name != reference.Name || (column.Hidden && qualifier.Count == 0)) continue;
                if (found is not null) throw WarehouseErrors.AmbiguousColumn(string.Join('.', reference.Parts));
                found = column;
            }
        }

        return found;
    }

    internal IEnumerable<ScopeColumn> Expand(StarExpression star)
    {
        var sources = Sources.Where(s => s.Answers(star.Qualifier)).ToList();
        if (sources.Count == 0) throw WarehouseErrors.InvalidIdentifier(string.Join('.', star.Qualifier.Append("*")));
        var columns = sources.SelectMany(s => s.Columns).Where(c => !c.Hidden).ToList();
        var unknown = star.Exclude.FirstOrDefault(name => columns.TrueForAll(c => c.Name != name));
        if (unknown is not null) throw WarehouseErrors.InvalidIdentifier(unknown);
        return columns.Where(c => !star.Exclude.Contains(c.Name, StringComparer.Ordinal));
    }
}
