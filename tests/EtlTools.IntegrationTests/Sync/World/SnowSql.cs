using System.Globalization;
using System.Text;

namespace EtlTools.IntegrationTests.Sync.World;

/// <summary>Snowflake SQL that tests write.</summary>
internal static class SnowSql
{
    /// <summary>A text literal in which nothing is left to escape rules.</summary>
    public static string Text(string value) =>
        "'" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>INSERT of rows given as expressions, so that functions may stand among them.</summary>
    public static string Insert(string table, IEnumerable<string> rows) =>
        $"INSERT INTO {table} {string.Join(" UNION ALL ", rows.Select(row => "SELECT " + row))}";

    /// <summary>INSERT of plain rows: <paramref name="row"/> is given each number and writes what stands between the parentheses.</summary>
    public static string Fill(string table, int from, int count, Func<int, string> row)
    {
        var sql = new StringBuilder($"INSERT INTO {table} VALUES ");
        for (var i = from; i < from + count; i++) sql.Append(i == from ? "(" : ", (").Append(row(i)).Append(')');
        return sql.ToString();
    }

    /// <summary>A timestamp literal, one minute later for each number.</summary>
    public static string Minute(int number) =>
        "'" + new DateTime(2024, 1, 1).AddMinutes(number).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "'";
}
