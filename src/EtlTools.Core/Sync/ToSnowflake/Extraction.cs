using System.Collections.Concurrent;
using System.Threading.Channels;
using EtlTools.Core.Files;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>
/// Takes a range of rows from PostgreSQL to a stage: COPY, compression and upload run side by side, and a file leaves the disk when it
/// has been uploaded, so that the disk holds a few files however large the range is. A few rows stay in memory, and need no file.
/// </summary>
/// <param name="run">What is moved.</param>
/// <param name="location">Stage and path for the files.</param>
/// <param name="folder">Where they lie before.</param>
/// <param name="mayUpload">The first file waits for its end.</param>
internal sealed class Extraction(OutboundRun run, string location, WorkFolder folder, Task mayUpload)
{
    private readonly OutboundPlan _plan = run.Plan;

    /// <summary>Extracts. A range that broke off is begun anew, under other names.</summary>
    /// <param name="copy">The COPY statement.</param>
    /// <param name="name">What the names of the files begin with.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ExtractedRows> RunAsync(string copy, string name, CancellationToken cancellationToken)
    {
        var attempt = 0;
        return await run.Services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(
            async token => await AttemptAsync(copy, $"{name}_{++attempt}", token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ExtractedRows> AttemptAsync(string copy, string name, CancellationToken cancellationToken)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = Channel.CreateBounded<StagedFile>(2);
        var upload = UploadAsync(waiting.Reader, broken);
        try
        {
            var connection = await run.Services.Postgres.OpenAsync(broken.Token).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            // The reader's own decoder is not used: the bytes go on as they come.
            using var rows = (StreamReader)await connection.BeginTextExportAsync(copy, broken.Token).ConfigureAwait(false);
            var refused = new ConcurrentBag<RejectedRow>();
            var transform = Transform(refused);
            var head = await CsvHead.ReadAsync(rows.BaseStream, run.MostRowsInStatement, broken.Token).ConfigureAwait(false);
            var bound = head.IsAll ? BoundRows.Of(transform?.Apply(head.Block) ?? head.Block, _plan.Columns.Count) : BoundRows.None;
            var rawBytes = head.IsAll ? head.Block.Length : await new CsvFileWriter(folder.Path, run.Format, transform)
                .WriteAsync(head.Before(rows.BaseStream), name, file => waiting.Writer.WriteAsync(file, broken.Token), broken.Token).ConfigureAwait(false);
            waiting.Writer.Complete();
            return new ExtractedRows(await upload.ConfigureAwait(false), bound, [.. refused], rawBytes);
        }
        catch (OperationCanceledException) when (upload.IsFaulted && !cancellationToken.IsCancellationRequested)
        {
            // The upload failed first and stopped the rest; its error is the one to tell.
            await upload.ConfigureAwait(false);
            throw;
        }
        catch
        {
            await broken.CancelAsync().ConfigureAwait(false);
            waiting.Writer.TryComplete();
            await ((Task)upload).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private CsvTransform? Transform(ConcurrentBag<RejectedRow> refused)
    {
        var changes = _plan.Columns.Select(column => column.Transform is { } transform ? TransformSteps.Compile(transform) : null).ToList();
        if (changes.TrueForAll(change => change is null)) return null;
        return new CsvTransform(changes, (values, position, reason) => refused.Add(new RejectedRow(
            [.. _plan.Key.Select(key => values[key])], values, $"Column {_plan.Columns[position].Target.Name} {reason}.", null, _plan.Columns[position].Target.Name)));
    }

    private async Task<List<StagedFile>> UploadAsync(ChannelReader<StagedFile> waiting, CancellationTokenSource broken)
    {
        try
        {
            var files = new List<StagedFile>();
            await mayUpload.WaitAsync(broken.Token).ConfigureAwait(false);
            await foreach (var file in waiting.ReadAllAsync(broken.Token).ConfigureAwait(false))
            {
                var area = await run.Areas.OpenAsync(location, broken.Token).ConfigureAwait(false);
                await area.PutAsync(folder.File(file.Name), broken.Token).ConfigureAwait(false);
                File.Delete(folder.File(file.Name));
                files.Add(file);
            }

            return files;
        }
        catch
        {
            await broken.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}

/// <summary>Rows on their way: on the stage, or in memory when they are few.</summary>
/// <param name="Files">Their files; none when no row came, or when the rows are in memory.</param>
/// <param name="Bound">Rows in memory.</param>
/// <param name="Refused">Rows that a transform could not take; they are in no file.</param>
/// <param name="RawBytes">Bytes before compression.</param>
internal sealed record ExtractedRows(IReadOnlyList<StagedFile> Files, BoundRows Bound, IReadOnlyList<RejectedRow> Refused, long RawBytes)
{
    /// <summary>How many rows were read.</summary>
    public long Rows => Files.Sum(file => file.Rows) + Bound.Count + Refused.Count;
}
