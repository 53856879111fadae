using System.Globalization;
using EtlTools.LocalWarehouse.Sql.Parsing;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>The only place that writes values and names into PostgreSQL text.</summary>
internal static class SqlText
{
    internal static string Literal(string value) => "'" + StringLiteral.RefuseNul(value).Replace("'", "''", StringComparison.Ordinal) + "'::text";

    internal static string Quote(string value) => "'" + StringLiteral.RefuseNul(value).Replace("'", "''", StringComparison.Ordinal) + "'";

    internal static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    internal static string Boolean(bool value) => value ? "true" : "false";
}
