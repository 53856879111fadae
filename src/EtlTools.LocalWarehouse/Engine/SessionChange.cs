using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;

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
        var name = use.Name ?? Named(use);
        switch (use.Kind)
        {
            case "WAREHOUSE": State.Warehouse = name.Last; return;
            case "ROLE": State.Role = name.Last; return;
            case "DATABASE":
                if (await catalog.DatabaseIdAsync(name.Last, cancellationToken).ConfigureAwait(false) is null)
                    throw NotThere(name.Last);
                State.Database = name.Last;
                State.Schema = await catalog.SchemaIdAsync(name.Last, "PUBLIC", cancellationToken).ConfigureAwait(false) is null ? null : "PUBLIC";
                return;
        }

        var database = name.Parts.Count > 1 ? name.Parts[0] : State.Database ?? throw WarehouseErrors.NoDatabase("USE SCHEMA");
        if (name.Last != InformationSchema.Name && await catalog.SchemaIdAsync(database, name.Last, cancellationToken).ConfigureAwait(false) is null)
            throw NotThere($"{database}.{name.Last}");
        (State.Database, State.Schema) = (database, name.Last);
    }

    private ObjectName Named(UseStatement use)
    {
        var text = use.Identifier switch
        {
            TextLiteral literal => literal.Value,
            BindReference bind => run.Bindings.FirstOrDefault(b => b.Name == bind.Name)?.Value as string,
            _ => null,
        };
        var name = Parser.ParseObjectName(text ?? throw WarehouseErrors.Unsupported("IDENTIFIER of a bound value that is no text"));
        return name.Parts.Count <= (use.Kind == "SCHEMA" ? 2 : 1) ? name : throw WarehouseErrors.InvalidIdentifier(text);
    }

    private static LocalWarehouseException NotThere(string name) =>
        WarehouseErrors.Compilation(2043, "02000", $"Object does not exist, or operation cannot be performed: '{name}'.");
}
