using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>What a session remembers between statements: its place, its identity and its parameters.</summary>
internal sealed class SessionState
{
    internal string? Database { get; set; }

    internal string? Schema { get; set; }

    internal string? Warehouse { get; set; }

    internal string? Role { get; set; }

    internal string Account { get; init; } = "LOCAL";

    internal string User { get; init; } = "LOCAL";

    internal string SessionId { get; init; } = "0";

    internal string? LastQueryId { get; set; }

    internal SessionParameters Parameters { get; } = new();

    /// <summary>Completes a name by the given defaults.</summary>
    internal static RelationKey Resolve(ObjectName name, string? database, string? schema, string statement)
    {
        var parts = name.Parts;
        return new RelationKey(
            parts.Count > 2 ? parts[^3] : database ?? throw WarehouseErrors.NoDatabase(statement),
            parts.Count > 1 ? parts[^2] : schema ?? throw WarehouseErrors.NoSchema(statement),
            parts[^1]);
    }

    internal RelationKey Resolve(ObjectName name, string statement) => Resolve(name, Database, Schema, statement);
}
