using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Errors;
using EtlTools.Core.Files;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using Npgsql;
using Polly;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>
/// Moves a run's parts, each as one batch: manifest in PostgreSQL, files to the stage unless the rows are few, staged rows and ledger in Snowflake's one
/// transaction, watermark in PostgreSQL. Whatever breaks in between, the manifest and the ledger together say what was done.
/// </summary>
internal sealed class OutboundBatches(OutboundRun run, RowPump pump, WorkFolder folder, ErrorBudget budget, bool allowEmpty, Func<OutboundPart, WatermarkMove> moveAfter)
{
    private readonly StagedBatch _batch = new(run);
    private int _sequence;

    /// <summary>Target rows deleted or marked as gone.</summary>
    public long Deleted { get; private set; }

    /// <inheritdoc cref="StagedBatch.Kept"/>
    public long Kept => _batch.Kept;

    /// <summary>
    /// Moves parts in their order. While one is applied in Snowflake the next is read from PostgreSQL already; its files stay on the disk
    /// until its manifest is written.
    /// </summary>
    /// <param name="parts">Their rows.</param>
    /// <param name="isFull">Whether it is all the source has.</param>
    /// <param name="expected">Rows of the whole run.</param>
    /// <param name="stop">Gives up before a part is applied.</param>
    /// <returns>False when it was stopped between two parts.</returns>
    public async Task<bool> MoveAsync(IReadOnlyList<OutboundPart> parts, bool isFull, long expected, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        BatchReading? next = null;
        try
        {
            for (var i = 0; i < parts.Count; i++)
            {
                if (stop.IsCancellationRequested) return false;
                var reading = next ?? Read(parts[i], ended.Token);
                var following = i + 1 < parts.Count ? parts[i + 1] : null;
                next = reading;
                await MoveAsync(reading, () => next = following is null ? null : Read(following, ended.Token), isFull, expected, stop).ConfigureAwait(false);
            }

            return true;
        }
        finally
        {
            // What is being read when a part fails is of no use.
            await ended.CancelAsync().ConfigureAwait(false);
            if (next is not null) await next.EndAsync().ConfigureAwait(false);
        }
    }

    private BatchReading Read(OutboundPart part, CancellationToken stop)
    {
        var manifest = NewManifest(part);
        var stage = run.StageOf(manifest.Batch);
        return new BatchReading(part, manifest, stage, mayUpload =>
            new Extraction(run, stage.Location, folder, mayUpload).RunAsync(run.Copy(part.Range), string.Create(CultureInfo.InvariantCulture, $"rows{manifest.Sequence}"), stop));
    }

    private async Task MoveAsync(BatchReading reading, Action readNext, bool isFull, long expected, CancellationToken stop)
    {
        var started = run.Services.Time.GetTimestamp();
        await OnLeaseAsync((connection, token) => ManifestStore.BeginAsync(connection, reading.Manifest, token), stop).ConfigureAwait(false);
        FaultPoint.Reach("manifest-written");
        try
        {
            var rows = await reading.UploadAsync().ConfigureAwait(false);
            FaultPoint.Reach("after-upload");
            stop.ThrowIfCancellationRequested();
            readNext();
            var (counts, deleted) = await ApplyAsync(reading.Manifest, reading.Stage, rows, isFull).ConfigureAwait(false);
            Deleted += deleted;
            pump.Account(counts, rows.RawBytes, reading.Part.To, run.Services.Time.GetElapsedTime(started), expected);
        }
        catch
        {
            await TryRemoveAsync(reading.Stage).ConfigureAwait(false);
            throw;
        }
    }

    // Once rows may be applied the part is brought to its end: to stop in the middle would only make the next run look for what was done.
    private async Task<(RowCounts Counts, long Deleted)> ApplyAsync(Manifest manifest, SnowflakeStage stage, ExtractedRows rows, bool isFull)
    {
        if (rows.Rows == 0 && !isFull)
        {
            await FinishAsync(manifest, default, 0, [], CancellationToken.None).ConfigureAwait(false);
            return (default, 0);
        }

        IReadOnlyList<RejectedRow> rejected = [];
        var (counts, deleted) = await run.Session.RunAsync(async (connection, token) =>
        {
            rejected = [.. rows.Refused, .. await _batch.LoadAsync(connection, stage, rows, token).ConfigureAwait(false)];
            await PutAsideAsync(manifest, rows.Rows, rejected, token).ConfigureAwait(false);
            if (isFull && rows.Rows == 0 && !allowEmpty) await EnsureNothingGoesAsync(connection, token).ConfigureAwait(false);
            return run.IsDryRun
                ? await _batch.ForeseeAsync(connection, rows.Rows, rejected.Count, isFull, token).ConfigureAwait(false)
                : await _batch.ApplyAsync(connection, manifest.Batch, rows.Rows, rejected.Count, isFull, token).ConfigureAwait(false);
        }, CancellationToken.None).ConfigureAwait(false);
        // While the manifest still tells where they are.
        if (rows.Files.Count > 0) await TryRemoveAsync(stage).ConfigureAwait(false);
        await FinishAsync(manifest, counts, deleted, await ReturnedAsync(rejected).ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);
        return (counts, deleted);
    }

