using System.Text.Json;
using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>
/// Claims partitions and writes their progress. A claim raises the partition's fence and holds a session lock of that fence: the lock
/// goes with the worker's session, so a killed worker's partition is free at once; the heartbeat covers a session that lives on
/// without its worker. Every write names its fence and must touch one row.
/// </summary>
internal static class PartitionStore
{
    /// <summary>How often a worker gives a sign of life.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    /// <summary>Partitions of plan <c>b</c> that a living worker holds. For SQL.</summary>
    public const string IsAnyAlive =
        $"EXISTS (SELECT FROM etl.partition p WHERE p.backfill_id = b.backfill_id AND p.status = '{PartitionStatus.Running}' AND {IsFresh} AND {IsLocked})";

    // Nobody works on a plan that was given up.
    private const string IsCurrent = $"EXISTS (SELECT FROM etl.backfill c WHERE c.backfill_id = p.backfill_id AND c.status <> '{BackfillStatus.Replaced}')";

    // After four missed signs of life a worker counts as dead.
    private const string IsFresh = "p.heartbeat_at >= now() - interval '20 seconds'";

    // Looks for the lock instead of trying it, so that nobody else is kept from it meanwhile.
    private const string IsLocked =
        """
        EXISTS (SELECT FROM pg_locks l, (SELECT hashtextextended('etl:backfill:' || p.backfill_id || ':' || p.number || ':' || p.fence, 0) AS key) k
                WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND l.classid = ((k.key >> 32) & 4294967295)::oid AND l.objid = (k.key & 4294967295)::oid)
        """;

    private const string Mine = $"backfill_id = $1 AND number = $2 AND fence = $3 AND status = '{PartitionStatus.Running}'";

    private const string Key = "hashtextextended('etl:backfill:' || $1::uuid || ':' || $2::int || ':' || $3::bigint, 0)";

