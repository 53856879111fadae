using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;
using Npgsql;

namespace EtlTools.Core.Report;

/// <summary>Fills a report from the state tables; works while the backfill runs, after it, and after its process is long gone.</summary>
public sealed class BackfillReportQuery(EtlSession session)
{
    /// <summary>The report of the plan that a name means: the unfinished one, else the newest.</summary>
    /// <param name="name">The backfill's name.</param>
    /// <param name="stop">Stops the queries.</param>
    /// <exception cref="ConfigurationException">There is no such backfill.</exception>
    /// <exception cref="EtlException">The database cannot be reached, or migrations are due.</exception>
    public async Task<BackfillReport> RunAsync(string name, CancellationToken stop)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        return await ReadAsync(connection, name, session.Scrubber, session.Time, stop).ConfigureAwait(false);
    }

    /// <summary>The report of one plan; null when it is not there any more.</summary>
    internal async Task<BackfillReport?> RunAsync(Guid id, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop).ConfigureAwait(false);
        return await BackfillStore.FindAsync(connection, id, stop).ConfigureAwait(false) is { } plan
            ? await ReadAsync(connection, plan, session.Scrubber, session.Time, stop).ConfigureAwait(false)
            : null;
    }

    internal static async Task<BackfillReport> ReadAsync(
        NpgsqlConnection connection, string name, SecretScrubber scrubber, TimeProvider time, CancellationToken stop)
    {
        // One moment for all tables: a report of a backfill at work adds up, too.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop).ConfigureAwait(false);
        var plan = await BackfillStore.FindAsync(connection, name, stop).ConfigureAwait(false) ?? throw await UnknownAsync(connection, name, stop).ConfigureAwait(false);
        return await ReadAsync(connection, plan, scrubber, time, stop).ConfigureAwait(false);
    }

    private static async Task<BackfillReport> ReadAsync(
        NpgsqlConnection connection, BackfillPlan plan, SecretScrubber scrubber, TimeProvider time, CancellationToken stop)
    {
        var partitions = await BackfillStore.PartitionsAsync(connection, plan.Id, stop).ConfigureAwait(false);
        var samples = await BackfillStore.SamplesAsync(connection, plan.Id, stop).ConfigureAwait(false);
        var workers = await WorkersAsync(connection, plan.Id, samples, stop).ConfigureAwait(false);
        var errors = await ErrorsAsync(connection, plan.Id, stop).ConfigureAwait(false);
        return Assemble(plan, partitions, samples, workers, errors, scrubber, time.GetUtcNow());
    }

    private static BackfillReport Assemble(
        BackfillPlan plan, IReadOnlyList<BackfillPartition> partitions, IReadOnlyList<BackfillSample> samples, IReadOnlyList<ReportWorker> workers,
        IReadOnlyList<ReportError> errors, SecretScrubber scrubber, DateTimeOffset now)
    {
        var lastSign = Latest([.. partitions.Select(p => p.HeartbeatAt), .. partitions.Select(p => p.FinishedAt), .. samples.Select(s => (DateTimeOffset?)s.At), plan.StartedAt]);
        var seen = plan.StartedAt is null ? null : plan.FinishedAt ?? lastSign;
        return new BackfillReport
        {
            Name = plan.Name, Id = plan.Id, Pipeline = plan.Pipeline, Source = plan.Source, Target = plan.Target, Method = plan.Method,
            CursorColumn = plan.CursorColumn, Low = Plain(plan.Low), High = Plain(plan.High), BatchSize = plan.BatchSize, Status = plan.Status,
            ErrorCode = plan.ErrorCode, Error = scrubber.Scrub(plan.Error), CreatedAt = plan.CreatedAt, CreatedBy = plan.CreatedBy,
            StartedAt = plan.StartedAt, FinishedAt = plan.FinishedAt, SeenAt = seen, DurationMs = Milliseconds(plan.StartedAt, seen),
            BusyMs = plan.StartedAt is { } first && seen is { } last ? BusyMs(workers, first, last) : null,
            EstimateRows = plan.Estimate.Rows, EstimateMs = (long?)plan.Estimate.Duration?.TotalMilliseconds,
            Counts = partitions.Aggregate(default(RowCounts), (sum, partition) => sum + partition.Counts),
            Bytes = partitions.Sum(partition => partition.Bytes), Batches = partitions.Sum(partition => partition.Batches), NullCursors = plan.NullCursors,
            Partitions = [.. partitions.Select(partition => Part(partition, scrubber))],
            Throughput = plan.StartedAt is { } begin && seen is { } end
                ? ThroughputSlices.Of(samples, partitions.ToDictionary(p => p.Number, p => p.StartedAt), begin, end) : [],
            Errors = errors, Workers = workers, MadeAt = now,
        };
    }

    // Of a process that planned first, only its time on the plan counts; without any that is known, the whole time.
    private static long BusyMs(IReadOnlyList<ReportWorker> workers, DateTimeOffset first, DateTimeOffset last)
    {
        var stretches = workers.Select(worker => (From: worker.StartedAt > first ? worker.StartedAt : first, To: worker.SeenAt < last ? worker.SeenAt : last));
        var busy = BusyTime.Of(stretches.Where(stretch => stretch.To > stretch.From));
        return (long)(busy > TimeSpan.Zero ? busy : last - first).TotalMilliseconds;
    }

    private static ReportPartition Part(BackfillPartition partition, SecretScrubber scrubber)
    {
        var seen = partition.StartedAt is null ? null : partition.FinishedAt ?? partition.HeartbeatAt ?? partition.StartedAt;
        return new ReportPartition
        {
            Number = partition.Number, Range = RangeOf(partition), Status = partition.Status, StartedAt = partition.StartedAt, SeenAt = seen,
            DurationMs = Milliseconds(partition.StartedAt, seen), EstimateRows = partition.EstimateRows, Counts = partition.Counts, Bytes = partition.Bytes,
            Batches = partition.Batches, Attempts = partition.Attempts, Worker = partition.Worker, ErrorCode = partition.ErrorCode, Error = scrubber.Scrub(partition.Error),
        };
    }

    private static string RangeOf(BackfillPartition partition)
    {
        var range = partition.Kind switch
        {
            PartitionKind.Hash => "keys",
            PartitionKind.Null => "rows without a cursor value",
            _ => $"{(partition.Low is { } low ? (partition.IsLowInclusive ? "from " : "after ") + Plain(low) : "from the beginning")} {(partition.High is { } high ? "to " + Plain(high) : "to the end")}",
        };
        return partition is { Bucket: { } bucket, Buckets: > 1 and var buckets } ? string.Create(CultureInfo.InvariantCulture, $"{range}, share {bucket + 1} of {buckets}") : range;
    }

    // Timestamps have nine digits of a second, which most do not use.
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(cursor))]
    private static string? Plain(string? cursor) => cursor?.EndsWith(".000000000", StringComparison.Ordinal) == true ? cursor[..^10] : cursor;

    private static async Task<List<ReportWorker>> WorkersAsync(NpgsqlConnection connection, Guid id, IReadOnlyList<BackfillSample> samples, CancellationToken stop)
    {
        var rows = samples.GroupBy(sample => sample.RunId).ToDictionary(group => group.Key, group => (Rows: group.Sum(sample => sample.Rows), Last: group.Max(sample => sample.At)));
        await using var command = new NpgsqlCommand(
            "SELECT run_id, host, pid, status, started_at, ended_at, heartbeat_at FROM etl.run WHERE backfill_id = $1 ORDER BY started_at, run_id", connection)
        {
            Parameters = { new NpgsqlParameter { Value = id } },
        };
        await using var reader = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        var workers = new List<ReportWorker>();
        while (await reader.ReadAsync(stop).ConfigureAwait(false))
        {
            DateTimeOffset? Time(int i) => reader.IsDBNull(i) ? null : reader.GetFieldValue<DateTimeOffset>(i);
            var (run, started) = (reader.GetGuid(0), Time(4)!.Value);
            var known = rows.TryGetValue(run, out var done);
            // A killed process is found out later: what it committed last is the better end.
            var seen = reader.GetString(3) == RunStatus.Abandoned ? Time(6) ?? (known ? done.Last : started) : Time(5) ?? Latest([Time(6), known ? done.Last : null, started])!.Value;
            workers.Add(new ReportWorker(run, reader.GetString(1), reader.GetInt32(2), reader.GetString(3), started, seen, known ? done.Rows : 0));
        }

        return workers;
    }

    private static async Task<List<ReportError>> ErrorsAsync(NpgsqlConnection connection, Guid id, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT q.sqlstate, q.column_name, count(*), count(*) FILTER (WHERE q.status = 'open')
            FROM etl.quarantine q JOIN etl.run r USING (run_id)
            WHERE r.backfill_id = $1 GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
            """, connection)
        {
            Parameters = { new NpgsqlParameter { Value = id } },
        };
        await using var reader = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        var errors = new List<ReportError>();
        while (await reader.ReadAsync(stop).ConfigureAwait(false))
        {
            var state = reader.IsDBNull(0) ? null : reader.GetString(0);
            errors.Add(new ReportError(state, reader.IsDBNull(1) ? null : reader.GetString(1), ErrorMeaning.Of(state), reader.GetInt64(2), reader.GetInt64(3)));
        }

        return errors;
    }

    private static async Task<ConfigurationException> UnknownAsync(NpgsqlConnection connection, string name, CancellationToken stop)
    {
        var names = (await BackfillStore.ListAsync(connection, null, 1000, stop).ConfigureAwait(false)).Select(plan => plan.Name).Distinct().ToList();
        return new ConfigurationException(
            $"There is no backfill '{name}'.{NearestName.Hint(name, names)}",
            names.Count == 0 ? "None was begun yet in this database." : $"Known are: {string.Join(", ", names.Take(20))}.");
    }

    private static long? Milliseconds(DateTimeOffset? from, DateTimeOffset? to) => from is { } a && to is { } b && b >= a ? (long)(b - a).TotalMilliseconds : null;

    private static DateTimeOffset? Latest(IEnumerable<DateTimeOffset?> times) => times.Max();
}
