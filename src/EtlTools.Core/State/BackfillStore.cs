using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace EtlTools.Core.State;

/// <summary>Reads <c>etl.backfill</c>, <c>etl.partition</c> and their batches.</summary>
public static class BackfillStore
{
    private const string PlanColumns = """
        backfill_id, name, pipeline, source, target, cursor_column, method, parameters::text, low, high, batch_size, partition_count,
        target_was_empty, put_off_indexes::text, estimate_rows, estimate_bytes, estimate_files, estimate_seconds, null_cursors, status,
        cancel_requested, error_code, error, created_at, created_by, started_at, finished_at
        """;

    /// <summary>Columns of a partition, in the order in which <see cref="ReadPartition"/> takes them.</summary>
    internal const string PartitionColumns = """
        number, kind, low, low_inclusive, high, bucket, buckets, estimate_rows, status, fence, run_id, worker, attempts, failures,
        nullif(not_before, '-infinity'), started_at, finished_at, heartbeat_at, checkpoint, files::text, files_done, file_rows, batches,
        records_read, inserted, updated, unchanged, superseded, quarantined, dropped, bytes, error_code, error
        """;

    /// <summary>The newest plans first.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="name">Only of this name; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<IReadOnlyList<BackfillPlan>> ListAsync(
        NpgsqlConnection connection, string? name, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {PlanColumns} FROM etl.backfill WHERE $1 IS NULL OR name = $1 ORDER BY created_at DESC, backfill_id LIMIT $2", connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = (object?)name ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter { Value = limit },
            },
        };
        return await ReadPlansAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Plans that say they are being worked on, the oldest first, and others by their ids.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="others">Plans that are listed whatever their status.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<IReadOnlyList<BackfillPlan>> AtWorkAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> others, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(others);
        await using var command = new NpgsqlCommand(
            $"SELECT {PlanColumns} FROM etl.backfill WHERE status = '{BackfillStatus.Running}' OR backfill_id = ANY ($1) ORDER BY created_at, backfill_id", connection)
        {
            Parameters = { new NpgsqlParameter { Value = others.ToArray() } },
        };
        return await ReadPlansAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The plan that a name means: the unfinished one, else the newest; null when there is none.</summary>
    public static async Task<BackfillPlan?> FindAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var plans = await ListAsync(connection, name, int.MaxValue, cancellationToken).ConfigureAwait(false);
        return plans.FirstOrDefault(plan => !plan.IsFinished) ?? (plans.Count > 0 ? plans[0] : null);
    }

    /// <summary>A plan; null when there is none of that id.</summary>
    public static async Task<BackfillPlan?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT {PlanColumns} FROM etl.backfill WHERE backfill_id = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = id } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? ReadPlan(reader) : null;
    }

    /// <summary>A plan's partitions, by number.</summary>
    public static async Task<IReadOnlyList<BackfillPartition>> PartitionsAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT {PartitionColumns} FROM etl.partition WHERE backfill_id = $1 ORDER BY number", connection)
        {
            Parameters = { new NpgsqlParameter { Value = id } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var partitions = new List<BackfillPartition>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) partitions.Add(ReadPartition(reader));
        return partitions;
    }

    /// <summary>A plan's batches in the order of their commits.</summary>
    public static async Task<IReadOnlyList<BackfillSample>> SamplesAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT committed_at, partition_number, run_id, records_read, coalesce(bytes, 0), quarantined
            FROM etl.batch WHERE backfill_id = $1 ORDER BY committed_at, run_id, seq
            """, connection)
        {
            Parameters = { new NpgsqlParameter { Value = id } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var samples = new List<BackfillSample>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            samples.Add(new BackfillSample(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt32(1), reader.GetGuid(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)));
        }

        return samples;
    }

    internal static BackfillPartition ReadPartition(NpgsqlDataReader reader)
    {
        string? Text(int i) => reader.IsDBNull(i) ? null : reader.GetString(i);
        DateTimeOffset? Time(int i) => reader.IsDBNull(i) ? null : reader.GetFieldValue<DateTimeOffset>(i);
        return new BackfillPartition
        {
            Number = reader.GetInt32(0),
            Kind = reader.GetString(1),
            Low = Text(2),
            IsLowInclusive = reader.GetBoolean(3),
            High = Text(4),
            Bucket = reader.IsDBNull(5) ? null : reader.GetInt32(5),
            Buckets = reader.IsDBNull(6) ? null : reader.GetInt32(6),
            EstimateRows = reader.GetInt64(7),
            Status = reader.GetString(8),
            Fence = reader.GetInt64(9),
            RunId = reader.IsDBNull(10) ? null : reader.GetGuid(10),
            Worker = Text(11),
            Attempts = reader.GetInt32(12),
            Failures = reader.GetInt32(13),
            NotBefore = Time(14),
            StartedAt = Time(15),
            FinishedAt = Time(16),
            HeartbeatAt = Time(17),
            Checkpoint = Text(18),
            Files = Text(19) is { } files ? JsonSerializer.Deserialize<UnloadedFiles>(files) : null,
            FilesDone = reader.GetInt32(20),
            FileRows = reader.GetInt64(21),
            Batches = reader.GetInt32(22),
            Counts = new RowCounts(
                reader.GetInt64(23), reader.GetInt64(24), reader.GetInt64(25), reader.GetInt64(26), reader.GetInt64(27), reader.GetInt64(28), reader.GetInt64(29)),
            Bytes = reader.GetInt64(30),
            ErrorCode = Text(31),
            Error = Text(32),
        };
    }

    private static async Task<IReadOnlyList<BackfillPlan>> ReadPlansAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var plans = new List<BackfillPlan>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) plans.Add(ReadPlan(reader));
        return plans;
    }

    private static BackfillPlan ReadPlan(NpgsqlDataReader reader)
    {
        string? Text(int i) => reader.IsDBNull(i) ? null : reader.GetString(i);
        DateTimeOffset? Time(int i) => reader.IsDBNull(i) ? null : reader.GetFieldValue<DateTimeOffset>(i);
        return new BackfillPlan
        {
            Id = reader.GetGuid(0),
            Name = reader.GetString(1),
            Pipeline = reader.GetString(2),
            Source = reader.GetString(3),
            Target = reader.GetString(4),
            CursorColumn = Text(5),
            Method = reader.GetString(6),
            Parameters = JsonSerializer.Deserialize<BackfillParameters>(reader.GetString(7))!,
            Low = Text(8),
            High = Text(9),
            BatchSize = reader.GetInt32(10),
            PartitionCount = reader.GetInt32(11),
            TargetWasEmpty = reader.GetBoolean(12),
            PutOffIndexes = JsonSerializer.Deserialize<List<PutOffIndex>>(reader.GetString(13))!,
            Estimate = new BackfillEstimate(
                reader.GetInt64(14), reader.GetInt64(15), reader.GetInt32(16),
                reader.IsDBNull(17) ? null : TimeSpan.FromSeconds(reader.GetDouble(17))),
            NullCursors = reader.GetInt64(18),
            Status = reader.GetString(19),
            CancelRequested = reader.GetBoolean(20),
            ErrorCode = Text(21),
            Error = Text(22),
            CreatedAt = reader.GetFieldValue<DateTimeOffset>(23),
            CreatedBy = reader.GetString(24),
            StartedAt = Time(25),
            FinishedAt = Time(26),
        };
    }
}
