using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Catalog;

/// <summary>The full, case-exact name of a table or view.</summary>
internal readonly record struct RelationKey(string Database, string Schema, string Name)
{
    public override string ToString() => $"{Database}.{Schema}.{Name}";
}

internal sealed record WarehouseColumn(
    string Name, string Physical, SnowType Type, bool Nullable, string? DefaultText = null, bool IsKey = false, string? Comment = null);

/// <summary>A table or view as the catalog knows it; <see cref="Physical"/> is the PostgreSQL table or a derived query.</summary>
internal sealed record WarehouseRelation(
    long Id, long SchemaId, RelationKey Key, string? Physical, string? ViewText, bool Temporary, bool Transient, IReadOnlyList<WarehouseColumn> Columns)
{
    internal bool IsView => ViewText is not null || Id == 0;

    /// <summary>The parsed text of a view.</summary>
    internal Query? ViewQuery { get; init; }

    internal WarehouseColumn? Find(string column)
    {
        foreach (var candidate in Columns)
        {
            if (candidate.Name == column) return candidate;
        }

        return null;
    }
}
