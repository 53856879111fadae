using System.IO.Compression;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Loading;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Stages;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Unloading;

/// <summary>COPY INTO a stage: streams a query's rows from PostgreSQL's binary COPY into files, text as bytes untouched by .NET strings.</summary>
internal sealed class CopyIntoStage(StatementRun run, CopyIntoStageStatement copy)
{
    private const int WriteBytes = 1 << 17;
    private static readonly SnowType Count = SnowType.Number(38, 0);
    private readonly CopyText _output = new();
    private long _rows;
    private long _inputBytes;

    internal async Task<StatementResult> RunAsync(CancellationToken cancellationToken)
    {
        var options = UnloadOptions.Parse(copy.Options);
        var place = await run.Session.StageCatalog.FindAsync(copy.Stage, cancellationToken).ConfigureAwait(false);
        var format = options.Format is null
            ? await FileFormat.OfStageAsync(place.Stage, run.Session.StageCatalog, cancellationToken).ConfigureAwait(false)
            : await FileFormat.ResolveAsync(options.Format, run.Session.StageCatalog, run.State.Database, run.State.Schema, cancellationToken).ConfigureAwait(false);
        if (format.Type == FileType.Parquet) throw WarehouseErrors.Unsupported("COPY INTO a stage with TYPE = PARQUET");
        var prefix = options.Prefix(place.Path, run.QueryId);
        if (!options.Overwrites && StageStore.List(place with { Path = prefix }).Count > 0)
            throw new LocalWarehouseException(1030, "22000", $"Files already existing at the unload destination: @{place.Stage.Label}{place.Path}. Use overwrite option to force unloading.");

        var plan = await PlanAsync(format, cancellationToken).ConfigureAwait(false);
        var formatter = format.Type == FileType.Csv ? (RowFormatter)new CsvFormatter(format, plan.Columns, plan.Readers) : new JsonFormatter(plan.Readers[0]);
        await run.Session.Transactions.StartAsync(false, cancellationToken).ConfigureAwait(false);
        var rows = await CopyRows.OpenAsync(
            new CopyOperation(run.Session.Link.Connection, run.Timeout), plan, run.QueryId, succeeded => new ValueTask(run.Session.Transactions.FinishAsync(succeeded)), cancellationToken).ConfigureAwait(false);
        var files = new List<StageFile>();
        await using (rows.ConfigureAwait(false)) await WriteAsync(rows, plan, formatter, options, format, place, prefix, files, cancellationToken).ConfigureAwait(false);
        return Result(files);
    }

    private async Task<ResultPlan> PlanAsync(FileFormat format, CancellationToken cancellationToken)
    {
        var context = await run.ContextAsync(cancellationToken).ConfigureAwait(false);
        context.WritesLiterals = true;
        var query = new QueryTranslator(context).Translate(copy.Query, null, top: true);
        if (format.Type == FileType.Json && (query.Columns.Count != 1 || !query.Columns[0].Type.IsSemiStructured))
            throw WarehouseErrors.Compilation(2019, "0A000", "JSON file format supports unloading one column of type variant, object, or array only.");
        var columns = query.Columns.Select(c => c.Print is not null || !c.Type.IsDateTime ? c : c with
        {
            Print = c.Type.Kind switch { TypeKind.Date => format.Date, TypeKind.Time => format.Time, _ => format.Timestamp },
            PrintFrom = c.Type,
        }).ToList();
        return new ResultPlan(query with { Columns = columns }, run.State.Parameters, format.Binary);
    }

    private async Task WriteAsync(
        CopyRows rows, ResultPlan plan, RowFormatter formatter, UnloadOptions options, FileFormat format, StagePlace place, string prefix, List<StageFile> files, CancellationToken cancellationToken)
    {
        try
        {
            // A file is begun by its first row: a query without rows unloads nothing.
            for (var more = await rows.ReadAsync(cancellationToken).ConfigureAwait(false); more;)
            {
                files.Add(await StageStore.WriteAsync(place.Stage, options.Name(prefix, files.Count, format), async file =>
                {
                    Stream stream = format.Compression == "NONE" ? file : new GZipStream(file, CompressionLevel.Fastest, true);
                    if (options.HasHeader) formatter.Header(plan.Columns, _output);
                    do
                    {
                        formatter.Row(rows.Row, _output);
                        _rows++;
                        more = await rows.ReadAsync(cancellationToken).ConfigureAwait(false);
                        if (_output.Length >= WriteBytes) await FlushAsync(stream).ConfigureAwait(false);
                    }
                    while (more && (options.IsSingle || file.Position + (stream == file ? _output.Length : 0) < options.MaxFileSize));
                    await FlushAsync(stream).ConfigureAwait(false);
                    if (stream != file) await stream.DisposeAsync().ConfigureAwait(false);
                    if (options.IsSingle && file.Position > options.MaxFileSize)
                        throw new LocalWarehouseException(100358, "22000", $"Max file size ({options.MaxFileSize}) exceeded for unload single file mode. Please increase MAX_FILE_SIZE or use multi file mode.");
                }).ConfigureAwait(false));
            }
        }
        catch (Exception exception)
        {
            files.ForEach(StageStore.Remove);
            if (exception is not (IOException or UnauthorizedAccessException)) throw;
            throw new LocalWarehouseException(253003, "58030", "A staged file could not be written: " + exception.Message, exception);
        }
    }

    private async Task FlushAsync(Stream stream)
    {
        await stream.WriteAsync(_output.Written, CancellationToken.None).ConfigureAwait(false);
        _inputBytes += _output.Length;
        _output.Truncate(0);
    }

    private StatementResult Result(List<StageFile> files)
    {
        ResultColumn[] columns = [new("rows_unloaded", Count, false), new("input_bytes", Count, false), new("output_bytes", Count, false)];
        return new StatementResult(run.QueryId, StatementType.Copy, columns,
            new TextRows(columns, [[SqlText.Number(_rows), SqlText.Number(_inputBytes), SqlText.Number(files.Sum(f => f.Size))]]), _rows);
    }
}
