using System.Globalization;
using System.Text;
using EtlTools.Core.Config;
using EtlTools.Core.Postgres;

namespace EtlTools.Core.Discover;

/// <summary>
/// Writes the YAML file of a discovery. Everything that is not a key stands in comments, so that the whole text is a file that
/// <see cref="ConfigurationFile"/> reads.
/// </summary>
internal static class DiscoveryYaml
{
    /// <summary>The file; lines end with a line feed.</summary>
    public static string Write(Discovery discovery)
    {
        var text = new StringBuilder();
        Comment(text, "", $"Tables of the schema {discovery.Schema}, from PostgreSQL to Snowflake. Made from the catalog alone: read the reasons and warnings, then correct it.");
        Comment(text, "", "A ! marks what somebody should decide or repair.");
        text.Append("\ndirection: postgres_to_snowflake\n");
        text.Append(discovery.Tables.Any(t => t.CanBeMoved) ? "\ntables:\n" : "\n# tables:\n");
        var isFirst = true;
        foreach (var table in discovery.Tables)
        {
            if (!isFirst) text.Append('\n');
            isFirst = false;
            text.Append(Table(table));
        }

        text.Append("\n# What creates the tables in Snowflake, where they are missing:\n");
        foreach (var table in discovery.Tables)
        {
            text.Append('\n');
            foreach (var line in (table.Ddl + ";").Split('\n')) Comment(text, "", line);
        }

        return text.ToString();
    }

    /// <summary>The entry of one table; all of it commented out when it cannot be moved.</summary>
    public static string Table(DiscoveredTable table)
    {
        var text = new StringBuilder();
        var off = table.CanBeMoved ? "" : "# ";
        foreach (var warning in table.Warnings) Comment(text, "  ", "! " + warning + ".");
        foreach (var column in table.Columns.Where(c => c.Mapped is { Note: not null, IsDoubtful: false }))
            Comment(text, "  ", $"{column.Source} ({column.Declared}): {column.Mapped.Note}.");
        if (table.EstimatedRows is { } rows) Comment(text, "  ", string.Create(CultureInfo.InvariantCulture, $"about {rows:N0} rows"));
        text.Append(CultureInfo.InvariantCulture, $"  {off}- source: {Scalar(SnowflakeNames.Written(table.Source))}\n");
        text.Append(CultureInfo.InvariantCulture, $"  {off}  target: {Scalar(table.TargetText)}\n");
        if (table.Key.Value is { } key)
            text.Append(CultureInfo.InvariantCulture, $"  {off}  pk: {(key.Count == 1 ? Scalar(key[0]) : $"[{string.Join(", ", key.Select(Scalar))}]")}{Reason(table.Key.Reason)}\n");
        if (table.Watermark.Value is { } watermark)
            text.Append(CultureInfo.InvariantCulture, $"  {off}  watermark_column: {Scalar(watermark)}{Reason(table.Watermark.Reason)}\n");
        if (table.Mode != WriteMode.Merge)
            text.Append(CultureInfo.InvariantCulture, $"  {off}  mode: {PipelineWords.WriteModes.Format(table.Mode)}\n");
        if (table.Columns.Any(c => c.Target != SnowflakeNames.Natural(c.Source)))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {off}  columns:\n");
            foreach (var column in table.Columns) text.Append(CultureInfo.InvariantCulture, $"  {off}    {Scalar(column.Source)}: {Scalar(column.Target)}\n");
        }

        return text.ToString();
    }

    private static string Reason(string reason) => "   # " + OneLine(reason);

    private static void Comment(StringBuilder text, string indent, string line) => text.Append(indent).Append("# ").Append(OneLine(line)).Append('\n');

    /// <summary>A name may have a line end in it; a comment may not.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u0085' or '\u2028' or '\u2029' ? ' ' : c)).TrimEnd();

    private static string Scalar(string value)
    {
        var isPlain = (char.IsAsciiLetter(value[0]) || value[0] == '_') && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.')
            && value.ToUpperInvariant() is not ("NULL" or "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N");
        return isPlain ? value : "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";
    }
}
