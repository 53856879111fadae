using EtlTools.Core.Config;
using EtlTools.Core.Discover;
using EtlTools.Core.Postgres;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// The result of <c>discover</c>: for people a YAML file, complete with what was created as comments. JSON: <c>yaml</c>, <c>tables</c>
/// (<c>source</c>, <c>target</c>, <c>can_be_moved</c>, <c>pk</c>, <c>pk_reason</c>, <c>watermark_column</c>, <c>watermark_reason</c>,
/// <c>mode</c>, <c>estimated_rows</c>, <c>columns</c>, <c>warnings</c>, <c>ddl</c>, <c>created</c>: <c>now</c>, <c>before</c>, or null when it was not applied).
/// </summary>
internal sealed class DiscoverReport(Discovery discovery, IReadOnlyList<(DiscoveredTable Table, bool IsNew)>? created) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        text.Exact(discovery.Yaml);
        if (created is null) return;
        text.Line();
        foreach (var table in discovery.Tables)
        {
            var (words, style) = IsNew(table) switch
            {
                true => ("created", TextReport.Good),
                false => ("was there, left as it is", TextReport.Doubtful),
                null => ("not created, since it cannot be moved", TextReport.Doubtful),
            };
            text.Line($"# {table.TargetText}: {words}", style);
        }
    }

    public override void Write(JsonReport json)
    {
        json.Text("schema", discovery.Schema);
        json.Objects("tables", discovery.Tables, WriteTable);
        json.Text("yaml", discovery.Yaml);
    }

    private void WriteTable(JsonReport json, DiscoveredTable table)
    {
        json.Text("source", SnowflakeNames.Written(table.Source));
        json.Text("target", table.TargetText);
        json.Flag("can_be_moved", table.CanBeMoved);
        json.Texts("pk", table.Key.Value ?? []);
        json.Text("pk_reason", table.Key.Reason);
        json.Text("watermark_column", table.Watermark.Value);
        json.Text("watermark_reason", table.Watermark.Reason);
        json.Text("mode", table.Mode switch { WriteMode.Merge => "merge", WriteMode.Append => "append", _ => "full" });
        json.Count("estimated_rows", table.EstimatedRows);
        json.Objects("columns", table.Columns, static (json, column) =>
        {
            json.Text("source", column.Source);
            json.Text("target", column.Target);
            json.Text("postgres_type", column.Declared);
            json.Text("snowflake_type", column.Mapped.Type.ToSql());
            json.Flag("not_null", column.NotNull);
            json.Text("note", column.Mapped.Note);
        });
        json.Texts("warnings", table.Warnings);
        json.Text("ddl", table.Ddl);
        json.Text("created", IsNew(table) switch { true => "now", false => "before", null => null });
    }

    /// <summary>Whether a table was created now; null when nothing was tried.</summary>
    private bool? IsNew(DiscoveredTable table) => created?.Where(c => c.Table == table).Select(c => (bool?)c.IsNew).FirstOrDefault();
}
