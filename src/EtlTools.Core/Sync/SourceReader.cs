using System.Data.Common;
using System.Threading.Channels;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;
using EtlTools.Core.Snowflake;
using Polly;

namespace EtlTools.Core.Sync;

/// <summary>
/// Reads the source into batches while the previous batch is being written. Two batches exist in all; they travel to the writer
/// and come back empty, so memory does not depend on the number of rows.
/// </summary>
internal sealed class SourceReader(
    SnowflakeConnector snowflake, string queryTag, ISourceQueries queries, RowEncoder encoder, BatchLimits limits, ResiliencePipeline retry)
{
    private readonly Channel<RowBatch> _empty = Channel.CreateUnbounded<RowBatch>();
    private readonly Channel<RowBatch> _full = Channel.CreateUnbounded<RowBatch>();
    private int _sequence;
    private long _ordinal;
    private string? _lastCursor;

    /// <summary>Batches to write, in order. Ends with the reader's error, if any.</summary>
    public ChannelReader<RowBatch> Batches => _full.Reader;

    /// <summary>What turns rows into COPY text.</summary>
    public RowEncoder Encoder => encoder;

    /// <summary>Whether all queries were read to their end.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The user's transform between reading and encoding; null when there is none.</summary>
    public RowTransformer? Transformer { get; init; }

    /// <summary>Tells rows at the end of the window, which are counted in <see cref="TailRows"/>; null counts none.</summary>
    public Func<string, bool>? IsInTail { get; init; }

    /// <summary>Rows read that lie within the lookback of the window's end. Final once <see cref="IsComplete"/>.</summary>
    public long TailRows { get; private set; }

    /// <summary>Gives a written batch back.</summary>
    public void Return(RowBatch batch) => _empty.Writer.TryWrite(batch);

    /// <summary>Reads all queries to their end, or until <paramref name="cancellationToken"/> asks to stop after the batch at hand.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Return(new RowBatch());
        Return(new RowBatch());
        var streams = new SourceStreams(snowflake, queryTag, queries);
        await using var _ = streams.ConfigureAwait(false);
        try
        {
            for (var index = 0; index < queries.Count; index++)
            {
                _lastCursor = null;
                while (!await retry.ExecuteAsync(
                    async (query, token) => await AttemptAsync(streams, query, token).ConfigureAwait(false), index, cancellationToken).ConfigureAwait(false))
                {
                    // The connection broke after the cursor had moved on: go on behind it, with all attempts afresh.
                }
            }

            IsComplete = true;
            _full.Writer.Complete();
        }
        catch (Exception stopped) when (cancellationToken.IsCancellationRequested && SnowflakeErrors.IsCancellation(stopped))
        {
            _full.Writer.Complete();
        }
#pragma warning disable CA1031 // Whatever stopped the reader is the writer's to report.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _full.Writer.Complete(failure);
        }
    }

    /// <returns>True at the query's end; false when it broke off after it had come nearer to it.</returns>
    private async ValueTask<bool> AttemptAsync(SourceStreams streams, int index, CancellationToken cancellationToken)
    {
        var before = _lastCursor;
        var batch = await _empty.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        batch.Reset(_sequence + 1, _ordinal);
        try
        {
            await ReadAsync(streams, index, batch, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (_lastCursor != before && SnowflakeErrors.IsTransient(failure))
        {
            // A query that starts over instead (no cursor, or all rows so far share one) uses up its attempts: it may never end.
            return false;
        }
    }

    private async Task ReadAsync(SourceStreams streams, int index, RowBatch first, CancellationToken cancellationToken)
    {
        var query = queries.Get(index, _lastCursor);
        RowBatch? batch = first;
        Transformer?.Clear();
        try
        {
            var stream = await streams.OpenAsync(index, query, isResumed: _lastCursor is not null, cancellationToken).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            var reader = stream.Rows;
            FaultPoint.Reach("reading");
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                await TakeAsync(reader, query, batch, cancellationToken).ConfigureAwait(false);
                if (batch.RowsRead < limits.Rows && batch.ByteCount < limits.Bytes) continue;
                Deliver(batch);
                batch = null;
                batch = await _empty.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                batch.Reset(_sequence + 1, _ordinal);
            }

            if (Transformer is not null) await FlushAsync(batch, cancellationToken).ConfigureAwait(false);
            if (batch.RowsRead == 0) return;
            Deliver(batch);
            batch = null;
        }
        finally
        {
            if (batch is not null) Return(batch);
        }
    }

    private ValueTask TakeAsync(DbDataReader reader, SourceQuery query, RowBatch batch, CancellationToken cancellationToken)
    {
        var cursor = query.CursorField is { } field ? reader.GetString(field) : null;
        if (Transformer is { } transformer)
        {
            var isDue = transformer.Add(reader, cursor) || batch.RowsRead + transformer.Waiting >= limits.Rows;
            return isDue ? new ValueTask(FlushAsync(batch, cancellationToken)) : default;
        }

        encoder.Encode(reader, batch);
        if (cursor is not null) Pass(batch, cursor);
        return default;
    }

    private Task FlushAsync(RowBatch batch, CancellationToken cancellationToken) =>
        Transformer!.FlushAsync(batch, cursor => Pass(batch, cursor), cancellationToken);

    private void Pass(RowBatch batch, string cursor)
    {
        batch.Passed(cursor);
        if (IsInTail is not null && IsInTail(cursor)) TailRows++;
    }

    private void Deliver(RowBatch batch)
    {
        _sequence = batch.Sequence;
        _ordinal += batch.Count;
        _lastCursor = batch.LastCursor ?? _lastCursor;
        _full.Writer.TryWrite(batch);
    }
}

/// <summary>When a batch is full.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Bytes">Bytes of COPY text, so that long rows do not make it large.</param>
internal sealed record BatchLimits(int Rows, int Bytes)
{
    /// <summary>As many rows as configured, 32 MB at most.</summary>
    public static BatchLimits For(int rows) => new(rows, 32 << 20);
}
