using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Stages;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>SHOW and DESCRIBE.</summary>
internal sealed class Listing(StatementRun run)
{
    private const string Created = "to_char({0}.created_on AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') || ' +0000'";

    private SessionState State => run.State;

    internal Task<StatementResult> RunAsync(CancellationToken cancellationToken) => run.Parsed.Statement is DescribeStatement describe
        ? DescribeAsync(describe, cancellationToken)
        : ShowAsync((ShowStatement)run.Parsed.Statement, cancellationToken);

    private StatementResult Result(IReadOnlyList<string> columns, IReadOnlyList<string?[]> rows)
    {
        var result = columns.Select(c => new ResultColumn(c, SnowType.Text, true)).ToList();
        return new StatementResult(run.QueryId, StatementType.Show, result, new TextRows(result, rows), -1);
    }

    private async Task<StatementResult> DescribeAsync(DescribeStatement describe, CancellationToken cancellationToken)
    {
        if (describe.Kind is "STAGE" or "FILE FORMAT") return await DescribeOptionsAsync(describe, cancellationToken).ConfigureAwait(false);
        var context = await run.ContextAsync(cancellationToken).ConfigureAwait(false);
        var relation = context.Find(describe.Name);
        if (relation is null || (describe.Kind == "VIEW" && !relation.IsView))
            throw WarehouseErrors.ObjectNotFound(describe.Kind == "VIEW" ? "View" : "Table", State.Resolve(describe.Name, "DESCRIBE").ToString());
        return Result(
            ["name", "type", "kind", "null?", "default", "primary key", "unique key", "check", "expression", "comment"],
            [.. relation.Columns.Select(c => new[]
            {
                c.Name, c.Type.Declaration, "COLUMN", c.Nullable ? "Y" : "N", c.DefaultText, c.IsKey ? "Y" : "N", "N", null, null, c.Comment,
            })]);
    }

    /// <summary>The options a stage's format or a file format ends up with, one row each.</summary>
    private async Task<StatementResult> DescribeOptionsAsync(DescribeStatement describe, CancellationToken cancellationToken)
    {
        var stages = run.Session.StageCatalog;
        if (describe.Kind == "FILE FORMAT")
        {
            var text = await stages.FormatAsync(describe.Name, State.Database, State.Schema, cancellationToken).ConfigureAwait(false);
            return Result(["property", "property_type", "property_value", "property_default"], [.. FileFormat.Parse(Parser.ParseOptions(text).Where(o => o.Name != "COMMENT")).Describe()]);
        }

        var place = await stages.FindAsync(new StageReference(StageKind.Named, describe.Name, ""), cancellationToken).ConfigureAwait(false);
        var format = await FileFormat.OfStageAsync(place.Stage, stages, cancellationToken).ConfigureAwait(false);
        return Result(["parent_property", "property", "property_type", "property_value", "property_default"], [.. format.Describe().Select(r => (string?[])["STAGE_FILE_FORMAT", .. r]), ["STAGE_LOCATION", "URL", "String", place.Stage.Url is { } url ? $"[\"{url}\"]" : "", ""]]);
    }

