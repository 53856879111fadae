using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>The results of COPY INTO a table under Snowflake's column names.</summary>
internal static class CopyResult
{
    private static readonly SnowType Count = SnowType.Number(18, 0);

    private static readonly ResultColumn[] FileColumns =
    [
        new("file", SnowType.Text, true), new("status", SnowType.Text, true), new("rows_parsed", Count, true), new("rows_loaded", Count, true),
        new("error_limit", Count, true), new("errors_seen", Count, true), new("first_error", SnowType.Text, true), new("first_error_line", Count, true),
        new("first_error_character", Count, true), new("first_error_column_name", SnowType.Text, true),
    ];

    private static readonly ResultColumn[] ProblemColumns =
    [
        new("ERROR", SnowType.Text, true), new("FILE", SnowType.Text, true), new("LINE", Count, true), new("CHARACTER", Count, true), new("BYTE_OFFSET", Count, true),
        new("CATEGORY", SnowType.Text, true), new("CODE", Count, true), new("SQL_STATE", SnowType.Text, true), new("COLUMN_NAME", SnowType.Text, true),
        new("ROW_NUMBER", Count, true), new("ROW_START_LINE", Count, true), new("REJECTED_RECORD", SnowType.Text, true),
    ];

    /// <summary>The columns of VALIDATE and of VALIDATION_MODE; the catalog keeps them under the same names in lower case.</summary>
    internal static IReadOnlyList<ResultColumn> RefusedRows => ProblemColumns;

    internal static StatementResult Of(StatementRun run, IReadOnlyList<FileOutcome> outcomes, CopyOptions options)
    {
        var rows = outcomes.Where(o => !options.ReturnsFailedOnly || o.Errors > 0).Select(o => (string?[])
        [
            o.File.Name, o.Status, SqlText.Number(o.RowsParsed), SqlText.Number(o.RowsLoaded), SqlText.Number(o.ErrorLimit), SqlText.Number(o.Errors),
            o.First?.Fault.Message, Number(o.First?.Line), Number(o.First?.Character), o.First?.Column,
        ]).ToList();
        return new StatementResult(run.QueryId, StatementType.Copy, FileColumns, new TextRows(FileColumns, rows), outcomes.Sum(o => o.RowsLoaded));
    }

    internal static StatementResult Of(StatementRun run, IReadOnlyList<Problem> problems) =>
        new(run.QueryId, StatementType.Copy, ProblemColumns, new TextRows(ProblemColumns, [.. problems.Select(LoadHistory.Row)]), 0);

    private static string? Number(long? value) => value is { } number ? SqlText.Number(number) : null;
}
