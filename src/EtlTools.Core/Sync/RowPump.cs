using EtlTools.Core.Rows;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Sync;

/// <summary>Moves batches from the reader to a writer, one behind the other, and keeps the figures.</summary>
internal sealed class RowPump(string pipeline, IProgress<SyncProgress>? progress, ILogger logger, TimeProvider time, TimeSpan leaseTimeout)
{
    private readonly TimeSpan _pingInterval = TimeSpan.FromSeconds(Math.Min(20, leaseTimeout.TotalSeconds / 3));
    private readonly long _started = time.GetTimestamp();

    /// <summary>Rows so far.</summary>
    public RowCounts Counts { get; private set; }

    /// <summary>Bytes of COPY text sent so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Batches written so far.</summary>
    public int Batches { get; private set; }

    /// <summary>Runs until the reader ends, fails or is stopped.</summary>
    /// <returns>The run's status: done, quarantined, idle when no row came, or cancelled.</returns>
    public async Task<string> RunAsync(SourceReader reader, IBatchWriter writer, long expected, CancellationToken stop)
    {
        Report(SyncPhase.Moving, expected);
        var isStopped = false;
        using var readerStop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = Task.Run(() => reader.RunAsync(readerStop.Token), CancellationToken.None);
        try
        {
            while (await NextAsync(reader, writer).ConfigureAwait(false) is { } batch)
            {
                await WriteAsync(writer, batch).ConfigureAwait(false);
                reader.Return(batch);
                Report(SyncPhase.Moving, expected);
                // The reader may have come to the end already; what it holds ready is not written any more.
                isStopped = stop.IsCancellationRequested;
                if (isStopped) break;
            }
        }
        finally
        {
            await readerStop.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }

        if (isStopped || !reader.IsComplete) return RunStatus.Cancelled;
        return Counts.Quarantined > 0 ? RunStatus.Quarantined : Counts.Read == 0 ? RunStatus.Idle : RunStatus.Done;
    }

    /// <summary>Takes in a batch that was moved by other means than <see cref="RunAsync"/>.</summary>
    /// <param name="counts">What became of its rows.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="cursor">Its last cursor text.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="expected">Rows of the run.</param>
    public void Account(RowCounts counts, long bytes, string? cursor, TimeSpan duration, long expected)
    {
        Counts += counts;
        Bytes += bytes;
        Batches++;
        EtlMetrics.Batch(pipeline, bytes, duration);
        logger.BatchCommitted(
            pipeline, Batches, counts.Read, counts.Inserted, counts.Updated, counts.Unchanged, counts.Superseded, counts.Quarantined,
            cursor, (long)duration.TotalMilliseconds);
        Report(SyncPhase.Moving, expected);
    }

    /// <summary>Takes over figures that were settled at the end (full mode).</summary>
    public void Replace(RowCounts counts) => Counts = counts;

    /// <summary>Takes over figures that others have collected: of a backfill, its workers.</summary>
    public void Replace(RowCounts counts, long bytes) => (Counts, Bytes) = (counts, bytes);

    /// <summary>Tells whoever watches.</summary>
    public void Report(SyncPhase phase, long expected) =>
        progress?.Report(new SyncProgress(pipeline, phase, expected, Counts, time.GetElapsedTime(_started)));

    private async Task WriteAsync(IBatchWriter writer, RowBatch batch)
    {
        var before = time.GetTimestamp();
        var counts = await writer.WriteAsync(batch, Counts).ConfigureAwait(false);
        var duration = time.GetElapsedTime(before);
        Counts += counts;
        Bytes += batch.ByteCount;
        Batches = batch.Sequence;
        EtlMetrics.Batch(pipeline, batch.ByteCount, duration);
        logger.BatchCommitted(
            pipeline, batch.Sequence, counts.Read, counts.Inserted, counts.Updated, counts.Unchanged, counts.Superseded, counts.Quarantined,
            batch.LastCursor, (long)duration.TotalMilliseconds);
    }

    private async Task<RowBatch?> NextAsync(SourceReader reader, IBatchWriter writer)
    {
        var waiting = reader.Batches.WaitToReadAsync().AsTask();
        while (true)
        {
            try
            {
                if (!await waiting.WaitAsync(_pingInterval, time).ConfigureAwait(false)) return null;
                return reader.Batches.TryRead(out var batch) ? batch : null;
            }
            catch (TimeoutException) when (!waiting.IsCompleted)
            {
                await writer.PingAsync().ConfigureAwait(false);
            }
        }
    }
}