    private async Task<StatementResult> ShowAsync(ShowStatement show, CancellationToken cancellationToken)
    {
        if (show.Kind == "PARAMETERS")
        {
            if (show.InKind is not (null or "SESSION")) throw WarehouseErrors.Unsupported($"SHOW PARAMETERS IN {show.InKind}");
            return Result(["key", "value", "default", "level"],
                [.. State.Parameters.All.Where(p => show.Like is null || Matches(p.Name, show.Like)).Select(p => new[] { p.Name, p.Value, p.Default, p.Value == p.Default ? "" : "SESSION" })]);
        }

        var (columns, sql) = show.Kind switch
        {
            "DATABASES" => (["created_on", "name", "owner"], $"SELECT {When("d")}, d.name, 'LOCAL' FROM sf_database AS d WHERE true"),
            "SCHEMAS" => (["created_on", "name", "database_name", "owner"],
                $"SELECT {When("s")}, s.name, d.name, 'LOCAL' FROM sf_schema AS s JOIN sf_database AS d ON d.id = s.database_id WHERE true"),
            "TABLES" => ((string[])["created_on", "name", "database_name", "schema_name", "kind", "owner"],
                $"SELECT {When("r")}, r.name, d.name, s.name, CASE WHEN r.session_pid <> 0 THEN 'TEMPORARY' WHEN r.transient THEN 'TRANSIENT' ELSE 'TABLE' END, 'LOCAL' {From} AND r.kind = 'TABLE'"),
            "VIEWS" => (["created_on", "name", "database_name", "schema_name", "owner", "text"],
                $"SELECT {When("r")}, r.name, d.name, s.name, 'LOCAL', r.view_text {From} AND r.kind = 'VIEW'"),
            "STAGES" => (["created_on", "name", "database_name", "schema_name", "url", "has_credentials", "has_encryption_key", "owner", "comment", "region", "type", "cloud"],
                $"SELECT {When("r")}, r.name, d.name, s.name, r.options, 'N', 'N', 'LOCAL', r.comment, NULL, CASE WHEN r.session_pid <> 0 THEN 'INTERNAL TEMPORARY' ELSE 'INTERNAL' END, NULL {From.Replace("sf_relation", "sf_stage", StringComparison.Ordinal)}"),
            "FILE FORMATS" => (["created_on", "name", "database_name", "schema_name", "type", "owner", "comment", "format_options"],
                $"SELECT {When("r")}, r.name, d.name, s.name, r.type, 'LOCAL', r.comment, r.options {From.Replace("sf_relation", "sf_file_format", StringComparison.Ordinal)}"),
            _ => (["table_name", "schema_name", "column_name", "data_type", "null?", "default", "kind", "comment", "database_name"],
                $"SELECT r.name, s.name, c.name, json_build_object('type', {InformationSchema.DataType}, 'precision', c.type_precision, 'scale', c.type_scale, 'length', c.type_length, 'nullable', c.nullable)::text,"
                + $" CASE WHEN c.nullable THEN 'true' ELSE 'NOT_NULL' END, c.default_text, 'COLUMN', c.comment, d.name {From.Replace("WHERE", "JOIN sf_column AS c ON c.relation_id = r.id WHERE", StringComparison.Ordinal)}"),
        };
        var (filter, values) = await PlaceAsync(show, cancellationToken).ConfigureAwait(false);
        if (show.Like is not null)
        {
            var named = show.Kind switch { "DATABASES" => "d", "SCHEMAS" => "s", "COLUMNS" => "c", _ => "r" };
            values.Add(show.Like);
            filter += $" AND {named}.name ILIKE ${SqlText.Number(values.Count)}";
        }

        var order = show.Kind switch
        {
            "DATABASES" => "d.name", "SCHEMAS" => "d.name, s.name", "COLUMNS" => "d.name, s.name, r.name, c.ordinal", _ => "d.name, s.name, r.name",
        };
        var width = columns.Length;
        var rows = await run.Session.Link.QueryAsync($"{sql}{filter} ORDER BY {order}", reader =>
        {
            var row = new string?[width];
            for (var i = 0; i < width; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetString(i);
            return row;
        }, cancellationToken, [.. values]).ConfigureAwait(false);
        if (show.Kind == "STAGES") rows.ForEach(Locate);
        return Result(columns, rows);
    }

    /// <summary>Puts the URL in place of the options, and says what an external stage is.</summary>
    private static void Locate(string?[] stage)
    {
        var url = StageUrl.Of(stage[4]!);
        stage[4] = url?.ToString() ?? "";
        if (url is not null) stage[10] = stage[10]!.Replace("INTERNAL", "EXTERNAL", StringComparison.Ordinal);
    }

    private const string From =
        "FROM sf_relation AS r JOIN sf_schema AS s ON s.id = r.schema_id JOIN sf_database AS d ON d.id = s.database_id WHERE r.session_pid IN (0, pg_backend_pid())";

    private static string When(string alias) => Created.Replace("{0}", alias, StringComparison.Ordinal);

    private static bool Matches(string name, string pattern) =>
        System.Text.RegularExpressions.Regex.IsMatch(name,
            "^" + System.Text.RegularExpressions.Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal) + "$",
            System.Text.RegularExpressions.RegexOptions.IgnoreCase | System.Text.RegularExpressions.RegexOptions.CultureInvariant);

    /// <summary>The filter of IN …; without it the current schema, database or account.</summary>
    private async Task<(string Filter, List<object> Values)> PlaceAsync(ShowStatement show, CancellationToken cancellationToken)
    {
        if (show.Kind == "DATABASES" || show.InKind == "ACCOUNT") return ("", []);
        var kind = show.InKind ?? (show.In is null ? State.Schema is null ? State.Database is null ? "ACCOUNT" : "DATABASE" : "SCHEMA"
            : show.Kind == "SCHEMAS" ? "DATABASE" : show.Kind == "COLUMNS" ? "TABLE" : "SCHEMA");
        if (kind == "ACCOUNT") return ("", []);
        if (show.Kind == "SCHEMAS") kind = "DATABASE";
        var parts = show.In?.Parts ?? [];
        if (kind == "DATABASE")
        {
            var database = parts.Count > 0 ? parts[^1] : State.Database ?? throw WarehouseErrors.NoDatabase("SHOW");
            _ = await run.Session.Catalog.DatabaseIdAsync(database, cancellationToken).ConfigureAwait(false) ?? throw WarehouseErrors.ObjectNotFound("Database", database);
            return (" AND d.name = $1", [database]);
        }

        if (kind == "SCHEMA")
        {
            var database = parts.Count > 1 ? parts[^2] : State.Database ?? throw WarehouseErrors.NoDatabase("SHOW");
            var schema = parts.Count > 0 ? parts[^1] : State.Schema ?? throw WarehouseErrors.NoSchema("SHOW");
            _ = await run.Session.Catalog.SchemaIdAsync(database, schema, cancellationToken).ConfigureAwait(false) ?? throw WarehouseErrors.ObjectNotFound("Schema", $"{database}.{schema}");
            return (" AND d.name = $1 AND s.name = $2", [database, schema]);
        }

        if (show.Kind != "COLUMNS" || show.In is null) throw WarehouseErrors.Unsupported($"SHOW {show.Kind} IN {kind}");
        var key = State.Resolve(show.In, "SHOW");
        _ = await run.FindAsync(key, cancellationToken).ConfigureAwait(false) ?? throw WarehouseErrors.ObjectNotFound("Table", key.ToString());
        return (" AND d.name = $1 AND s.name = $2 AND r.name = $3", [key.Database, key.Schema, key.Name]);
    }
}
