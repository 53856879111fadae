using EtlTools.Core.State;

namespace EtlTools.Cli.Rendering;

/// <summary>Runs as rows of a table and as JSON objects; field names are the columns of <c>etl.run</c>.</summary>
internal static class RunRows
{
    /// <summary>Fields of one run, into the object that is open.</summary>
    public static void Write(JsonReport json, RunRecord run)
    {
        json.Text("run_id", run.RunId.ToString());
        json.Text("pipeline", run.Pipeline);
        json.Text("operation", run.Operation);
        json.Text("mode", run.Mode);
        json.Text("direction", run.Direction);
        json.Flag("dry_run", run.DryRun);
        json.Text("status", run.Status);
        json.Time("started_at", run.StartedAt);
        json.Time("ended_at", run.EndedAt);
        json.Count("duration_ms", run.DurationMs);
        json.Number("rows_per_second", run.RowsPerSecond);
        json.Text("window_low", run.WindowLow);
        json.Text("window_high", run.WindowHigh);
        WriteCounts(json, run.Counts);
        json.Count("deleted", run.Deleted);
        json.Count("null_cursors", run.NullCursors);
        json.Count("rows_so_far", run.Progress?.Rows);
        json.Count("rows_expected", run.Progress?.Expected);
        json.Time("heartbeat_at", run.HeartbeatAt);
        json.Count("bytes", run.Bytes);
        json.Count("error_count", run.ErrorCount);
    }

    /// <summary>Row counts, into the object that is open.</summary>
    public static void WriteCounts(JsonReport json, RowCounts counts)
    {
        json.Count("records_read", counts.Read);
        json.Count("records_processed", counts.Processed);
        json.Count("inserted", counts.Inserted);
        json.Count("updated", counts.Updated);
        json.Count("unchanged", counts.Unchanged);
        json.Count("superseded", counts.Superseded);
        json.Count("quarantined", counts.Quarantined);
        json.Count("dropped", counts.Dropped);
    }

    /// <summary>A table with a line a run. Columns in which all runs have nothing are left out, except the usual ones.</summary>
    public static void Write(TextReport text, IReadOnlyList<RunRecord> runs, bool withStart)
    {
        var columns = new List<(string Heading, Func<RunRecord, Cell> Cell, bool IsShown)>
        {
            ("started", run => Format.Time(run.StartedAt), withStart),
            ("table", run => run.Pipeline, true),
            ("run", run => Kind(run), withStart),
            ("status", run => TextReport.Status(run.Status), true),
            ("#read", run => run is { Status: RunStatus.Running, Progress: { } progress } ? progress.Rows : run.Counts.Read, true),
            ("#inserted", run => run.Counts.Inserted, true),
            ("#updated", run => run.Counts.Updated, true),
            ("#unchanged", run => run.Counts.Unchanged, true),
            ("#superseded", run => run.Counts.Superseded, runs.Any(run => run.Counts.Superseded > 0)),
            ("#deleted", run => run.Deleted, runs.Any(run => run.Deleted > 0)),
            ("#dropped", run => run.Counts.Dropped, runs.Any(run => run.Counts.Dropped > 0)),
            ("#quarantined", run => run.Counts.Quarantined, true),
            ("#time", run => Format.Duration(run.DurationMs), true),
            ("#rows/s", run => run is { RowsPerSecond: { } rate, Counts.Read: > 0 } ? (long)rate : "", true),
        };
        var shown = columns.Where(column => column.IsShown).ToList();
        text.Table([.. shown.Select(column => column.Heading)], runs.Select(run => (Cell[])[.. shown.Select(column => column.Cell(run))]));
    }

    private static string Kind(RunRecord run) =>
        (run.Operation == "sync" ? run.Mode : run.Operation) + (run.DryRun ? ", dry" : "");
}