    // Before the rest is applied, so that no crash can lose them; added again they update the same entries.
    private async Task PutAsideAsync(Manifest manifest, long rows, IReadOnlyList<RejectedRow> rejected, CancellationToken cancellationToken)
    {
        var counts = pump.Counts + new RowCounts(rows, 0, 0, 0, 0, rejected.Count);
        if (rejected.Count > 0) await OnLeaseAsync((connection, token) => QuarantineStore.AddAsync(connection, Origin(manifest), rejected, token), cancellationToken).ConfigureAwait(false);
        if (budget.IsExceeded(counts)) throw budget.Failure(run.Pipeline.Name, counts, rejected[0]);
    }

    private async Task EnsureNothingGoesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var gone = await SnowflakeStatement.RowsAsync(connection, _batch.Staging.Apply.CountMissing, cancellationToken).ConfigureAwait(false);
        if (gone[0][0] == "0") return;
        throw new DataException(
            $"{run.Pipeline.Name}: the source is empty, and a full run would take {gone[0][0]} rows from {run.Plan.Target.Name}.",
            "If the source is meant to be empty, run it with --allow-empty.");
    }

    // Rows in quarantine whose newest version has just been applied.
    private async Task<IReadOnlyCollection<string>> ReturnedAsync(IReadOnlyList<RejectedRow> rejected)
    {
        if (run.Lease is not { } lease) return [];
        var open = await lease.RunAsync(
            Retry, (connection, token) => QuarantineStore.OpenKeysAsync(connection, run.Pipeline.Name, token), CancellationToken.None).ConfigureAwait(false);
        open.ExceptWith(rejected.Select(row => RowJson.Array(row.Key)));
        if (open.Count == 0) return [];
        var applied = await run.Session.RunAsync((connection, token) => SnowflakeStatement.RowsAsync(connection, _batch.Staging.Keys, token), CancellationToken.None).ConfigureAwait(false);
        open.IntersectWith(applied.Select(RowJson.Array));
        return open;
    }

    private async Task FinishAsync(
        Manifest manifest, RowCounts counts, long deleted, IReadOnlyCollection<string> returned, CancellationToken cancellationToken)
    {
        if (run.Lease is not { } lease) return;
        FaultPoint.Reach("before-watermark");
        await lease.RunAsync(
            Retry,
            async (connection, token) =>
            {
                await QuarantineStore.ResolveAsync(connection, run.Pipeline.Name, returned, token).ConfigureAwait(false);
                await SettledBatch.RecordAsync(connection, lease, manifest, counts, deleted, token).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-watermark");
    }

    private Manifest NewManifest(OutboundPart part)
    {
        var batch = string.Create(CultureInfo.InvariantCulture, $"{run.RunId:N}_{++_sequence}");
        return new Manifest(run.Pipeline.Name, batch, run.RunId, _sequence, run.Lease?.Fence ?? 0, run.StageOf(batch).Location, part.From, moveAfter(part));
    }

    private QuarantineOrigin Origin(Manifest manifest) => new(
        run.Pipeline.Name, run.RunId, manifest.Sequence, [.. run.Plan.Columns.Select(column => column.Target.Name)], [.. run.Plan.KeyColumns.Select(column => column.Target.Name)], run.IsRetry);

    private ResiliencePipeline Retry => run.Services.Resilience.For(ResiliencePipelines.Postgres);

    private async Task OnLeaseAsync(Func<NpgsqlConnection, CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        if (run.Lease is not { } lease) return;
        await lease.RunAsync(
            Retry,
            async (connection, token) =>
            {
                await step(connection, token).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
    }

    private async Task TryRemoveAsync(SnowflakeStage stage)
    {
#pragma warning disable CA1031 // Files left on the stage cost space, no rows; whatever went wrong before is more important.
        try
        {
            var area = await run.Areas.OpenAsync(stage.Location, CancellationToken.None).ConfigureAwait(false);
            await area.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }
}
