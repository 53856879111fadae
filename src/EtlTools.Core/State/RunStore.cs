using Npgsql;
using NpgsqlTypes;

namespace EtlTools.Core.State;

/// <summary>Writes and reads <c>etl.run</c>.</summary>
public static class RunStore
{
    private const string Columns = """
        run_id, pipeline, operation, mode, direction, dry_run, status, started_at, ended_at, duration_ms, window_low, window_high,
        records_read, inserted, updated, unchanged, superseded, quarantined, deleted, null_cursors, bytes, error_count, error_code, error, dropped
        """;

    private const string ProgressColumns = "rows_so_far, rows_expected, refused_so_far, heartbeat_at, host, pid";

    /// <summary>Writes a run as it stands: inserts it, or replaces what was stored under its id.</summary>
    public static async Task SaveAsync(NpgsqlConnection connection, RunRecord run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO etl.run ({Columns}, rows_per_second, host, pid, tool_version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)
            ON CONFLICT (run_id) DO UPDATE SET
                status = EXCLUDED.status, ended_at = EXCLUDED.ended_at, duration_ms = EXCLUDED.duration_ms, window_low = EXCLUDED.window_low,
                window_high = EXCLUDED.window_high, records_read = EXCLUDED.records_read, inserted = EXCLUDED.inserted,
                updated = EXCLUDED.updated, unchanged = EXCLUDED.unchanged, superseded = EXCLUDED.superseded,
                quarantined = EXCLUDED.quarantined, deleted = EXCLUDED.deleted, null_cursors = EXCLUDED.null_cursors, bytes = EXCLUDED.bytes,
                error_count = EXCLUDED.error_count, error_code = EXCLUDED.error_code, error = EXCLUDED.error,
                rows_per_second = EXCLUDED.rows_per_second, dropped = EXCLUDED.dropped
            """, connection);
        var counts = run.Counts;
        object?[] values =
        [
            run.RunId, run.Pipeline, run.Operation, run.Mode, run.Direction, run.DryRun, run.Status, run.StartedAt, run.EndedAt,
            run.DurationMs, run.WindowLow, run.WindowHigh, counts.Read, counts.Inserted, counts.Updated, counts.Unchanged, counts.Superseded,
            counts.Quarantined, run.Deleted, run.NullCursors, run.Bytes, run.ErrorCount, run.ErrorCode, run.Error, counts.Dropped, run.RowsPerSecond,
            Environment.MachineName, Environment.ProcessId, ToolVersion.Current,
        ];
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Marks runs of a pipeline, other than <paramref name="except"/>, that never said how they ended. Call it only while holding the pipeline's lease. Backfills need no lease and are left alone.</summary>
    public static async Task<int> MarkAbandonedAsync(NpgsqlConnection connection, string pipeline, Guid except, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            UPDATE etl.run
            SET status = '{RunStatus.Abandoned}', ended_at = now(), error_count = error_count + 1,
                error = 'The process ended without finishing the run; what it committed counts.'
            WHERE pipeline = $1 AND status = '{RunStatus.Running}' AND NOT dry_run AND run_id <> $2 AND operation <> '{RunOperation.Backfill}'
            """, connection)
        {
            Parameters = { new NpgsqlParameter { Value = pipeline }, new NpgsqlParameter { Value = except } },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The newest runs first.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="pipeline">Only this pipeline's; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<IReadOnlyList<RunRecord>> ListAsync(
        NpgsqlConnection connection, string? pipeline, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {Columns}, {ProgressColumns} FROM etl.run WHERE $1 IS NULL OR pipeline = $1 ORDER BY started_at DESC, run_id LIMIT $2", connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = (object?)pipeline ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter { Value = limit },
            },
        };
        return await ReadAllAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs that say they are at work, the oldest first, and others; a backfill's parts are left out.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="others">Runs that are listed whatever their status.</param>
    /// <param name="since">Runs that began after this moment and had something to do are listed too, though they have ended; null for none.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<IReadOnlyList<RunRecord>> AtWorkAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Guid> others, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(others);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {Columns}, {ProgressColumns} FROM etl.run
            WHERE operation <> '{RunOperation.Backfill}'
              AND (status = '{RunStatus.Running}' OR run_id = ANY ($1) OR (started_at > $2 AND status NOT IN ('{RunStatus.Idle}', '{RunStatus.Held}')))
            ORDER BY started_at, run_id
            """, connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = others.ToArray() },
                new NpgsqlParameter { Value = (object?)since ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };
        return await ReadAllAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A sign of life of a run, with how far it has come; nothing is written once it has ended.</summary>
    internal static async Task BeatAsync(NpgsqlConnection connection, Guid runId, RunProgress progress, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            UPDATE etl.run SET heartbeat_at = clock_timestamp(), rows_so_far = $2, rows_expected = $3, refused_so_far = $4
            WHERE run_id = $1 AND status = '{RunStatus.Running}'
            """, connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = runId },
                new NpgsqlParameter { Value = progress.Rows },
                new NpgsqlParameter { Value = (object?)progress.Expected ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new NpgsqlParameter { Value = progress.Refused },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<RunRecord>> ReadAllAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var runs = new List<RunRecord>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) runs.Add(Read(reader));
        return runs;
    }

    private static RunRecord Read(NpgsqlDataReader reader)
    {
        string? Text(int i) => reader.IsDBNull(i) ? null : reader.GetString(i);
        return new RunRecord
        {
            RunId = reader.GetGuid(0),
            Pipeline = reader.GetString(1),
            Operation = reader.GetString(2),
            Mode = reader.GetString(3),
            Direction = reader.GetString(4),
            DryRun = reader.GetBoolean(5),
            Status = reader.GetString(6),
            StartedAt = reader.GetFieldValue<DateTimeOffset>(7),
            EndedAt = reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
            DurationMs = reader.IsDBNull(9) ? null : reader.GetInt64(9),
            WindowLow = Text(10),
            WindowHigh = Text(11),
            Counts = new RowCounts(
                reader.GetInt64(12), reader.GetInt64(13), reader.GetInt64(14), reader.GetInt64(15), reader.GetInt64(16), reader.GetInt64(17),
                reader.GetInt64(24)),
            Deleted = reader.GetInt64(18),
            NullCursors = reader.GetInt64(19),
            Bytes = reader.GetInt64(20),
            ErrorCount = reader.GetInt64(21),
            ErrorCode = Text(22),
            Error = Text(23),
            Progress = reader.IsDBNull(25) ? null : new RunProgress(reader.GetInt64(25), reader.IsDBNull(26) ? null : reader.GetInt64(26), reader.GetInt64(27)),
            HeartbeatAt = reader.IsDBNull(28) ? null : reader.GetFieldValue<DateTimeOffset>(28),
            Process = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{reader.GetString(29)}, process {reader.GetInt32(30)}"),
        };
    }
}
