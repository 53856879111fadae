using EtlTools.Core.Query;

namespace EtlTools.Cli.Rendering;

/// <summary>The result of <c>query</c>. JSON: <c>columns</c>, <c>rows</c> (one object each, a repeated name with a number; all values are texts or null), <c>is_complete</c>.</summary>
internal sealed class QueryReport(QueryAnswer answer) : CommandReport
{
    private readonly IReadOnlyList<string> _columns = answer.DistinctColumns();

    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        text.Table(_columns, answer.Rows.Select(row => (Cell[])[.. row.Select(field => field is null ? new Cell("NULL", TextReport.Faint) : new Cell(field))]));
        text.Line(answer.IsComplete ? $"{Format.Count(answer.Rows.Count)} {(answer.Rows.Count == 1 ? "row" : "rows")}" : $"The first {Format.Count(answer.Rows.Count)} rows; --limit reads more.");
    }

    public override void Write(JsonReport json)
    {
        json.Texts("columns", _columns);
        json.Objects("rows", answer.Rows, (json, row) =>
        {
            for (var i = 0; i < row.Count; i++) json.Text(_columns[i], row[i]);
        });
        json.Flag("is_complete", answer.IsComplete);
    }
}
