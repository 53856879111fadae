using System.IO.Compression;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Stages;

/// <summary>PUT, GET, LIST and REMOVE. None of them belongs to a transaction, as in Snowflake.</summary>
internal sealed class FileTransfer(StatementRun run)
{
    private StageCatalog Catalog => run.Session.StageCatalog;

    internal async Task<StatementResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TransferAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LocalWarehouseException(253003, "58030", "A file could not be read or written: " + exception.Message, exception);
        }
    }

    private Task<StatementResult> TransferAsync(CancellationToken cancellationToken) => run.Parsed.Statement switch
    {
        PutStatement put => PutAsync(put, cancellationToken),
        GetStatement get => GetAsync(get, cancellationToken),
        ListFilesStatement list => ListAsync(list, cancellationToken),
        RemoveFilesStatement remove => RemoveAsync(remove, cancellationToken),
        _ => throw new InvalidOperationException("Not a transfer."),
    };

    private async Task<StatementResult> PutAsync(PutStatement put, CancellationToken cancellationToken)
    {
        var options = new OptionReader("PUT", put.Options);
        var compress = options.Boolean("AUTO_COMPRESS") ?? true;
        var compression = options.Word("SOURCE_COMPRESSION") ?? "AUTO_DETECT";
        var overwrite = options.Boolean("OVERWRITE") ?? false;
        CheckParallel(options);
        options.Finish();
        var place = await Catalog.FindInternalAsync(put.Stage, "PUT", cancellationToken).ConfigureAwait(false);
        var folder = place.Path.Length == 0 || place.Path.EndsWith('/') ? place.Path : place.Path + "/";
        var rows = new List<string?[]>();
        foreach (var file in LocalFiles.Matching(put.Url))
        {
            var source = SourceCompression.Of(file, compression);
            var gzip = source == "NONE" && compress;
            var target = gzip ? file.Name + ".gz" : file.Name;
            if (!overwrite && StageStore.Find(place.Stage, folder + target) is not null)
            {
                rows.Add([file.Name, target, SqlText.Number(file.Length), "0", source, gzip ? "GZIP" : source, "SKIPPED", ""]);
                continue;
            }

            var staged = await StageStore.WriteAsync(place.Stage, folder + target, stream => CopyAsync(file, stream, gzip, cancellationToken)).ConfigureAwait(false);
            rows.Add([file.Name, target, SqlText.Number(file.Length), SqlText.Number(staged.Size), source, gzip ? "GZIP" : source, "UPLOADED", ""]);
        }

        return Result(rows, "source", "target", "source_size#", "target_size#", "source_compression", "target_compression", "status", "message");
    }

    private static async Task CopyAsync(FileInfo file, Stream target, bool gzip, CancellationToken cancellationToken)
    {
        var source = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (source.ConfigureAwait(false))
        {
            var output = gzip ? new GZipStream(target, CompressionLevel.Fastest, true) : target;
            await source.CopyToAsync(output, 1 << 17, cancellationToken).ConfigureAwait(false);
            if (gzip) await output.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<StatementResult> GetAsync(GetStatement get, CancellationToken cancellationToken)
    {
        var options = new OptionReader("GET", get.Options);
        var pattern = NamePattern.Parse(options.Text("PATTERN"));
        CheckParallel(options);
        options.Finish();
        var folder = LocalFiles.Folder(get.Url);
        _ = await Catalog.FindInternalAsync(get.Stage, "GET", cancellationToken).ConfigureAwait(false);
        var files = await FilesAsync(get.Stage, pattern, cancellationToken).ConfigureAwait(false);
        var twice = files.GroupBy(f => f.BaseName, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) throw WarehouseErrors.Unsupported($"GET of several files named '{twice.Key}' into one folder");
        var rows = new List<string?[]>();
        foreach (var file in files)
        {
            var target = LocalFiles.Target(folder, file);
            var partial = target + "." + Guid.NewGuid().ToString("N") + ".part";
            try
            {
                var source = new FileStream(file.Local, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
                await using (source.ConfigureAwait(false))
                {
                    var output = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
                    await using (output.ConfigureAwait(false)) await source.CopyToAsync(output, 1 << 17, cancellationToken).ConfigureAwait(false);
                }

                File.Move(partial, target, true);
            }
            finally
            {
                File.Delete(partial);
            }

            rows.Add([file.BaseName, SqlText.Number(file.Size), "DOWNLOADED", ""]);
        }

        return Result(rows, "file", "size#", "status", "message");
    }

    private async Task<StatementResult> ListAsync(ListFilesStatement list, CancellationToken cancellationToken)
    {
        var options = new OptionReader("LIST", list.Options);
        var pattern = NamePattern.Parse(options.Text("PATTERN"));
        options.Finish();
        var rows = new List<string?[]>();
        foreach (var file in await FilesAsync(list.Stage, pattern, cancellationToken).ConfigureAwait(false))
        {
            var modified = file.Modified.ToString("ddd, d MMM yyyy HH:mm:ss 'GMT'", System.Globalization.CultureInfo.InvariantCulture);
            rows.Add([file.Name, SqlText.Number(file.Size), await file.Md5Async(cancellationToken).ConfigureAwait(false), modified]);
        }

        return Result(rows, "name", "size#", "md5", "last_modified");
    }

    private async Task<StatementResult> RemoveAsync(RemoveFilesStatement remove, CancellationToken cancellationToken)
    {
        var options = new OptionReader("REMOVE", remove.Options);
        var pattern = NamePattern.Parse(options.Text("PATTERN"));
        options.Finish();
        var files = await FilesAsync(remove.Stage, pattern, cancellationToken).ConfigureAwait(false);
        files.ForEach(StageStore.Remove);
        return Result([.. files.Select(f => (string?[])[f.Name, "removed"])], "name", "result");
    }

    private async Task<List<StageFile>> FilesAsync(StageReference stage, NamePattern? pattern, CancellationToken cancellationToken)
    {
        var files = StageStore.List(await Catalog.FindAsync(stage, cancellationToken).ConfigureAwait(false));
        return pattern is null ? files : files.FindAll(f => pattern.Matches(f.Name));
    }

    private static void CheckParallel(OptionReader options)
    {
        if (options.Number("PARALLEL") is { } threads and (< 1 or > 99)) throw WarehouseErrors.InvalidValue(SqlText.Number(threads), "PARALLEL");
    }

    /// <summary>A result of text columns; # behind a name makes it a number.</summary>
    private StatementResult Result(IReadOnlyList<string?[]> rows, params string[] names)
    {
        var columns = names.Select(n => n.EndsWith('#') ? new ResultColumn(n[..^1], SnowType.Number(38, 0), false) : new ResultColumn(n, SnowType.Text, true)).ToList();
        return new StatementResult(run.QueryId, StatementType.Transfer, columns, new TextRows(columns, rows), 0);
    }
}
