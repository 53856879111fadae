using System.IO.Compression;
using EtlTools.Core.Files;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.Core.Telemetry;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>
/// Loads unloaded files: decompressed straight into COPY, each in one transaction. Only when PostgreSQL refuses a file are its rows looked
/// at one by one.
/// </summary>
internal sealed class UnloadedFileLoader(BackfillContext context, WorkerSession session, UnloadSql sql)
{
    private const int BufferBytes = 1 << 17;

    private readonly BatchLoader _loader = new(context.Load);

    // Rows that were put aside before and come again; looked up with the first file, as a read of the partition does.
    private HashSet<string>? _open;

    // Into an empty target without a detour. When that fails, because a sync was faster perhaps, the others of the partition take it.
    private readonly DirectCopy _direct = new(context.Load, context.Plan.TargetWasEmpty);

    /// <summary>Loads a file, or the rest of it.</summary>
    /// <param name="path">The compressed file.</param>
    /// <param name="index">Its number in the partition, from 0.</param>
    /// <param name="skip">Rows of it that were loaded before.</param>
    /// <param name="stop">Ends the careful way at a batch boundary.</param>
    /// <returns>False when it was stopped before its end.</returns>
    public async Task<bool> LoadAsync(string path, int index, long skip, CancellationToken stop)
    {
        _open ??= await session.RunAsync(
            context.Retry, (connection, token) => QuarantineStore.OpenKeysAsync(connection, context.Pipeline.Name, token), stop).ConfigureAwait(false);
        if (skip == 0)
        {
            try
            {
                await LoadWholeAsync(path, index).ConfigureAwait(false);
                return true;
            }
            catch (PostgresException refused) when (PostgresErrors.IsRefusal(refused))
            {
                context.Services.Logger.BatchDivided(context.Run.Pipeline, index + 1, refused.SqlState);
            }
        }

        return await LoadCarefullyAsync(path, index, skip, stop).ConfigureAwait(false);
    }

    private async Task LoadWholeAsync(string path, int index)
    {
        var sequence = context.NextSequence();
        var started = context.Services.Time.GetTimestamp();
        var bytes = 0L;
        var counts = await session.RunAsync(context.Retry, async (connection, isRepeated, token) =>
        {
            if (isRepeated && await BatchStore.FindAsync(connection, context.Run.RunId, sequence, token).ConfigureAwait(false) is { } committed) return committed.Counts;
            // Which of a file's rows were in quarantine is seen in the staging table only.
            if (_direct.IsLikely && _open!.Count == 0)
            {
                try
                {
                    (var direct, bytes) = await CommitAsync(connection, path, index, sequence, isDirect: true, token).ConfigureAwait(false);
                    return direct;
                }
                catch (PostgresException refused) when (PostgresErrors.IsData(refused))
                {
                    _direct.WasRefused();
                }
            }

            (var staged, bytes) = await CommitAsync(connection, path, index, sequence, isDirect: false, token).ConfigureAwait(false);
            _direct.Staged(staged.Read, staged.Inserted);
            return staged;
        }, CancellationToken.None).ConfigureAwait(false);
        context.Account(counts, bytes);
        context.Services.Logger.BatchCommitted(
            context.Run.Pipeline, sequence, counts.Read, counts.Inserted, counts.Updated, counts.Unchanged, counts.Superseded, counts.Quarantined,
            Path.GetFileName(path), (long)context.Services.Time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task<(RowCounts Counts, long Bytes)> CommitAsync(
        NpgsqlConnection connection, string path, int index, int sequence, bool isDirect, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await BatchLoader.ExecuteAsync(connection, "SET CONSTRAINTS ALL IMMEDIATE", cancellationToken).ConfigureAwait(false);
        var (rows, bytes) = await CopyAsync(connection, path, isDirect ? context.Load.Sql.CopyCsvToTarget : context.Load.Sql.CopyCsvIn, cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-copy");
        var counts = new RowCounts(rows, rows, 0, 0, 0, 0);
        if (!isDirect)
        {
            await ResolveAsync(connection, cancellationToken).ConfigureAwait(false);
            var outcome = await _loader.ApplyAllAsync(connection, rows, cancellationToken).ConfigureAwait(false);
            counts = new RowCounts(rows, outcome.Inserted, outcome.Updated, outcome.Unchanged, outcome.Superseded, 0);
        }

        counts.EnsureAddsUp($"{context.Run.Pipeline}, file {Path.GetFileName(path)}");
        await PartitionCommit.AdvanceAsync(connection, context, session, new PartitionMove(null, index + 1, 0, counts, bytes), sequence, null, null, cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("before-commit");
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-commit");
        return (counts, bytes);
    }

    // A whole file is loaded or none of it, so every row of it that was in quarantine leaves it.
    private async Task ResolveAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_open!.Count == 0) return;
        var returned = new HashSet<string>(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand(context.Load.Sql.StagedKeys, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var key = RowJson.Array(context.Load.SpelledKey([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))]));
                if (_open.Contains(key)) returned.Add(key);
            }
        }

        await QuarantineStore.ResolveAsync(connection, context.Run.Pipeline, returned, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<(long Rows, long Bytes)> CopyAsync(NpgsqlConnection connection, string path, string copy, CancellationToken cancellationToken)
    {
        var ends = new CsvRows();
        var bytes = 0L;
        await BatchLoader.CopyAsync(connection, copy, async stream =>
        {
            var csv = Open(path);
            await using var _ = csv.ConfigureAwait(false);
            var buffer = new byte[BufferBytes];
            while (await csv.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                ends.Take(buffer.AsSpan(0, read));
                bytes += read;
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }, cancellationToken).ConfigureAwait(false);
        return (ends.Count, bytes);
    }

    private async Task<bool> LoadCarefullyAsync(string path, int index, long skip, CancellationToken stop)
    {
        var encoder = SourceFields.Encoder(context.Tables.Plan, context.Pipeline);
        encoder.QuarantinedKeys = _open!;
        var limits = BatchLimits.For(context.Pipeline.BatchSize);
        var (row, isEnd, ordinal) = (0L, false, 0L);
        var writer = new PartitionWriter(
            context, session, rows => isEnd ? new PartitionMove(null, index + 1, 0, default, rows.ByteCount) : new PartitionMove(null, index, row, default, rows.ByteCount));
        var batch = new RowBatch();
        batch.Reset(1, 0);
        var csv = Open(path);
        await using (csv.ConfigureAwait(false))
        {
            await foreach (var fields in CsvRowReader.ReadAsync(csv, CancellationToken.None).ConfigureAwait(false))
            {
                if (++row <= skip) continue;
                sql.Restore(fields);
                encoder.Encode(new TextFields(fields), batch);
                if (batch.RowsRead < limits.Rows && batch.ByteCount < limits.Bytes) continue;
                await writer.WriteAsync(batch, default).ConfigureAwait(false);
                if (stop.IsCancellationRequested) return false;
                ordinal += batch.Count;
                batch.Reset(batch.Sequence + 1, ordinal);
            }
        }

        isEnd = true;
        await writer.WriteAsync(batch, default).ConfigureAwait(false);
        return true;
    }

    private static GZipStream Open(string path) => new(
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan), CompressionMode.Decompress);
}
