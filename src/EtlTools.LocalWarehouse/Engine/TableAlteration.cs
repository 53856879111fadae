using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>ALTER TABLE.</summary>
internal sealed class TableAlteration(StatementRun run)
{
    private PostgresLink Link => run.Session.Link;

    internal async Task<string> AlterAsync(AlterTableStatement alter, CancellationToken cancellationToken)
    {
        var context = await run.ContextAsync(cancellationToken).ConfigureAwait(false);
        if (alter.IfExists && context.Find(alter.Name) is null) return "Statement executed successfully.";
        var table = context.Table(alter.Name);
        if (table.Id == 0) throw WarehouseErrors.ObjectNotFound("Table", table.Key.ToString());
        await (alter.Action switch
        {
            AddColumns add => AddAsync(table, add, context, cancellationToken),
            DropColumns drop => DropAsync(table, drop, cancellationToken),
            RenameColumn rename => RenameAsync(table, rename, cancellationToken),
            RenameTable rename => RenameAsync(table, rename, cancellationToken),
            SetColumnType type => SetTypeAsync(table, type, cancellationToken),
            SetColumnNullability nullability => SetNullabilityAsync(table, nullability, cancellationToken),
            DropColumnDefault drop => UpdateColumnAsync(table, DmlTranslator.Column(table, drop.Column), "default_text = NULL", cancellationToken),
            _ => throw WarehouseErrors.Unsupported(alter.Action.GetType().Name),
        }).ConfigureAwait(false);
        return "Statement executed successfully.";
    }

    private Task<long> UpdateColumnAsync(WarehouseRelation table, WarehouseColumn column, string set, CancellationToken cancellationToken, params object[] values) =>
        Link.RunAsync($"UPDATE sf_column SET {set} WHERE relation_id = $1 AND physical = $2", cancellationToken, [table.Id, column.Physical, .. values]);

