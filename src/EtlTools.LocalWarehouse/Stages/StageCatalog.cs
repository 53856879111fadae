using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;

namespace EtlTools.LocalWarehouse.Stages;

/// <summary>Finds stages and file formats by name; a session's temporary one hides a permanent one.</summary>
internal sealed class StageCatalog(WarehouseSession session)
{
    private const string Place = "JOIN sf_schema AS s ON s.id = x.schema_id AND s.name = $2 JOIN sf_database AS d ON d.id = s.database_id AND d.name = $1";

    private const string Visible = "x.session_pid IN (0, pg_backend_pid()) ORDER BY x.session_pid DESC LIMIT 1";

    internal async Task<StagePlace> FindAsync(StageReference reference, CancellationToken cancellationToken)
    {
        var stage = await StageAsync(reference, cancellationToken).ConfigureAwait(false);
        return new StagePlace(stage, stage.Url?.Prefix + reference.Path);
    }

    /// <summary>A place that PUT and GET reach: they know internal stages only.</summary>
    internal async Task<StagePlace> FindInternalAsync(StageReference reference, string statement, CancellationToken cancellationToken)
    {
        var place = await FindAsync(reference, cancellationToken).ConfigureAwait(false);
        return place.Stage.Url is null ? place : throw WarehouseErrors.Unsupported($"{statement} with the external stage {place.Stage.Url}");
    }

    private async Task<Stage> StageAsync(StageReference reference, CancellationToken cancellationToken)
    {
        var state = session.State;
        if (reference.Kind == StageKind.User)
            return new Stage(session.Stages.Folder("user_" + StagePath.EncodePart(state.User)), "", "", state.Database, state.Schema);
        var key = state.Resolve(reference.Name!, "this statement");
        if (reference.Kind == StageKind.Table)
        {
            var table = (await session.Catalog.LoadAsync([key], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(key);
            if (table is null || table.IsView) throw WarehouseErrors.ObjectNotFound("Stage", $"{key.Database}.{key.Schema}.%{key.Name}");
            return new Stage(session.Stages.Folder(TableKey(table.Id)), "", "", key.Database, key.Schema);
        }

        var found = await session.Link.QueryAsync(
            $"SELECT x.id, x.options FROM sf_stage AS x {Place} WHERE x.name = $3 AND {Visible}",
            r => (Id: r.GetInt64(0), Options: r.GetString(1)), cancellationToken, key.Database, key.Schema, key.Name).ConfigureAwait(false);
        if (found.Count == 0) throw WarehouseErrors.ObjectNotFound("Stage", key.ToString());
        if (StageUrl.Of(found[0].Options) is { } url)
            return new Stage(session.Stages.Bucket(url.Bucket), $"s3://{url.Bucket}/", found[0].Options, key.Database, key.Schema, url);
        var label = key.Name.Any(char.IsLower) ? key.Name : key.Name.ToLowerInvariant();
        return new Stage(session.Stages.Folder(StageKey(found[0].Id)), label + "/", found[0].Options, key.Database, key.Schema);
    }

    /// <summary>The options of a named file format, TYPE among them.</summary>
    internal async Task<string> FormatAsync(ObjectName name, string? database, string? schema, CancellationToken cancellationToken)
    {
        var key = SessionState.Resolve(name, database, schema, "this statement");
        var found = await session.Link.QueryAsync(
            $"SELECT x.options FROM sf_file_format AS x {Place} WHERE x.name = $3 AND {Visible}",
            r => r.GetString(0), cancellationToken, key.Database, key.Schema, key.Name).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : throw WarehouseErrors.ObjectNotFound("File format", key.ToString());
    }

    internal static string StageKey(long id) => "stage_" + SqlText.Number(id);

    internal static string TableKey(long id) => "table_" + SqlText.Number(id);
}
