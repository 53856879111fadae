using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>Databases and schemas. A schema is one PostgreSQL schema; what is created becomes current, as in Snowflake.</summary>
internal sealed class ContainerDefinition(StatementRun run)
{
    private CatalogReader Catalog => run.Session.Catalog;

    private PostgresLink Link => run.Session.Link;

    internal async Task<string> CreateAsync(CreateContainerStatement create, CancellationToken cancellationToken)
    {
        var name = create.Name.Last;
        if (create.IsDatabase)
        {
            if (await Catalog.DatabaseIdAsync(name, cancellationToken).ConfigureAwait(false) is not null)
            {
                if (create.Mode == CreateMode.IfNotExists) return $"{name} already exists, statement succeeded.";
                if (create.Mode == CreateMode.Plain) throw WarehouseErrors.AlreadyExists(name);
                await DropDatabaseAsync(name, cancellationToken).ConfigureAwait(false);
            }

            await Link.RunAsync("INSERT INTO sf_database (name) VALUES ($1)", cancellationToken, name).ConfigureAwait(false);
            await CreateSchemaAsync(name, "PUBLIC", cancellationToken).ConfigureAwait(false);
            (run.State.Database, run.State.Schema) = (name, "PUBLIC");
            return $"Database {name} successfully created.";
        }

        var database = await DatabaseAsync(create.Name, "CREATE SCHEMA", cancellationToken).ConfigureAwait(false);
        if (name == InformationSchema.Name) throw WarehouseErrors.AlreadyExists(name);
        if (await Catalog.SchemaIdAsync(database, name, cancellationToken).ConfigureAwait(false) is { } existing)
        {
            if (create.Mode == CreateMode.IfNotExists) return $"{name} already exists, statement succeeded.";
            if (create.Mode == CreateMode.Plain) throw WarehouseErrors.AlreadyExists($"{database}.{name}");
            await DropSchemaAsync(existing, cancellationToken).ConfigureAwait(false);
        }

        await CreateSchemaAsync(database, name, cancellationToken).ConfigureAwait(false);
        (run.State.Database, run.State.Schema) = (database, name);
        return $"Schema {name} successfully created.";
    }

    internal async Task<string> DropAsync(DropStatement drop, CancellationToken cancellationToken)
    {
        var name = drop.Name.Last;
        if (drop.Restrict) throw WarehouseErrors.Unsupported($"DROP {drop.Kind} … RESTRICT");
        if (drop.Kind == "DATABASE")
        {
            if (await Catalog.DatabaseIdAsync(name, cancellationToken).ConfigureAwait(false) is null)
                return drop.IfExists ? $"Drop statement executed successfully ({name} already dropped)." : throw WarehouseErrors.ObjectNotFound("Database", name);
            await DropDatabaseAsync(name, cancellationToken).ConfigureAwait(false);
            if (run.State.Database == name) (run.State.Database, run.State.Schema) = (null, null);
            return $"{name} successfully dropped.";
        }

        var database = drop.Name.Parts.Count > 1 ? drop.Name.Parts[0] : run.State.Database ?? throw WarehouseErrors.NoDatabase("DROP SCHEMA");
        if (await Catalog.SchemaIdAsync(database, name, cancellationToken).ConfigureAwait(false) is not { } id)
            return drop.IfExists ? $"Drop statement executed successfully ({name} already dropped)." : throw WarehouseErrors.ObjectNotFound("Schema", $"{database}.{name}");
        await DropSchemaAsync(id, cancellationToken).ConfigureAwait(false);
        if (run.State.Database == database && run.State.Schema == name) run.State.Schema = null;
        return $"{name} successfully dropped.";
    }

    private async Task<string> DatabaseAsync(ObjectName schema, string statement, CancellationToken cancellationToken)
    {
        var database = schema.Parts.Count > 1 ? schema.Parts[0] : run.State.Database ?? throw WarehouseErrors.NoDatabase(statement);
        return await Catalog.DatabaseIdAsync(database, cancellationToken).ConfigureAwait(false) is null
            ? throw WarehouseErrors.ObjectNotFound("Database", database)
            : database;
    }

    private async Task CreateSchemaAsync(string database, string name, CancellationToken cancellationToken)
    {
        var ids = await Link.QueryAsync(
            "INSERT INTO sf_schema (database_id, name) SELECT id, $2 FROM sf_database WHERE name = $1 RETURNING id", r => r.GetInt64(0), cancellationToken, database, name).ConfigureAwait(false);
        await Link.RunAsync($"CREATE SCHEMA {PhysicalName(ids[0])}", cancellationToken).ConfigureAwait(false);
    }

    internal static string PhysicalName(long schemaId) => "snowflake_" + SqlText.Number(schemaId);

    private async Task DropDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        var schemas = await Link.QueryAsync(
            "SELECT s.id FROM sf_schema AS s JOIN sf_database AS d ON d.id = s.database_id WHERE d.name = $1", r => r.GetInt64(0), cancellationToken, name).ConfigureAwait(false);
        foreach (var schema in schemas) await DropSchemaAsync(schema, cancellationToken).ConfigureAwait(false);
        await Link.RunAsync("DELETE FROM sf_database WHERE name = $1", cancellationToken, name).ConfigureAwait(false);
    }

    private async Task DropSchemaAsync(long id, CancellationToken cancellationToken)
    {
        run.Session.DroppedStages.AddRange(await Link.QueryAsync(
            "SELECT 'stage_' || id FROM sf_stage WHERE schema_id = $1 UNION ALL SELECT 'table_' || id FROM sf_relation WHERE schema_id = $1",
            r => r.GetString(0), cancellationToken, id).ConfigureAwait(false));
        await Link.RunAsync($"DROP SCHEMA {PhysicalName(id)} CASCADE", cancellationToken).ConfigureAwait(false);
        await Link.RunAsync("DELETE FROM sf_schema WHERE id = $1", cancellationToken, id).ConfigureAwait(false);
    }
}
