using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>
/// The temporary table a transformation reads a file from: one column for each field ($1, $2, …), then the file's path and the
/// row's number. Only the rows of a range are seen, so that a refused row can be searched for by halves.
/// </summary>
internal sealed record StagedTable(string Physical, int Fields, bool IsSemiStructured, long FirstRow, long LastRow)
{
    /// <summary>How the table is created.</summary>
    internal string Definition =>
        $"CREATE TEMPORARY TABLE {Physical} ({string.Concat(Enumerable.Range(1, Fields).Select(i => $"f{SqlText.Number(i)} {(IsSemiStructured ? "jsonb" : "text COLLATE \"C\"")}, "))}file text COLLATE \"C\", row bigint)";

    internal string Source => $"(SELECT * FROM {Physical} WHERE row BETWEEN {SqlText.Number(FirstRow)} AND {SqlText.Number(LastRow)})";

    internal IEnumerable<ScopeColumn> Columns(string alias)
    {
        for (var i = 1; i <= Fields; i++)
            yield return new ScopeColumn("$" + SqlText.Number(i), $"{alias}.f{SqlText.Number(i)}", IsSemiStructured ? SnowType.Variant : SnowType.Text, true);
        yield return new ScopeColumn("METADATA$FILENAME", alias + ".file", SnowType.Text, false);
        yield return new ScopeColumn("METADATA$FILE_ROW_NUMBER", $"{alias}.row::numeric", SnowType.Integer, false);
    }
}