    /// <summary>Claims the next partition: one that waits, or one whose worker is gone.</summary>
    /// <param name="connection">The worker's own session, outside a transaction.</param>
    /// <param name="id">The plan.</param>
    /// <param name="runId">The process's run.</param>
    /// <param name="worker">Host, process and number of the worker.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    /// <returns>The partition as it stands, with the new fence; null when none is free.</returns>
    public static async Task<BackfillPartition?> ClaimAsync(NpgsqlConnection connection, Guid id, Guid runId, string worker, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await PlanStore.ExecuteAsync(connection, "SELECT pg_advisory_unlock_all()", cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            $"""
            WITH free AS (
                SELECT p.backfill_id, p.number FROM etl.partition p
                WHERE p.backfill_id = $1 AND {IsCurrent}
                  AND ((p.status = '{PartitionStatus.Waiting}' AND p.not_before <= now())
                       OR (p.status = '{PartitionStatus.Running}' AND NOT ({IsFresh} AND {IsLocked})))
                ORDER BY p.status = '{PartitionStatus.Waiting}', p.number
                LIMIT 1 FOR UPDATE SKIP LOCKED)
            UPDATE etl.partition p
            SET status = '{PartitionStatus.Running}', fence = p.fence + 1, run_id = $2, worker = $3, attempts = p.attempts + 1,
                started_at = coalesce(p.started_at, now()), heartbeat_at = now()
            FROM free WHERE p.backfill_id = free.backfill_id AND p.number = free.number
            RETURNING {Qualified(BackfillStore.PartitionColumns)}
            """, connection);
        command.Parameters.AddRange(new[] { PlanStore.Value(id), PlanStore.Value(runId), PlanStore.Text(worker) });
        BackfillPartition? claimed = null;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
            if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) claimed = BackfillStore.ReadPartition(reader);
        if (claimed is not null && !await TryLockAsync(connection, id, claimed, cancellationToken).ConfigureAwait(false))
            throw new TimeoutException($"The lock of partition {claimed.Number} is not free.");
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return claimed;
    }

    /// <summary>Takes the lock of a claimed partition on a new session.</summary>
    /// <returns>Whether the partition is still the caller's.</returns>
    /// <exception cref="TimeoutException">The old session holds the lock yet; try again in a moment.</exception>
    public static async Task<bool> ReclaimAsync(NpgsqlConnection connection, Guid id, BackfillPartition partition, CancellationToken cancellationToken)
    {
        if (!await TryLockAsync(connection, id, partition, cancellationToken).ConfigureAwait(false))
            throw new TimeoutException($"The earlier session of this worker still holds partition {partition.Number}.");
        return await PlanStore.ExecuteAsync(
            connection, $"UPDATE etl.partition SET heartbeat_at = now() WHERE {Mine}", cancellationToken, Named(id, partition)).ConfigureAwait(false) == 1;
    }

    /// <summary>Moves the checkpoint in the transaction that holds the rows.</summary>
    /// <returns>False when the partition was taken over.</returns>
    public static async Task<bool> AdvanceAsync(
        NpgsqlConnection connection, Guid id, BackfillPartition partition, PartitionMove move, CancellationToken cancellationToken)
    {
        var counts = move.Counts;
        return await PlanStore.ExecuteAsync(
            connection,
            $"""
            UPDATE etl.partition
            SET checkpoint = $4, files_done = $5, file_rows = $6, batches = batches + 1, records_read = records_read + $7, inserted = inserted + $8,
                updated = updated + $9, unchanged = unchanged + $10, superseded = superseded + $11, quarantined = quarantined + $12,
                dropped = dropped + $13, bytes = bytes + $14, failures = 0, error = NULL, error_code = NULL, heartbeat_at = clock_timestamp()
            WHERE {Mine}
            """, cancellationToken,
            [
                .. Named(id, partition), PlanStore.Text(move.Checkpoint), PlanStore.Value(move.FilesDone), PlanStore.Value(move.FileRows), PlanStore.Value(counts.Read),
                PlanStore.Value(counts.Inserted), PlanStore.Value(counts.Updated), PlanStore.Value(counts.Unchanged), PlanStore.Value(counts.Superseded),
                PlanStore.Value(counts.Quarantined), PlanStore.Value(counts.Dropped), PlanStore.Value(move.Bytes),
            ]).ConfigureAwait(false) == 1;
    }

    /// <summary>Notes the files that were unloaded; null forgets them, so that they are unloaded anew.</summary>
    /// <returns>False when the partition was taken over.</returns>
    public static async Task<bool> SaveFilesAsync(
        NpgsqlConnection connection, Guid id, BackfillPartition partition, UnloadedFiles? files, CancellationToken cancellationToken) =>
        await PlanStore.ExecuteAsync(
            connection, $"UPDATE etl.partition SET files = $4, files_done = 0, file_rows = 0, heartbeat_at = now() WHERE {Mine}", cancellationToken,
            [.. Named(id, partition), files is null ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb } : PlanStore.Json(JsonSerializer.Serialize(files))])
            .ConfigureAwait(false) == 1;

    /// <summary>Says that a partition was read to its end.</summary>
    /// <returns>False when it was taken over.</returns>
    public static async Task<bool> FinishAsync(NpgsqlConnection connection, Guid id, BackfillPartition partition, CancellationToken cancellationToken) =>
        await PlanStore.ExecuteAsync(
            connection, $"UPDATE etl.partition SET status = '{PartitionStatus.Done}', finished_at = now(), heartbeat_at = now() WHERE {Mine}", cancellationToken,
            Named(id, partition)).ConfigureAwait(false) == 1;

    /// <summary>Gives a partition back as it stands, at a stop.</summary>
    public static Task ReleaseAsync(NpgsqlConnection connection, Guid id, BackfillPartition partition, CancellationToken cancellationToken) => PlanStore.ExecuteAsync(
        connection, $"UPDATE etl.partition SET status = '{PartitionStatus.Waiting}' WHERE {Mine}", cancellationToken, Named(id, partition));

    /// <summary>Gives a partition back after a failure: to be tried again later, or parked after too many.</summary>
    public static Task FailAsync(
        NpgsqlConnection connection, Guid id, BackfillPartition partition, PartitionFailure failure, CancellationToken cancellationToken) => PlanStore.ExecuteAsync(
        connection,
        $"""
        UPDATE etl.partition
        SET failures = failures + 1, error_code = $4, error = $5, not_before = now() + $7 * power(2, failures),
            status = CASE WHEN failures + 1 >= $6 THEN '{PartitionStatus.Parked}' ELSE '{PartitionStatus.Waiting}' END
        WHERE {Mine}
        """, cancellationToken,
        [.. Named(id, partition), PlanStore.Value(failure.Code), PlanStore.Text(failure.Message), PlanStore.Value(failure.Most), PlanStore.Value(failure.Pause)]);

    /// <summary>How many partitions may still be worked on, now or later, and how many are parked; none of a plan that was given up.</summary>
    public static async Task<(long Open, long Parked)> CountAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT count(*) FILTER (WHERE status IN ('{PartitionStatus.Waiting}', '{PartitionStatus.Running}')), count(*) FILTER (WHERE status = '{PartitionStatus.Parked}')
            FROM etl.partition p WHERE backfill_id = $1 AND {IsCurrent}
            """, connection)
        {
            Parameters = { PlanStore.Value(id) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Where the rows of all partitions went so far; of their sum only what a limit of errors needs.</summary>
    public static async Task<RowCounts> TotalsAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(sum(records_read), 0)::bigint, coalesce(sum(quarantined), 0)::bigint FROM etl.partition WHERE backfill_id = $1", connection)
        {
            Parameters = { PlanStore.Value(id) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new RowCounts(reader.GetInt64(0), 0, 0, 0, 0, reader.GetInt64(1));
    }

    /// <summary>Signs of life of a process: its run, and the partitions its workers hold.</summary>
    /// <returns>Whether somebody asked for a stop.</returns>
    public static async Task<bool> BeatAsync(
        NpgsqlConnection connection, Guid id, Guid runId, IReadOnlyCollection<BackfillPartition> held, CancellationToken cancellationToken)
    {
        foreach (var partition in held)
            await PlanStore.ExecuteAsync(connection, $"UPDATE etl.partition SET heartbeat_at = clock_timestamp() WHERE {Mine}", cancellationToken, Named(id, partition)).ConfigureAwait(false);
        await PlanStore.ExecuteAsync(
            connection, "UPDATE etl.run SET heartbeat_at = clock_timestamp(), backfill_id = $2 WHERE run_id = $1", cancellationToken,
            PlanStore.Value(runId), PlanStore.Value(id)).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("SELECT cancel_requested FROM etl.backfill WHERE backfill_id = $1", connection)
        {
            Parameters = { PlanStore.Value(id) },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) ?? false);
    }

    /// <summary>Marks runs of a plan whose process has given no sign of life for long.</summary>
    public static Task<int> MarkAbandonedAsync(NpgsqlConnection connection, Guid id, Guid except, CancellationToken cancellationToken) => PlanStore.ExecuteAsync(
        connection,
        $"""
        UPDATE etl.run
        SET status = '{RunStatus.Abandoned}', ended_at = now(), error_count = error_count + 1,
            error = 'The process ended without finishing its part; what it committed counts, and others took its partitions over.'
        WHERE backfill_id = $1 AND run_id <> $2 AND status = '{RunStatus.Running}' AND heartbeat_at < now() - interval '30 seconds'
        """, cancellationToken, PlanStore.Value(id), PlanStore.Value(except));

    private static NpgsqlParameter[] Named(Guid id, BackfillPartition partition) =>
        [PlanStore.Value(id), PlanStore.Value(partition.Number), PlanStore.Value(partition.Fence)];

    private static string Qualified(string columns) => columns.Replace("number, kind", "p.number, kind", StringComparison.Ordinal);

    private static async Task<bool> TryLockAsync(NpgsqlConnection connection, Guid id, BackfillPartition partition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({Key})", connection);
        command.Parameters.AddRange(Named(id, partition));
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}

/// <summary>How a committed batch moves a partition.</summary>
/// <param name="Checkpoint">Cursor or key text of its last row.</param>
/// <param name="FilesDone">Files loaded completely.</param>
/// <param name="FileRows">Rows loaded of the file behind them.</param>
/// <param name="Counts">Where its rows went.</param>
/// <param name="Bytes">Bytes sent.</param>
internal sealed record PartitionMove(string? Checkpoint, int FilesDone, long FileRows, RowCounts Counts, long Bytes);

/// <summary>A failed attempt at a partition.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Message">In words, without row data.</param>
/// <param name="Most">So many in a row park the partition.</param>
/// <param name="Pause">Before the next attempt; doubled with each failure.</param>
internal sealed record PartitionFailure(string Code, string Message, int Most, TimeSpan Pause);