    private async Task AddAsync(WarehouseRelation table, AddColumns add, TranslationContext context, CancellationToken cancellationToken)
    {
        var next = table.Columns.Max(c => int.Parse(c.Physical.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
        var known = table.Columns.ToList();
        foreach (var definition in add.Columns)
        {
            if (known.Exists(c => c.Name == definition.Name))
            {
                if (add.IfNotExists) continue;
                throw WarehouseErrors.Compilation(1430, "42711", $"column '{definition.Name}' already exists");
            }

            var column = TableDefinition.Column(definition, "c" + SqlText.Number(++next), []);
            var sql = $"ALTER TABLE {table.Physical} ADD COLUMN {TableDefinition.Declare(column)}";
            if (column.DefaultText is not null)
            {
                TableDefinition.CheckDefault(column, context);
                var value = new ExpressionTranslator(context, new Scope(null)).Translate(Sql.Parsing.Parser.ParseExpression(column.DefaultText));
                // The default fills the rows that are there; later rows take it from the catalog.
                sql += $" DEFAULT {Coercion.Assign(value, column.Type, column.Name, context).Sql}, ALTER COLUMN {column.Physical} DROP DEFAULT";
                await Link.RunAsync(sql[..sql.IndexOf(", ALTER COLUMN", StringComparison.Ordinal)], cancellationToken).ConfigureAwait(false);
                sql = $"ALTER TABLE {table.Physical} ALTER COLUMN {column.Physical} DROP DEFAULT";
            }

            await Link.RunAsync(sql, cancellationToken).ConfigureAwait(false);
            await TableDefinition.RegisterColumnAsync(Link, table.Id, next, column, cancellationToken).ConfigureAwait(false);
            known.Add(column);
        }
    }

    private async Task DropAsync(WarehouseRelation table, DropColumns drop, CancellationToken cancellationToken)
    {
        foreach (var name in drop.Columns)
        {
            if (table.Find(name) is not { } column)
            {
                if (drop.IfExists) continue;
                throw WarehouseErrors.InvalidIdentifier(name);
            }

            if (drop.Columns.Count >= table.Columns.Count) throw WarehouseErrors.Compilation(2029, "42601", "cannot drop the only column of a table.");
            await Link.RunAsync($"ALTER TABLE {table.Physical} DROP COLUMN {column.Physical}", cancellationToken).ConfigureAwait(false);
            await Link.RunAsync("DELETE FROM sf_column WHERE relation_id = $1 AND physical = $2", cancellationToken, table.Id, column.Physical).ConfigureAwait(false);
        }
    }

    private Task<long> RenameAsync(WarehouseRelation table, RenameColumn rename, CancellationToken cancellationToken)
    {
        var column = DmlTranslator.Column(table, rename.From);
        if (table.Find(rename.To) is not null) throw WarehouseErrors.Compilation(1430, "42711", $"column '{rename.To}' already exists");
        return UpdateColumnAsync(table, column, "name = $3", cancellationToken, rename.To);
    }

    private async Task RenameAsync(WarehouseRelation table, RenameTable rename, CancellationToken cancellationToken)
    {
        var key = SessionState.Resolve(rename.To, table.Key.Database, table.Key.Schema, "ALTER TABLE");
        if (await run.FindAsync(key, cancellationToken).ConfigureAwait(false) is not null) throw WarehouseErrors.AlreadyExists(key.ToString());
        var schema = await run.Session.Catalog.SchemaIdAsync(key.Database, key.Schema, cancellationToken).ConfigureAwait(false)
            ?? throw WarehouseErrors.ObjectNotFound("Schema", $"{key.Database}.{key.Schema}");
        var physical = table.Physical!;
        if (schema != table.SchemaId && !table.Temporary)
        {
            var target = ContainerDefinition.PhysicalName(schema);
            await Link.RunAsync($"ALTER TABLE {physical} SET SCHEMA {target}", cancellationToken).ConfigureAwait(false);
            physical = target + physical[physical.IndexOf('.', StringComparison.Ordinal)..];
        }

        await Link.RunAsync("UPDATE sf_relation SET name = $2, schema_id = $3, physical = $4 WHERE id = $1", cancellationToken, table.Id, key.Name, schema, physical).ConfigureAwait(false);
    }

    private async Task SetTypeAsync(WarehouseRelation table, SetColumnType change, CancellationToken cancellationToken)
    {
        var column = DmlTranslator.Column(table, change.Column);
        var (from, to) = (column.Type, change.Type);
        var widens = from.Kind == to.Kind && from.Kind switch
        {
            TypeKind.Number => to.Scale == from.Scale && to.Precision >= from.Precision,
            TypeKind.Text or TypeKind.Binary => to.Length >= from.Length,
            _ => to.Scale == from.Scale,
        };
        if (!widens)
            throw WarehouseErrors.Compilation(2108, "22000", $"cannot change column {column.Name} from type {from} to {to} because changing to that type is not supported or would lose data.");
        await Link.RunAsync($"ALTER TABLE {table.Physical} ALTER COLUMN {column.Physical} TYPE {to.Physical}{(to.Kind == TypeKind.Text ? " COLLATE \"C\"" : "")}", cancellationToken).ConfigureAwait(false);
        await UpdateColumnAsync(table, column, "type_precision = $3, type_scale = $4, type_length = $5", cancellationToken, to.Precision, to.Scale, to.Length).ConfigureAwait(false);
    }

    private async Task SetNullabilityAsync(WarehouseRelation table, SetColumnNullability change, CancellationToken cancellationToken)
    {
        var column = DmlTranslator.Column(table, change.Column);
        await Link.RunAsync($"ALTER TABLE {table.Physical} ALTER COLUMN {column.Physical} {(change.NotNull ? "SET" : "DROP")} NOT NULL", cancellationToken).ConfigureAwait(false);
        await UpdateColumnAsync(table, column, "nullable = $3", cancellationToken, !change.NotNull).ConfigureAwait(false);
    }
}
