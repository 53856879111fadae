using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Rows;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync.Drift;

namespace EtlTools.Core.Backfill;

/// <summary>
/// The statements that unload partitions to files which PostgreSQL's COPY reads as they are. A value that PostgreSQL would change without
/// a word (it rounds fine fractions of a second and cuts blanks off) gets a mark that makes COPY refuse it; the file is then read row by
/// row, and the pipeline's policies decide.
/// </summary>
internal sealed class UnloadSql(BackfillTables tables, FineTimePolicy fineTime)
{
    /// <summary>Compressed bytes after which the source begins another file: what is downloaded, loaded and redone at once.</summary>
    public const long FileBytes = 16 << 20;

    private const string Mark = "!";

    /// <summary>Unloads a partition.</summary>
    /// <param name="location">Stage and path, as in SQL, without quotes.</param>
    /// <param name="partition">Which.</param>
    public string Unload(SnowflakeStage location, BackfillPartition partition) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        COPY INTO {location.Sql} FROM ({tables.Sql.Select(partition, tables.Plan.Columns.Select(Project))})
        FILE_FORMAT = (TYPE = CSV COMPRESSION = GZIP FIELD_OPTIONALLY_ENCLOSED_BY = '"' ESCAPE_UNENCLOSED_FIELD = NONE NULL_IF = () EMPTY_FIELD_AS_NULL = FALSE)
        MAX_FILE_SIZE = {FileBytes} OVERWRITE = TRUE
        """);

    /// <summary>A row of a file as the source has it: marks and prefixes taken away.</summary>
    public void Restore(string?[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] is not { } text) continue;
            var rule = tables.Plan.Columns[i].Rule;
            row[i] = rule.Kind switch
            {
                ColumnRuleKind.Time when text.EndsWith(Mark, StringComparison.Ordinal) => text[..^1],
                ColumnRuleKind.Binary => text[2..],
                ColumnRuleKind.BoundedText when IsMarked(tables.Plan.Columns[i]) && text.EnumerateRunes().Count() > rule.Limit => text[..^1],
                _ => text,
            };
        }
    }

    private string Project(ColumnPlan column)
    {
        var text = SnowflakeText.Select(column.Source);
        var limit = column.Rule.Limit.ToString(CultureInfo.InvariantCulture);
        switch (column.Rule.Kind)
        {
            case ColumnRuleKind.Binary:
                return $"{SnowflakeLiteral.Text(@"\x")} || {text}";
            case ColumnRuleKind.BoundedText when IsMarked(column):
                return $"IFF(LENGTH({text}) > {limit}, {text} || '{Mark}', {text})";
            case ColumnRuleKind.Time when (column.Source.Type.Scale ?? 9) > column.Rule.Limit:
                if (fineTime == FineTimePolicy.Truncate) return text.Replace(".FF9", column.Rule.Limit == 0 ? "" : ".FF" + limit, StringComparison.Ordinal);
                var surplus = 9 - column.Rule.Limit;
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"IFF(RIGHT(TO_VARCHAR({SnowflakeIdentifier.Quote(column.Source.Name)}, 'FF9'), {surplus}) = '{new string('0', surplus)}', {text}, {text} || '{Mark}')");
            default:
                return text;
        }
    }

    private static bool IsMarked(ColumnPlan column) =>
        column.Source.Type is not { Kind: SnowflakeTypeKind.Text, Length: { } length } || length > column.Rule.Limit;
}
