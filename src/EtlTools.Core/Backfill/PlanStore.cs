using System.Text.Json;
using EtlTools.Core.State;
using Npgsql;
using NpgsqlTypes;

namespace EtlTools.Core.Backfill;

/// <summary>Writes <c>etl.backfill</c>.</summary>
internal static class PlanStore
{
    // Of plan b.
    private const string IsUnfinished =
        $"(b.put_off_indexes <> '[]' OR EXISTS (SELECT FROM etl.partition p WHERE p.backfill_id = b.backfill_id AND p.status <> '{PartitionStatus.Done}'))";

    /// <summary>Stores a new plan with its partitions.</summary>
    /// <returns>False when another plan of that name is unfinished: nothing was stored.</returns>
    public static async Task<bool> AddAsync(
        NpgsqlConnection connection, BackfillPlan plan, IReadOnlyList<BackfillPartition> partitions, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO etl.backfill (
                backfill_id, name, pipeline, source, target, cursor_column, method, parameters, low, high, batch_size, partition_count,
                target_was_empty, estimate_rows, estimate_bytes, estimate_files, estimate_seconds, null_cursors, status, created_by, tool_version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
            ON CONFLICT DO NOTHING
            """, connection);
        var estimate = plan.Estimate;
        command.Parameters.AddRange(new[]
        {
            Value(plan.Id), Value(plan.Name), Value(plan.Pipeline), Value(plan.Source), Value(plan.Target), Text(plan.CursorColumn), Value(plan.Method),
            Json(JsonSerializer.Serialize(plan.Parameters)), Text(plan.Low), Text(plan.High), Value(plan.BatchSize), Value(partitions.Count),
            Value(plan.TargetWasEmpty), Value(estimate.Rows), Value(estimate.Bytes), Value(estimate.Files),
            new NpgsqlParameter { Value = (object?)estimate.Duration?.TotalSeconds ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double },
            Value(plan.NullCursors), Value(plan.Status), Value(plan.CreatedBy), Value(ToolVersion.Current),
        });
        if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 0) return false;
        foreach (var partition in partitions) await AddAsync(connection, plan.Id, partition, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Says that work on a plan begins, or goes on.</summary>
    /// <returns>False when the plan was given up meanwhile.</returns>
    public static async Task<bool> BeginWorkAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) => await ExecuteAsync(
        connection,
        $"""
        UPDATE etl.backfill SET status = '{BackfillStatus.Running}', started_at = coalesce(started_at, now()), finished_at = NULL,
            cancel_requested = false, error = NULL, error_code = NULL, updated_at = now()
        WHERE backfill_id = $1 AND status <> '{BackfillStatus.Replaced}'
        """, cancellationToken, Value(id)).ConfigureAwait(false) == 1;

    /// <summary>
    /// Gives an unfinished plan up, unless somebody works on it. Fences are raised, so that a worker that only stood still finds its
    /// partition lost when it wakes up.
    /// </summary>
    /// <returns>Whether it is given up.</returns>
    public static async Task<bool> ReplaceAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var replaced = await ExecuteAsync(
            connection,
            $"""
            UPDATE etl.backfill b SET status = '{BackfillStatus.Replaced}', finished_at = now(), updated_at = now(), put_off_indexes = '[]'
            WHERE backfill_id = $1 AND status <> '{BackfillStatus.Replaced}' AND NOT {PartitionStore.IsAnyAlive}
            """, cancellationToken, Value(id)).ConfigureAwait(false);
        if (replaced == 0)
        {
            // Once more after an answer that was lost, or somebody was faster.
            await using var given = new NpgsqlCommand($"SELECT status = '{BackfillStatus.Replaced}' FROM etl.backfill WHERE backfill_id = $1", connection) { Parameters = { Value(id) } };
            return await given.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
        }

        await ExecuteAsync(
            connection, $"UPDATE etl.partition SET fence = fence + 1, status = '{PartitionStatus.Waiting}' WHERE backfill_id = $1 AND status = '{PartitionStatus.Running}'",
            cancellationToken, Value(id)).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Asks all workers of a plan to stop. A plan that nobody works on is cancelled at once.</summary>
    public static Task CancelAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) => ExecuteAsync(
        connection,
        $"""
        UPDATE etl.backfill b SET cancel_requested = true, updated_at = now(),
            status = CASE WHEN {PartitionStore.IsAnyAlive} THEN status ELSE '{BackfillStatus.Cancelled}' END
        WHERE backfill_id = $1
        """, cancellationToken, Value(id));

    /// <summary>Lets parked partitions be claimed again.</summary>
    /// <returns>How many there were.</returns>
    public static Task<int> UnparkAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) => ExecuteAsync(
        connection,
        $"""
        UPDATE etl.partition SET status = '{PartitionStatus.Waiting}', failures = 0, not_before = '-infinity'
        WHERE backfill_id = $1 AND status = '{PartitionStatus.Parked}'
        """, cancellationToken, Value(id));

    /// <summary>Notes indexes that are dropped in the same transaction, or forgets those that are built again.</summary>
    public static Task SaveIndexesAsync(NpgsqlConnection connection, Guid id, IReadOnlyList<PutOffIndex> indexes, CancellationToken cancellationToken) => ExecuteAsync(
        connection, "UPDATE etl.backfill SET put_off_indexes = $2, updated_at = now() WHERE backfill_id = $1", cancellationToken,
        Value(id), Json(JsonSerializer.Serialize(indexes)));

    /// <summary>
    /// Writes how a process's work on a plan ended, unless other workers are alive, whose business it then is: finished when all
    /// partitions are done and their indexes built, otherwise as the process says.
    /// </summary>
    public static Task SettleAsync(
        NpgsqlConnection connection, Guid id, string unfinished, string? errorCode, string? error, CancellationToken cancellationToken) => ExecuteAsync(
        connection,
        $"""
        UPDATE etl.backfill b SET updated_at = now(), finished_at = now(),
            status = CASE
                WHEN {IsUnfinished} THEN $2
                WHEN EXISTS (SELECT FROM etl.partition p WHERE p.backfill_id = $1 AND p.quarantined > 0) THEN '{BackfillStatus.Quarantined}'
                ELSE '{BackfillStatus.Done}' END,
            error_code = CASE WHEN {IsUnfinished} THEN $3 END,
            error = CASE WHEN {IsUnfinished} THEN $4 END
        WHERE backfill_id = $1 AND status NOT IN ('{BackfillStatus.Done}', '{BackfillStatus.Quarantined}', '{BackfillStatus.Replaced}') AND NOT {PartitionStore.IsAnyAlive}
        """, cancellationToken, Value(id), Value(unfinished), Text(errorCode), Text(error));

    private static Task<int> AddAsync(NpgsqlConnection connection, Guid id, BackfillPartition partition, CancellationToken cancellationToken) => ExecuteAsync(
        connection,
        """
        INSERT INTO etl.partition (backfill_id, number, kind, low, low_inclusive, high, bucket, buckets, estimate_rows)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """, cancellationToken,
        Value(id), Value(partition.Number), Value(partition.Kind), Text(partition.Low), Value(partition.IsLowInclusive), Text(partition.High),
        Number(partition.Bucket), Number(partition.Buckets), Value(partition.EstimateRows));

    internal static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static NpgsqlParameter Value(object value) => new() { Value = value };

    internal static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Number(int? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer };

    internal static NpgsqlParameter Json(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Jsonb };
}
