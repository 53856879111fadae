using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>CREATE TABLE in its forms, and CREATE VIEW. Keys are recorded but not enforced, as in Snowflake.</summary>
internal sealed class TableDefinition(StatementRun run)
{
    private PostgresLink Link => run.Session.Link;

    internal async Task<string> CreateAsync(CreateTableStatement create, CancellationToken cancellationToken)
    {
        var key = run.State.Resolve(create.Name, "CREATE TABLE");
        var schema = await SchemaAsync(key, cancellationToken).ConfigureAwait(false);
        var context = await run.ContextAsync(cancellationToken).ConfigureAwait(false);
        var temporary = create.Kind == TableKind.Temporary;
        var existing = await run.FindAsync(key, cancellationToken).ConfigureAwait(false);
        // A temporary table may hide a permanent one of the same name, and the other way round.
        if (existing is not null && existing.Temporary != temporary && !existing.IsView) existing = null;
        if (existing is not null && create.Mode != CreateMode.OrReplace)
            return create.Mode == CreateMode.IfNotExists ? $"{key.Name} already exists, statement succeeded." : throw WarehouseErrors.AlreadyExists(key.ToString());
        if (existing?.IsView == true) throw WarehouseErrors.AlreadyExists(key.ToString());

        var query = create.AsQuery is null ? null : new QueryTranslator(context).Translate(create.AsQuery, null);
        var columns = Columns(create, query, context);
        CheckNames(columns);
        if (create is { CopiesRows: true, Like: { } origin } && context.Table(origin).Temporary && !temporary)
            throw WarehouseErrors.Unsupported("CLONE of a temporary table as a permanent one");
        foreach (var column in columns.Where(c => c.DefaultText is not null)) CheckDefault(column, context);

        var id = await RegisterAsync(schema, key.Name, "TABLE", create.Kind, existing, null, cancellationToken).ConfigureAwait(false);
        var physical = (temporary ? "pg_temp" : ContainerDefinition.PhysicalName(schema)) + ".t_" + SqlText.Number(id);
        await Link.RunAsync("UPDATE sf_relation SET physical = $2 WHERE id = $1", cancellationToken, id, physical).ConfigureAwait(false);
        await Link.RunAsync($"CREATE {(temporary ? "TEMPORARY " : "")}TABLE {physical} ({string.Join(", ", columns.Select(Declare))})", cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < columns.Count; i++) await RegisterColumnAsync(Link, id, i + 1, columns[i], cancellationToken).ConfigureAwait(false);
        if (create is { CopiesRows: true, Like: { } source })
            await Link.RunAsync($"INSERT INTO {physical} SELECT {string.Join(", ", context.Table(source).Columns.Select(c => c.Physical))} FROM {context.Table(source).Physical}", cancellationToken).ConfigureAwait(false);
        if (query is not null) await FillAsync(physical, columns, query, context, cancellationToken).ConfigureAwait(false);
        if (existing is not null) await Definition.DropAsync(run, existing, cancellationToken).ConfigureAwait(false);
        return $"Table {key.Name} successfully created.";
    }

    internal async Task<string> CreateViewAsync(CreateViewStatement create, CancellationToken cancellationToken)
    {
        var key = run.State.Resolve(create.Name, "CREATE VIEW");
        var schema = await SchemaAsync(key, cancellationToken).ConfigureAwait(false);
        var existing = await run.FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (existing is not null && (create.Mode != CreateMode.OrReplace || !existing.IsView))
            return create.Mode == CreateMode.IfNotExists ? $"{key.Name} already exists, statement succeeded." : throw WarehouseErrors.AlreadyExists(key.ToString());

        var context = await run.ContextAsync(cancellationToken).ConfigureAwait(false);
        // A view's names belong to the view's own schema from now on.
        if ((key.Database, key.Schema) != (run.State.Database, run.State.Schema) && run.Parsed.TableNames.Any(n => n.Parts.Count < 3))
            throw WarehouseErrors.Unsupported("a view in another schema that uses names without database and schema");
        var query = QueryTranslator.Rename(new QueryTranslator(context).Translate(create.Query, null), create.Columns, key.Name);
        var columns = query.Columns.Select((c, i) => new WarehouseColumn(c.Name, "c" + SqlText.Number(i), c.Type.Kind == TypeKind.Null ? SnowType.Text : c.Type, true)).ToList();
        CheckNames(columns);
        if (existing is not null) await Definition.DropAsync(run, existing, cancellationToken).ConfigureAwait(false);
        var id = await RegisterAsync(schema, key.Name, "VIEW", TableKind.Permanent, null, create.QueryText, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < columns.Count; i++) await RegisterColumnAsync(Link, id, i + 1, columns[i], cancellationToken).ConfigureAwait(false);
        return $"View {key.Name} successfully created.";
    }

