using System.Text.RegularExpressions;
using EtlTools.Core.Backfill;
using EtlTools.Core.State;

namespace EtlTools.Cli.Rendering;

/// <summary>Plans and partitions as rows of tables and as JSON objects; field names are the columns of <c>etl.backfill</c> and <c>etl.partition</c>.</summary>
internal static partial class BackfillRows
{
    /// <summary>Fields of a plan, into the object that is open.</summary>
    public static void Write(JsonReport json, BackfillPlan plan)
    {
        json.Text("backfill_id", plan.Id.ToString());
        json.Text("name", plan.Name);
        json.Text("pipeline", plan.Pipeline);
        json.Text("source", plan.Source);
        json.Text("target", plan.Target);
        json.Text("method", plan.Method);
        json.Text("status", plan.Status);
        json.Text("low", plan.Low);
        json.Text("high", plan.High);
        json.Count("batch_size", plan.BatchSize);
        json.Flag("target_was_empty", plan.TargetWasEmpty);
        json.Count("estimate_rows", plan.Estimate.Rows);
        json.Count("estimate_bytes", plan.Estimate.Bytes);
        json.Count("estimate_files", plan.Estimate.Files);
        json.Number("estimate_seconds", plan.Estimate.Duration?.TotalSeconds);
        json.Texts("put_off_indexes", plan.PutOffIndexes.Select(index => index.Name));
        json.Time("created_at", plan.CreatedAt);
        json.Time("started_at", plan.StartedAt);
        json.Time("finished_at", plan.FinishedAt);
        json.Text("error_code", plan.ErrorCode);
        json.Text("error", plan.Error);
    }

    /// <summary>Fields of a partition, into the object that is open.</summary>
    public static void Write(JsonReport json, BackfillPartition partition)
    {
        json.Count("number", partition.Number);
        json.Text("kind", partition.Kind);
        json.Text("low", partition.Low);
        json.Text("high", partition.High);
        json.Count("bucket", partition.Bucket);
        json.Text("status", partition.Status);
        json.Text("worker", partition.Worker);
        json.Count("attempts", partition.Attempts);
        json.Count("failures", partition.Failures);
        json.Count("estimate_rows", partition.EstimateRows);
        RunRows.WriteCounts(json, partition.Counts);
        json.Count("bytes", partition.Bytes);
        json.Count("batches", partition.Batches);
        json.Time("started_at", partition.StartedAt);
        json.Time("finished_at", partition.FinishedAt);
        json.Time("heartbeat_at", partition.HeartbeatAt);
        json.Text("checkpoint", partition.Checkpoint);
        json.Text("error_code", partition.ErrorCode);
        json.Text("error", partition.Error);
    }

    /// <summary>A table with a line a partition. Columns in which all have nothing are left out, except the usual ones.</summary>
    public static void Write(TextReport text, IReadOnlyList<BackfillPartition> partitions)
    {
        var columns = new List<(string Heading, Func<BackfillPartition, Cell> Cell, bool IsShown)>
        {
            ("#part", p => (long)p.Number, true),
            ("from", p => From(p), true),
            ("to", p => Plain(p.High), partitions.Any(p => p.High is not null)),
            ("status", p => Status(p.Status), true),
            ("#estimate", p => p.EstimateRows, partitions.Any(p => p.Status != PartitionStatus.Done)),
            ("#read", p => p.Counts.Read, true),
            ("#inserted", p => p.Counts.Inserted, partitions.Any(p => p.Counts.Inserted > 0)),
            ("#updated", p => p.Counts.Updated, partitions.Any(p => p.Counts.Updated > 0)),
            ("#unchanged", p => p.Counts.Unchanged, partitions.Any(p => p.Counts.Unchanged > 0)),
            ("#superseded", p => p.Counts.Superseded, partitions.Any(p => p.Counts.Superseded > 0)),
            ("#quarantined", p => p.Counts.Quarantined, partitions.Any(p => p.Counts.Quarantined > 0)),
            ("#attempts", p => (long)p.Attempts, partitions.Any(p => p.Attempts > 1)),
            ("worker", p => p.Status == PartitionStatus.Running ? p.Worker : "", partitions.Any(p => p.Status == PartitionStatus.Running)),
        };
        var shown = columns.Where(column => column.IsShown).ToList();
        text.Table([.. shown.Select(column => column.Heading)], partitions.Select(partition => (Cell[])[.. shown.Select(column => column.Cell(partition))]));
    }

    /// <summary>A table with a line a plan.</summary>
    public static void Write(TextReport text, IReadOnlyList<BackfillSnapshot> snapshots) => text.Table(
        ["created", "backfill", "method", "status", "#rows", "#expected", "#partitions", "#parked", "#quarantined", "#rows/s", "#left"],
        snapshots.Select(s => (Cell[])
        [
            Format.Time(s.Plan.CreatedAt), s.Plan.Name, s.Plan.Method, StatusOf(s), s.Counts.Read, s.Expected, $"{s.Count(PartitionStatus.Done)}/{s.Partitions.Count}",
            (long)s.Count(PartitionStatus.Parked), s.Counts.Quarantined, s.RowsPerSecond >= 1 ? (long)s.RowsPerSecond : "", s.Left is { } left ? Format.Duration(left) : "",
        ]));

    private static string From(BackfillPartition p) => p.Kind switch
    {
        PartitionKind.Null => "no cursor value",
        PartitionKind.Hash => $"keys {p.Bucket + 1} of {p.Buckets}",
        _ => (p.Low is null ? "the beginning" : (p.IsLowInclusive ? "" : "after ") + Plain(p.Low)) + (p.Bucket is { } bucket ? $", keys {bucket + 1} of {p.Buckets}" : ""),
    };

    // Nine digits of a second, of which most values use few.
    private static string Plain(string? cursor) => cursor is null || !cursor.Contains('.', StringComparison.Ordinal) || !cursor.Contains(':', StringComparison.Ordinal)
        ? cursor ?? ""
        : FractionEnd().Replace(cursor, "$1$2");

    [GeneratedRegex(@"(?:\.0+|(\.[0-9]*[1-9])0+)(Z|[+-][0-9:]+)?$")]
    private static partial Regex FractionEnd();

    private static Cell StatusOf(BackfillSnapshot snapshot) => snapshot is { Plan.Status: BackfillStatus.Running, IsAlive: false }
        ? new Cell("running, no sign of life", TextReport.Doubtful)
        : TextReport.Status(snapshot.Plan.Status);

    private static Cell Status(string status) => new(status, status switch
    {
        PartitionStatus.Done => TextReport.Good,
        PartitionStatus.Parked => TextReport.Bad,
        PartitionStatus.Running => TextReport.Doubtful,
        _ => TextReport.Plain,
    });
}
