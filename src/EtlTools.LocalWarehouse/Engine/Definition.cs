using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>CREATE, ALTER and DROP: each commits the open transaction and is atomic by itself.</summary>
internal sealed class Definition(StatementRun run)
{
    internal async Task<StatementResult> RunAsync(CancellationToken cancellationToken)
    {
        await run.Session.Transactions.StartDefinitionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Definitions run one after the other; each is short, and two of one name must not race.
            await run.Session.Link.RunAsync("SELECT pg_advisory_xact_lock(6845012340001)", cancellationToken).ConfigureAwait(false);
            var message = await (run.Parsed.Statement switch
            {
                CreateTableStatement table => new TableDefinition(run).CreateAsync(table, cancellationToken),
                AlterTableStatement alter => new TableAlteration(run).AlterAsync(alter, cancellationToken),
                CreateViewStatement view => new TableDefinition(run).CreateViewAsync(view, cancellationToken),
                CreateStageStatement stage => new StageDefinition(run).CreateAsync(stage, cancellationToken),
                CreateFileFormatStatement format => new StageDefinition(run).CreateAsync(format, cancellationToken),
                CreateContainerStatement container => new ContainerDefinition(run).CreateAsync(container, cancellationToken),
                DropStatement { Kind: "TABLE" or "VIEW" } drop => DropAsync(drop, cancellationToken),
                DropStatement { Kind: "STAGE" or "FILE FORMAT" } drop => new StageDefinition(run).DropAsync(drop, cancellationToken),
                DropStatement drop => new ContainerDefinition(run).DropAsync(drop, cancellationToken),
                _ => throw WarehouseErrors.Unsupported(run.Parsed.Statement.GetType().Name),
            }).ConfigureAwait(false);
            await run.Session.Transactions.FinishAsync(true).ConfigureAwait(false);
            run.Session.DroppedStages.ForEach(run.Session.Stages.RemoveStage);
            return run.Status(message);
        }
        catch
        {
            await run.Session.Transactions.FinishAsync(false).ConfigureAwait(false);
            throw;
        }
        finally
        {
            run.Session.DroppedStages.Clear();
        }
    }

    private async Task<string> DropAsync(DropStatement drop, CancellationToken cancellationToken)
    {
        var key = run.State.Resolve(drop.Name, "DROP " + drop.Kind);
        var relation = await run.FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (relation is null || relation.Id == 0)
        {
            return drop.IfExists && relation is null
                ? "Drop statement executed successfully (" + key.Name + " already dropped)."
                : throw WarehouseErrors.ObjectNotFound(drop.Kind == "TABLE" ? "Table" : "View", key.ToString());
        }

        if (relation.IsView != (drop.Kind == "VIEW"))
            throw WarehouseErrors.Compilation(2203, "42601", $"Object found is of type '{(relation.IsView ? "VIEW" : "TABLE")}', not specified type '{drop.Kind}'.");
        await DropAsync(run, relation, cancellationToken).ConfigureAwait(false);
        return $"{key.Name} successfully dropped.";
    }

    internal static async Task DropAsync(StatementRun run, WarehouseRelation relation, CancellationToken cancellationToken)
    {
        if (relation.Physical is not null) await run.Session.Link.RunAsync($"DROP TABLE {relation.Physical}", cancellationToken).ConfigureAwait(false);
        await run.Session.Link.RunAsync("DELETE FROM sf_relation WHERE id = $1", cancellationToken, relation.Id).ConfigureAwait(false);
        run.Session.DroppedStages.Add(StageCatalog.TableKey(relation.Id));
    }
}
