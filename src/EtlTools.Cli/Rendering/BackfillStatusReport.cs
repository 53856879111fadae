using EtlTools.Core.Backfill;
using EtlTools.Core.State;

namespace EtlTools.Cli.Rendering;

/// <summary>The result of <c>backfill status</c> and <c>backfill cancel</c>. JSON: <c>backfills</c>, each with the fields of <see cref="BackfillRows"/>, <c>totals</c> and, for one that was named, <c>partitions</c>.</summary>
internal sealed class BackfillStatusReport(IReadOnlyList<BackfillSnapshot> snapshots, bool isDetailed) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        if (snapshots.Count == 0)
        {
            text.Line("There is no backfill yet; 'etl backfill TABLE' begins one.");
            return;
        }

        BackfillRows.Write(text, snapshots);
        if (!isDetailed) return;
        foreach (var snapshot in snapshots)
        {
            BackfillRows.Write(text, snapshot.Partitions);
            foreach (var partition in snapshot.Partitions.Where(partition => partition.Error is not null))
                text.Line($"Partition {partition.Number}: {partition.Error}", TextReport.Bad);
            if (snapshot.Plan.Error is { } error) text.Line(error, TextReport.Bad);
            if (snapshot.Plan is { CancelRequested: true, Status: BackfillStatus.Running }) text.Line("Its workers were asked to stop; they do at their next batch.", TextReport.Doubtful);
            if (snapshot.Building.Count > 0 && snapshot.IsAlive) text.Line($"All rows are loaded; being built: {string.Join(", ", snapshot.Building)}.");
            else if (snapshot.Plan.PutOffIndexes.Count > 0) text.Line($"Built at the end: {string.Join(", ", snapshot.Plan.PutOffIndexes.Select(index => index.Name))}.");
        }
    }

    public override void Write(JsonReport json) => json.Objects("backfills", snapshots, (json, snapshot) =>
    {
        BackfillRows.Write(json, snapshot.Plan);
        json.Flag("is_alive", snapshot.IsAlive);
        json.Number("rows_per_second", snapshot.RowsPerSecond);
        json.Number("seconds_left", snapshot.Left?.TotalSeconds);
        json.Object("totals", json => RunRows.WriteCounts(json, snapshot.Counts));
        if (isDetailed) json.Objects("partitions", snapshot.Partitions, BackfillRows.Write);
    });
}
