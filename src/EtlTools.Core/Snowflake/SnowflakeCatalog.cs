using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Snowflake;

/// <summary>Reads what Snowflake's INFORMATION_SCHEMA says about tables.</summary>
public static class SnowflakeCatalog
{
    private const int NamesShown = 5;

    /// <summary>The columns of a table or view.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="table">Its complete name.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <exception cref="ConfigurationException">There is no such table for this role; the message has similar names.</exception>
    public static async Task<SnowflakeTable> DescribeAsync(DbConnection connection, SnowflakeTableName table, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(table);
        var columns = await ReadAsync(
            connection,
            $"SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, IS_NULLABLE, ORDINAL_POSITION FROM {table.Database.ToSql()}.INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION",
            [table.Schema.Name, table.Table.Name],
            ReadColumn,
            cancellationToken).ConfigureAwait(false);
        return columns.Count > 0
            ? new SnowflakeTable(table, columns)
            : throw NotFound(table, await TableNamesAsync(connection, table.Database, cancellationToken).ConfigureAwait(false));
    }

    private static Task<List<(string Schema, string Table)>> TableNamesAsync(DbConnection connection, SnowflakeIdentifier database, CancellationToken cancellationToken) =>
        ReadAsync(
            connection,
            $"SELECT TABLE_SCHEMA, TABLE_NAME FROM {database.ToSql()}.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA <> ? ORDER BY TABLE_SCHEMA, TABLE_NAME",
            ["INFORMATION_SCHEMA"],
            row => (row.GetString(0), row.GetString(1)),
            cancellationToken);

    private static SnowflakeColumn ReadColumn(DbDataReader row) => new(
        row.GetString(0),
        SnowflakeType.FromCatalog(row.GetString(1), Number(row, 2), (int?)Number(row, 3), (int?)Number(row, 4), (int?)Number(row, 5)),
        row.GetString(6).Equals("YES", StringComparison.OrdinalIgnoreCase),
        (int)Number(row, 7)!.Value);

    private static long? Number(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);

    private static async Task<List<T>> ReadAsync<T>(DbConnection connection, string sql, string[] values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var commandDisposal = command.ConfigureAwait(false);
        command.CommandText = sql;
        SnowflakeStatement.Bind(command, values);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var readerDisposal = reader.ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Says what is there instead: the same name in other case or another schema first, then names typed nearly so.</summary>
    internal static ConfigurationException NotFound(SnowflakeTableName wanted, IReadOnlyList<(string Schema, string Table)> existing)
    {
        var same = existing.Where(t => t.Table.Equals(wanted.Table.Name, StringComparison.OrdinalIgnoreCase));
        var inSchema = existing.Where(t => t.Schema.Equals(wanted.Schema.Name, StringComparison.OrdinalIgnoreCase));
        var near = NearestName.Find(wanted.Table.Name, inSchema.Select(t => t.Table));
        var names = same.Concat(inSchema.Where(t => t.Table == near)).Distinct().Take(NamesShown)
            .Select(t => $"{wanted.Database.ToSql()}.{SnowflakeIdentifier.Quote(t.Schema)}.{SnowflakeIdentifier.Quote(t.Table)}").ToList();
        var hint = names.Count > 0 ? $" There is {string.Join(", ", names)}." : "";
        return new ConfigurationException(
            $"Snowflake has no table {wanted.ToSql()} that this role may see.{hint}",
            "Correct the name in the YAML file (unquoted names fold to upper case, \"quoted\" ones do not), or grant the role USAGE on database and schema and SELECT on the table.");
    }
}
