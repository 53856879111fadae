using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>USE and ALTER SESSION.</summary>
internal sealed class SessionChange(StatementRun run)
{
    private SessionState State => run.State;

    internal async Task<StatementResult> RunAsync(CancellationToken cancellationToken)
    {
        if (run.Parsed.Statement is UseStatement use) await UseAsync(use, cancellationToken).ConfigureAwait(false);
        else await AlterAsync((AlterSessionStatement)run.Parsed.Statement, cancellationToken).ConfigureAwait(false);
        return run.Status("Statement executed successfully.", StatementType.Session);
    }

    private async Task AlterAsync(AlterSessionStatement alter, CancellationToken cancellationToken)
    {
        var autocommit = State.Parameters.Autocommit;
        foreach (var assignment in alter.Set) State.Parameters.Set(assignment.Name, assignment.Value);
        foreach (var name in alter.Unset) State.Parameters.Unset(name);
        await run.Session.Transactions.ApplyTimeZoneAsync(cancellationToken).ConfigureAwait(false);
        if (!autocommit && State.Parameters.Autocommit) await run.Session.Transactions.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task UseAsync(UseStatement use, CancellationToken cancellationToken)
    {
        var catalog = run.Session.Catalog;
        switch (use.Kind)
        {
            case "WAREHOUSE": State.Warehouse = use.Name.Last; return;
            case "ROLE": State.Role = use.Name.Last; return;
            case "DATABASE":
                if (await catalog.DatabaseIdAsync(use.Name.Last, cancellationToken).ConfigureAwait(false) is null)
                    throw NotThere(use.Name.Last);
                State.Database = use.Name.Last;
                State.Schema = await catalog.SchemaIdAsync(use.Name.Last, "PUBLIC", cancellationToken).ConfigureAwait(false) is null ? null : "PUBLIC";
                return;
        }

        var database = use.Name.Parts.Count > 1 ? use.Name.Parts[0] : State.Database ?? throw WarehouseErrors.NoDatabase("USE SCHEMA");
        if (use.Name.Last != InformationSchema.Name && await catalog.SchemaIdAsync(database, use.Name.Last, cancellationToken).ConfigureAwait(false) is null)
            throw NotThere($"{database}.{use.Name.Last}");
        (State.Database, State.Schema) = (database, use.Name.Last);
    }

    private static LocalWarehouseException NotThere(string name) =>
        WarehouseErrors.Compilation(2043, "02000", $"Object does not exist, or operation cannot be performed: '{name}'.");
}
