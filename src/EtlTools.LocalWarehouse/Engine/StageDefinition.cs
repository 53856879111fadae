using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>CREATE and DROP of stages and file formats. Their options are checked when they are created.</summary>
internal sealed class StageDefinition(StatementRun run)
{
    private PostgresLink Link => run.Session.Link;

    internal async Task<string> CreateAsync(CreateStageStatement create, CancellationToken cancellationToken)
    {
        var options = new OptionReader("CREATE STAGE", create.Options);
        if (options.Text("URL") is { } url) External(options, url);
        var key = run.State.Resolve(create.Name, "CREATE STAGE");
        var format = options.Value("FILE_FORMAT");
        if (format is not null) await FileFormat.ResolveAsync(format, run.Session.StageCatalog, key.Database, key.Schema, cancellationToken).ConfigureAwait(false);
        if (options.Nested("COPY_OPTIONS") is { Count: > 0 } copy) throw WarehouseErrors.Unsupported($"COPY_OPTIONS {copy[0].Name} of CREATE STAGE (give it to COPY INTO)");
        var comment = options.Text("COMMENT");
        Directory(options);
        Encryption(options);
        options.Finish();
        var message = await CreateAsync("sf_stage", "Stage area", key, create.Mode, create.Temporary, "options, comment", cancellationToken, create.OptionsText, comment ?? "").ConfigureAwait(false);
        return message;
    }

    internal async Task<string> CreateAsync(CreateFileFormatStatement create, CancellationToken cancellationToken)
    {
        var options = create.Options.Where(o => o.Name != "COMMENT").ToList();
        var comment = new OptionReader("CREATE FILE FORMAT", create.Options.Where(o => o.Name == "COMMENT")).Text("COMMENT");
        var format = FileFormat.Parse(options);
        var key = run.State.Resolve(create.Name, "CREATE FILE FORMAT");
        return await CreateAsync(
            "sf_file_format", "File format", key, create.Mode, create.Temporary, "type, options, comment", cancellationToken,
            format.Type.ToString().ToUpperInvariant(), create.OptionsText, comment ?? "").ConfigureAwait(false);
    }

    // A folder stands for the bucket, so nothing signs in to it; an integration is a name, but a key would be a secret kept for nothing.
    private static void External(OptionReader options, string url)
    {
        _ = StageUrl.Parse(url);
        _ = options.Word("STORAGE_INTEGRATION");
        if (options.Has("CREDENTIALS")) throw WarehouseErrors.Unsupported("CREDENTIALS of an external stage (a folder stands for the bucket)");
    }

    private static void Directory(OptionReader options)
    {
        if (options.Nested("DIRECTORY") is not { } directory) return;
        var inner = new OptionReader("DIRECTORY", directory);
        inner.Fixed("ENABLE", "FALSE");
        inner.Finish();
    }

    private static void Encryption(OptionReader options)
    {
        if (options.Nested("ENCRYPTION") is not { } encryption) return;
        var inner = new OptionReader("ENCRYPTION", encryption);
        if (inner.Word("TYPE") is not (null or "SNOWFLAKE_FULL" or "SNOWFLAKE_SSE")) throw WarehouseErrors.Unsupported("ENCRYPTION TYPE of an internal stage other than SNOWFLAKE_FULL and SNOWFLAKE_SSE");
        inner.Finish();
    }

    private async Task<string> CreateAsync(
        string table, string what, RelationKey key, CreateMode mode, bool temporary, string columns, CancellationToken cancellationToken, params object[] values)
    {
        var schema = await run.Session.Catalog.SchemaIdAsync(key.Database, key.Schema, cancellationToken).ConfigureAwait(false)
            ?? throw WarehouseErrors.ObjectNotFound("Schema", $"{key.Database}.{key.Schema}");
        var existing = await FindAsync(table, schema, key.Name, temporary, cancellationToken).ConfigureAwait(false);
        if (existing is { } id)
        {
            if (mode == CreateMode.IfNotExists) return $"{key.Name} already exists, statement succeeded.";
            if (mode == CreateMode.Plain) throw WarehouseErrors.AlreadyExists(key.ToString());
            await DropAsync(table, id, cancellationToken).ConfigureAwait(false);
        }

        var places = string.Join(", ", values.Select((_, i) => "$" + Sql.Translation.SqlText.Number(i + 4)));
        await Link.RunAsync(
            $"INSERT INTO {table} (schema_id, name, session_pid, {columns}) VALUES ($1, $2, CASE WHEN $3 THEN pg_backend_pid() ELSE 0 END, {places})",
            cancellationToken, [schema, key.Name, temporary, .. values]).ConfigureAwait(false);
        return $"{what} {key.Name} successfully created.";
    }

    internal async Task<string> DropAsync(DropStatement drop, CancellationToken cancellationToken)
    {
        var (table, what) = drop.Kind == "STAGE" ? ("sf_stage", "Stage") : ("sf_file_format", "File format");
        var key = run.State.Resolve(drop.Name, "DROP " + drop.Kind);
        var schema = await run.Session.Catalog.SchemaIdAsync(key.Database, key.Schema, cancellationToken).ConfigureAwait(false);
        var found = schema is not { } id ? null
            : await FindAsync(table, id, key.Name, true, cancellationToken).ConfigureAwait(false) ?? await FindAsync(table, id, key.Name, false, cancellationToken).ConfigureAwait(false);
        if (found is null)
            return drop.IfExists ? $"Drop statement executed successfully ({key.Name} already dropped)." : throw WarehouseErrors.ObjectNotFound(what, key.ToString());
        await DropAsync(table, found.Value, cancellationToken).ConfigureAwait(false);
        return $"{key.Name} successfully dropped.";
    }

    private async Task<long?> FindAsync(string table, long schema, string name, bool temporary, CancellationToken cancellationToken)
    {
        var ids = await Link.QueryAsync(
            $"SELECT id FROM {table} WHERE schema_id = $1 AND name = $2 AND session_pid = CASE WHEN $3 THEN pg_backend_pid() ELSE 0 END",
            r => r.GetInt64(0), cancellationToken, schema, name, temporary).ConfigureAwait(false);
        return ids.Count > 0 ? ids[0] : null;
    }

    private async Task DropAsync(string table, long id, CancellationToken cancellationToken)
    {
        await Link.RunAsync($"DELETE FROM {table} WHERE id = $1", cancellationToken, id).ConfigureAwait(false);
        if (table == "sf_stage") run.Session.DroppedStages.Add(StageCatalog.StageKey(id));
    }
}
