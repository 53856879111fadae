using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>How a backfill stands at a moment, whichever processes work on it.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Partitions">Its partitions, by number.</param>
/// <param name="RowsPerSecond">Rows read a second over the last half minute of work; 0 when nothing moved.</param>
/// <param name="At">The database's clock.</param>
/// <param name="Processes">Host and process of those that have given a sign of life lately.</param>
public sealed record BackfillSnapshot(
    BackfillPlan Plan, IReadOnlyList<BackfillPartition> Partitions, double RowsPerSecond, DateTimeOffset At, IReadOnlyList<string> Processes)
{
    /// <summary>Where the rows of all partitions went so far.</summary>
    public RowCounts Counts => Partitions.Aggregate(default(RowCounts), (sum, partition) => sum + partition.Counts);

    /// <summary>Rows expected: what is done counts as it was, the rest as it was estimated.</summary>
    public long Expected => Partitions.Sum(ExpectedOf);

    /// <summary>How long it will take at the present rate; null when that cannot be said.</summary>
    public TimeSpan? Left => RowsPerSecond <= 0 || Plan.IsFinished ? null : TimeSpan.FromSeconds(Math.Max(0, Expected - Counts.Read) / RowsPerSecond);

    /// <summary>How many partitions have this status.</summary>
    /// <param name="status">A word of <see cref="PartitionStatus"/>.</param>
    public int Count(string status) => Partitions.Count(partition => partition.Status == status);

    /// <summary>How many partitions have failed since they last got on, and are tried again.</summary>
    public int Failing => Partitions.Count(partition => partition is { Failures: > 0, Status: PartitionStatus.Waiting or PartitionStatus.Running });

    /// <summary>Indexes that are being built, or wait for that, now that all rows are loaded; empty before.</summary>
    public IReadOnlyList<string> Building => Partitions.All(partition => partition.Status == PartitionStatus.Done) ? [.. Plan.PutOffIndexes.Select(index => index.Name)] : [];

    /// <summary>Whether a worker has given a sign of life lately.</summary>
    public bool IsAlive => Processes.Count > 0 || Partitions.Any(partition => partition.Status == PartitionStatus.Running && partition.HeartbeatAt > At - 4 * PartitionStore.HeartbeatInterval);

    /// <summary>Rows a partition is expected to have.</summary>
    public static long ExpectedOf(BackfillPartition partition)
    {
        ArgumentNullException.ThrowIfNull(partition);
        return partition.Status == PartitionStatus.Done ? partition.Counts.Read : Math.Max(partition.EstimateRows, partition.Counts.Read);
    }

    /// <summary>Looks.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public static async Task<BackfillSnapshot> TakeAsync(NpgsqlConnection connection, BackfillPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var partitions = await BackfillStore.PartitionsAsync(connection, plan.Id, cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT now(), extract(epoch FROM now() - greatest(now() - interval '30 seconds', (SELECT min(started_at) FROM etl.run WHERE backfill_id = $1 AND status = '{RunStatus.Running}')))::float8,
                   (SELECT coalesce(sum(records_read), 0)::float8 FROM etl.batch WHERE backfill_id = $1 AND committed_at > now() - interval '30 seconds'),
                   ARRAY(SELECT host || ', process ' || pid FROM etl.run WHERE backfill_id = $1 AND status = '{RunStatus.Running}' AND heartbeat_at > now() - interval '20 seconds' ORDER BY 1)
            """, connection)
        {
            Parameters = { PlanStore.Value(plan.Id) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var seconds = reader.GetDouble(1);
        return new BackfillSnapshot(plan, partitions, seconds > 0.5 && !plan.IsFinished ? reader.GetDouble(2) / seconds : 0, reader.GetFieldValue<DateTimeOffset>(0),
            reader.GetFieldValue<string[]>(3));
    }
}
