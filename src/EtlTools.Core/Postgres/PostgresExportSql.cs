namespace EtlTools.Core.Postgres;

/// <summary>COPY of rows as CSV: an unquoted empty field is NULL, a quoted one the empty text, as Snowflake's loader has it too.</summary>
internal static class PostgresExportSql
{
    /// <summary>Sends a range of a table, as it lies; order does not matter to what loads the files.</summary>
    /// <param name="table">The table.</param>
    /// <param name="projections">SQL of each field.</param>
    /// <param name="range">Condition; null sends all rows.</param>
    public static string Copy(PostgresTableName table, IEnumerable<string> projections, string? range) =>
        $"COPY (SELECT {string.Join(", ", projections)} FROM {table.ToSql()}{(range is null ? "" : $" WHERE {range}")}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')";
}
