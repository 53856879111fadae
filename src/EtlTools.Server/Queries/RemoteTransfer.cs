using System.Text.Json;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Stages;
using EtlTools.Server.Http;
using EtlTools.Server.Results;
using EtlTools.Server.Sessions;

namespace EtlTools.Server.Queries;

/// <summary>
/// PUT and GET: the driver moves the files itself, to and from the folder it is told, which is the stage's own (LOCAL_FS). It
/// overwrites always, so what OVERWRITE = FALSE must leave alone is not handed to it.
/// </summary>
internal sealed class RemoteTransfer(WireSession session)
{
    /// <summary>A folder inside the stage that LIST does not show: files that exist already go there, and away with the next PUT.</summary>
    private const string Discarded = "#skipped";

    private readonly WarehouseSession _warehouse = session.Warehouse;

    /// <summary>Whether the statement is PUT or GET, judged as the drivers do, by its first word.</summary>
    internal static bool IsOne(string sql) =>
        sql.Length < 100_000 && (sql.Contains("PUT", StringComparison.OrdinalIgnoreCase) || sql.Contains("GET", StringComparison.OrdinalIgnoreCase))
        && Lexer.Tokenize(sql)[0] is { Kind: TokenKind.Word, Text: "PUT" or "GET" };

    internal async Task<byte[]> PlanAsync(string sql, string queryId, CancellationToken cancellationToken)
    {
        try
        {
            return Parser.Parse(sql).Statement is PutStatement put
                ? await PutAsync(put, queryId, cancellationToken).ConfigureAwait(false)
                : await GetAsync((GetStatement)Parser.Parse(sql).Statement, queryId, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(new WireError("253003", "58030", "A file could not be read or written: " + exception.Message, queryId));
        }
    }

    private async Task<byte[]> PutAsync(PutStatement put, string queryId, CancellationToken cancellationToken)
    {
        var options = new OptionReader("PUT", put.Options);
        var compress = options.Boolean("AUTO_COMPRESS") ?? true;
        var compression = options.Word("SOURCE_COMPRESSION") ?? "AUTO_DETECT";
        var overwrite = options.Boolean("OVERWRITE") ?? false;
        var parallel = Parallel(options);
        options.Finish();
        var place = await _warehouse.StageCatalog.FindInternalAsync(put.Stage, "PUT", cancellationToken).ConfigureAwait(false);
        var folder = place.Path.Length == 0 || place.Path.EndsWith('/') ? place.Path : place.Path + "/";
        // Array bindings come from the driver's memory: their file exists nowhere, and its name is that on the stage.
        var files = StagedBindings.IsBindStage(put.Stage)
            ? [(File: new FileInfo(LocalFiles.Local(put.Url)), Target: Path.GetFileName(LocalFiles.Local(put.Url)))]
            : LocalFiles.Matching(put.Url).Select(f => (File: f, Target: Target(f, compression, compress))).ToList();
        foreach (var (_, target) in files) RefuseOddName(target);
        var fresh = overwrite ? files : files.FindAll(f => StageStore.Find(place.Stage, folder + f.Target) is null);
        var discarded = Path.Combine(place.Stage.Folder, Discarded);
        if (Directory.Exists(discarded)) Directory.Delete(discarded, true);
        var location = fresh.Count == 0 ? discarded : Path.GetDirectoryName(Path.Combine(place.Stage.Folder, StagePath.Encode(folder + "x")))!;
        // The driver would make it from several threads at once, and fail.
        StageStore.CreateFolder(location);
        return WireAnswer.Success(json =>
        {
            json.WriteString("command", "UPLOAD");
            Texts(json, "src_locations", (fresh.Count == 0 ? files : fresh).Select(f => f.File.FullName));
            json.WriteBoolean("autoCompress", compress);
            json.WriteString("sourceCompression", compression.ToLowerInvariant());
            json.WriteBoolean("overwrite", overwrite);
            json.WriteNumber("threshold", 209_715_200);
            Finish(json, location, parallel, queryId, StatementIds.Put);
            json.WriteNull("encryptionMaterial");
        });
    }

    private async Task<byte[]> GetAsync(GetStatement get, string queryId, CancellationToken cancellationToken)
    {
        var options = new OptionReader("GET", get.Options);
        var pattern = NamePattern.Parse(options.Text("PATTERN"));
        var parallel = Parallel(options);
        options.Finish();
        var place = await _warehouse.StageCatalog.FindInternalAsync(get.Stage, "GET", cancellationToken).ConfigureAwait(false);
        var files = StageStore.List(place).FindAll(f => pattern is null || pattern.Matches(f.Name));
        foreach (var file in files) RefuseOddName(file.BaseName);
        var twice = files.GroupBy(f => f.BaseName, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) throw WarehouseErrors.Unsupported($"GET of several files named '{twice.Key}' into one folder");
        var target = LocalFiles.Local(get.Url);
        return WireAnswer.Success(json =>
        {
            json.WriteString("command", "DOWNLOAD");
            Texts(json, "src_locations", files.Select(f => Path.GetRelativePath(place.Stage.Folder, f.Local).Replace('\\', '/')));
            json.WriteString("localLocation", target.EndsWith('/') ? target : target + "/");
            Finish(json, place.Stage.Folder, parallel, queryId, StatementIds.Get);
            json.WriteStartArray("encryptionMaterial");
            json.WriteEndArray();
            json.WriteNull("presignedUrls");
        });
    }

    private void Finish(Utf8JsonWriter json, string location, int parallel, string queryId, int statementType)
    {
        json.WriteNumber("parallel", parallel);
        json.WriteStartObject("stageInfo");
        json.WriteString("locationType", "LOCAL_FS");
        json.WriteString("location", location);
        json.WriteString("path", "");
        json.WriteNull("region");
        json.WriteNull("storageAccount");
        json.WriteBoolean("isClientSideEncrypted", false);
        json.WriteStartObject("creds");
        json.WriteEndObject();
        json.WriteNull("presignedUrl");
        json.WriteNull("endPoint");
        json.WriteEndObject();
        ResultAnswer.WriteStatement(json, queryId, statementType, _warehouse.State);
    }

    private static string Target(FileInfo file, string compression, bool compress) =>
        SourceCompression.Of(file, compression) == "NONE" && compress ? file.Name + ".gz" : file.Name;

    /// <summary>The driver writes the name as it is, and the stage's folder has only names that need no encoding.</summary>
    private static void RefuseOddName(string name)
    {
        if (StagePath.EncodePart(name) != name)
            throw WarehouseErrors.Unsupported($"PUT or GET through a driver of a file with other characters than letters, digits and _-.=+ in its name: '{name}'");
    }

    private static int Parallel(OptionReader options) => options.Number("PARALLEL") switch
    {
        null => 4,
        >= 1 and <= 99 and var threads => (int)threads,
        var other => throw WarehouseErrors.InvalidValue($"{other}", "PARALLEL"),
    };

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
