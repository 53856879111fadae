using Npgsql;
using NpgsqlTypes;

namespace EtlTools.Core.State;

/// <summary>Writes and looks up <c>etl.batch</c>: the proof that a batch was committed.</summary>
internal static class BatchStore
{
    /// <summary>Records a batch in the transaction that holds its rows.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, BatchRecord batch, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO etl.batch (run_id, seq, pipeline, fence, cursor_from, cursor_to, records_read, inserted, updated, unchanged, superseded, quarantined, deleted, dropped, backfill_id, partition_number, bytes)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """, connection);
        var counts = batch.Counts;
        command.Parameters.AddRange(new[]
        {
            new NpgsqlParameter { Value = batch.RunId },
            new NpgsqlParameter { Value = batch.Sequence },
            new NpgsqlParameter { Value = batch.Pipeline },
            new NpgsqlParameter { Value = batch.Fence },
            new NpgsqlParameter { Value = (object?)batch.CursorFrom ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new NpgsqlParameter { Value = (object?)batch.CursorTo ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new NpgsqlParameter { Value = counts.Read },
            new NpgsqlParameter { Value = counts.Inserted },
            new NpgsqlParameter { Value = counts.Updated },
            new NpgsqlParameter { Value = counts.Unchanged },
            new NpgsqlParameter { Value = counts.Superseded },
            new NpgsqlParameter { Value = counts.Quarantined },
            new NpgsqlParameter { Value = batch.Deleted },
            new NpgsqlParameter { Value = counts.Dropped },
            new NpgsqlParameter { Value = (object?)batch.Part?.BackfillId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new NpgsqlParameter { Value = (object?)batch.Part?.Partition ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
            new NpgsqlParameter { Value = (object?)batch.Part?.Bytes ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
        });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a batch of a run did; null when it was never committed.</summary>
    public static async Task<(RowCounts Counts, long Deleted)?> FindAsync(NpgsqlConnection connection, Guid runId, int sequence, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT records_read, inserted, updated, unchanged, superseded, quarantined, deleted, dropped FROM etl.batch WHERE run_id = $1 AND seq = $2", connection)
        {
            Parameters = { new NpgsqlParameter { Value = runId }, new NpgsqlParameter { Value = sequence } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        var counts = new RowCounts(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(7));
        return (counts, reader.GetInt64(6));
    }
}

/// <summary>A committed batch.</summary>
/// <param name="RunId">Its run.</param>
/// <param name="Sequence">Its number in the run, from 1.</param>
/// <param name="Pipeline">Its pipeline.</param>
/// <param name="Fence">The fence it was written under.</param>
/// <param name="CursorFrom">Cursor of its first row; null when its rows have none.</param>
/// <param name="CursorTo">Cursor of its last row, likewise.</param>
/// <param name="Counts">Where its rows went.</param>
/// <param name="Deleted">Target rows deleted with it (full mode).</param>
internal sealed record BatchRecord(
    Guid RunId, int Sequence, string Pipeline, long Fence, string? CursorFrom, string? CursorTo, RowCounts Counts, long Deleted)
{
    /// <summary>The partition of a backfill it belongs to; null for a sync's.</summary>
    public BatchPart? Part { get; init; }
}

/// <summary>Where a batch of a backfill belongs.</summary>
/// <param name="BackfillId">The plan.</param>
/// <param name="Partition">Number of the partition.</param>
/// <param name="Bytes">Bytes sent to PostgreSQL.</param>
internal sealed record BatchPart(Guid BackfillId, int Partition, long Bytes);