    private async Task<long> SchemaAsync(RelationKey key, CancellationToken cancellationToken) =>
        await run.Session.Catalog.SchemaIdAsync(key.Database, key.Schema, cancellationToken).ConfigureAwait(false)
        ?? throw WarehouseErrors.ObjectNotFound("Schema", $"{key.Database}.{key.Schema}");

    private static List<WarehouseColumn> Columns(CreateTableStatement create, TranslatedQuery? query, TranslationContext context)
    {
        if (create.Like is not null)
            return [.. context.Table(create.Like).Columns.Select((c, i) => c with { Physical = Physical(i) })];
        if (create.Columns.Count > 0)
        {
            if (query is not null && query.Columns.Count != create.Columns.Count) throw WarehouseErrors.Compilation(2026, "42601", "Invalid column definition list.");
            return [.. create.Columns.Select((c, i) => Column(c, Physical(i), create.PrimaryKey))];
        }

        return [.. QueryTranslator.Rename(query!, create.ColumnNames, create.Name.Last).Columns
            .Select((c, i) => new WarehouseColumn(c.Name, Physical(i), c.Type.Kind == TypeKind.Null ? SnowType.Text : c.Type, true))];
    }

    private static string Physical(int index) => "c" + SqlText.Number(index + 1);

    internal static WarehouseColumn Column(ColumnDefinition definition, string physical, IReadOnlyList<string> keys)
    {
        var isKey = keys.Contains(definition.Name, StringComparer.Ordinal);
        return new WarehouseColumn(definition.Name, physical, definition.Type, !definition.NotNull && !isKey, definition.DefaultText, isKey, definition.Comment);
    }

    internal static void CheckNames(IReadOnlyList<WarehouseColumn> columns)
    {
        var duplicate = columns.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (duplicate is not null) throw WarehouseErrors.Compilation(2025, "42711", $"duplicate column name '{duplicate.Key}'");
    }

    internal static void CheckDefault(WarehouseColumn column, TranslationContext context)
    {
        var value = new ExpressionTranslator(context, new Scope(null)).Translate(Sql.Parsing.Parser.ParseExpression(column.DefaultText!));
        Coercion.Assign(value, column.Type, column.Name, context);
    }

    internal static string Declare(WarehouseColumn column) =>
        $"{column.Physical} {column.Type.Physical}{(column.Type.Kind == TypeKind.Text ? " COLLATE \"C\"" : "")}{(column.Nullable ? "" : " NOT NULL")}";

    private async Task<long> RegisterAsync(
        long schema, string name, string kind, TableKind tableKind, WarehouseRelation? replaced, string? view, CancellationToken cancellationToken)
    {
        if (replaced is not null) await Link.RunAsync("UPDATE sf_relation SET name = 'replaced ' || id WHERE id = $1", cancellationToken, replaced.Id).ConfigureAwait(false);
        var ids = await Link.QueryAsync(
            "INSERT INTO sf_relation (schema_id, name, kind, transient, session_pid, view_text) VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN pg_backend_pid() ELSE 0 END, nullif($6, '')) RETURNING id",
            r => r.GetInt64(0), cancellationToken, schema, name, kind, tableKind == TableKind.Transient, tableKind == TableKind.Temporary, view ?? "").ConfigureAwait(false);
        return ids[0];
    }

    internal static Task RegisterColumnAsync(PostgresLink link, long relation, int ordinal, WarehouseColumn column, CancellationToken cancellationToken) =>
        link.RunAsync(
            "INSERT INTO sf_column VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, ''), $11, nullif($12, ''))", cancellationToken,
            relation, ordinal, column.Name, column.Physical, column.Type.Kind.ToString(), column.Type.Precision, column.Type.Scale, column.Type.Length,
            column.Nullable, column.DefaultText ?? "", column.IsKey, column.Comment ?? "");

    private Task<long> FillAsync(string physical, List<WarehouseColumn> columns, TranslatedQuery query, TranslationContext context, CancellationToken cancellationToken)
    {
        if (context.Parameters.Count > 0) throw WarehouseErrors.Unsupported("bind variables in CREATE TABLE … AS SELECT");
        var items = columns.Select((c, i) => Coercion.Assign(new Fragment("q.c" + SqlText.Number(i), query.Columns[i].Type), c.Type, c.Name, context).Sql);
        return Link.RunAsync($"INSERT INTO {physical} SELECT {string.Join(", ", items)} FROM ({query.Sql}) AS q", cancellationToken);
    }
}
