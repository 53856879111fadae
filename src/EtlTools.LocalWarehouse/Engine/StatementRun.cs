using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>One statement on its way: its text parsed, its bindings, its id.</summary>
internal sealed record StatementRun(WarehouseSession Session, string QueryId, ParsedStatement Parsed, IReadOnlyList<BoundValue> Bindings, int Timeout)
{
    internal SessionState State => Session.State;

    /// <summary>The bound values of each row when arrays were bound, else null.</summary>
    internal IReadOnlyList<IReadOnlyList<BoundValue>>? Rows { get; init; }

    /// <summary>Loads the relations the statement names. Names that belong to WITH tables simply are not found.</summary>
    internal async Task<TranslationContext> ContextAsync(CancellationToken cancellationToken)
    {
        var keys = Parsed.TableNames.Where(CanResolve).Select(n => State.Resolve(n, "SELECT"));
        return new TranslationContext(State, await Session.Catalog.LoadAsync(keys, cancellationToken).ConfigureAwait(false), Bindings);
    }

    /// <summary>A name is resolved again, with its error, when it is translated; a WITH table needs no database.</summary>
    private bool CanResolve(ObjectName name) => name.Parts.Count > 2 || (State.Database is not null && (name.Parts.Count > 1 || State.Schema is not null));

    internal async Task<WarehouseRelation?> FindAsync(RelationKey key, CancellationToken cancellationToken) =>
        (await Session.Catalog.LoadAsync([key], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(key);

    internal StatementResult Status(string message, StatementType type = StatementType.Ddl)
    {
        ResultColumn[] columns = [new("status", SnowType.Text, true)];
        return new StatementResult(QueryId, type, columns, new TextRows(columns, [[message]]), 0);
    }

    internal StatementResult Counts(StatementType type, params (string Name, long Count)[] counts)
    {
        var columns = counts.Select(c => new ResultColumn(c.Name, SnowType.Number(18, 0), false)).ToList();
        return new StatementResult(QueryId, type, columns, new TextRows(columns, [[.. counts.Select(c => SqlText.Number(c.Count))]]), counts.Sum(c => c.Count));
    }
}
