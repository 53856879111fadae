using EtlTools.Core.State;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// The result of <c>errors list</c> and <c>errors show</c>. JSON: <c>status</c>, <c>entries</c> (<c>id</c>, <c>pipeline</c>, <c>run_id</c>,
/// <c>key</c>, <c>reason</c>, <c>sqlstate</c>, <c>column</c>, <c>status</c>, <c>attempts</c>, <c>first_seen</c>, <c>last_seen</c>, and with show <c>payload</c>).
/// </summary>
internal sealed class QuarantineReport(IReadOnlyList<QuarantinedRow> rows, string status, int limit, bool withData) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        if (rows.Count == 0)
        {
            text.Line(status == "all" ? "No row was ever quarantined." : $"No {status} row is in quarantine.", TextReport.Good);
            return;
        }

        if (withData) foreach (var row in rows) WriteEntry(text, row);
        else WriteTable(text);
        if (rows.Count == limit) text.Line($"These are the newest {Format.Count(limit)}; --limit shows more.");
        if (!withData) text.Line("  → 'etl errors show ID' shows a row's data; 'etl errors retry' tries again after a repair.");
    }

    public override void Write(JsonReport json)
    {
        json.Text("status", status);
        json.Objects("entries", rows, (json, row) =>
        {
            json.Count("id", row.Id);
            json.Text("pipeline", row.Pipeline);
            json.Text("run_id", row.RunId?.ToString());
            json.Raw("key", row.Key);
            json.Text("reason", row.Reason);
            json.Text("sqlstate", row.SqlState);
            json.Text("column", row.Column);
            json.Text("status", row.Status);
            json.Count("attempts", row.Attempts);
            json.Time("first_seen", row.FirstSeen);
            json.Time("last_seen", row.LastSeen);
            if (withData) json.Raw("payload", row.Payload);
        });
    }

    private static void WriteEntry(TextReport text, QuarantinedRow row)
    {
        text.Line($"{row.Id}  {row.Pipeline}  {row.Status}", TextReport.Heading);
        text.Line($"  reason   {row.Reason}{(row.SqlState is { } state ? $" (SQLSTATE {state})" : "")}");
        if (row.Column is { } column) text.Line($"  column   {column}");
        text.Line($"  key      {row.Key ?? "none"}");
        text.Line($"  seen     {Format.Time(row.FirstSeen)} to {Format.Time(row.LastSeen)}, retried {Format.Count(row.Attempts)} times, last by run {row.RunId}");
        text.Line($"  row      {row.Payload}");
        text.Line();
    }

    private void WriteTable(TextReport text) => text.Table(
        ["#id", "table", "key", "column", "reason", "status", "#retries", "last seen"],
        rows.Select(row => (Cell[])
        [
            row.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), row.Pipeline, Format.Shorten(row.Key, 60), row.Column,
            Format.Shorten(row.Reason, 100), row.Status, row.Attempts, Format.Time(row.LastSeen),
        ]));
}

/// <summary>The result of <c>errors discard</c>. JSON: <c>discarded</c>.</summary>
internal sealed class DiscardReport(int count) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text) => text.Line(
        count == 0 ? "Nothing was done: none of these rows is open." : $"{Format.Count(count)} rows given up.", count == 0 ? TextReport.Doubtful : TextReport.Good);

    public override void Write(JsonReport json) => json.Count("discarded", count);
}
