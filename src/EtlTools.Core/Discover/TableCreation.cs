using System.Data.Common;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Discover;

/// <summary>Creates discovered tables in Snowflake where they are missing. Existing tables are left as they are, and nothing else is created.</summary>
public sealed class TableCreation(EtlServices services)
{
    /// <summary>Creates those that can be moved, in order.</summary>
    /// <returns>For each of these whether it was created now; false when it was there.</returns>
    /// <exception cref="EtlException">Snowflake was not reached, the database or schema is not there, or the role may not create tables. Tables before the failure exist.</exception>
    public async Task<IReadOnlyList<(DiscoveredTable Table, bool IsNew)>> RunAsync(IReadOnlyList<DiscoveredTable> tables, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tables);
        var connection = await services.Snowflake.OpenAsync("etl-tools discover", cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        var done = new List<(DiscoveredTable, bool)>();
        foreach (var table in tables.Where(t => t.CanBeMoved))
        {
            try
            {
                var isThere = await IsThereAsync(connection, table.Target, cancellationToken).ConfigureAwait(false);
                if (!isThere) await SnowflakeStatement.ExecuteAsync(connection, table.Ddl, cancellationToken).ConfigureAwait(false);
                done.Add((table, !isThere));
            }
            catch (DbException refused) when (!SnowflakeErrors.IsTransient(refused))
            {
                throw new ConfigurationException(
                    $"{table.Target} cannot be created: {refused.Message.TrimEnd('.')}.", $"Create database and schema first, and grant the role CREATE TABLE on {table.Target.Database}.{table.Target.Schema}. {done.Count} tables before it are done.", refused);
            }
        }

        return done;
    }

    private static async Task<bool> IsThereAsync(DbConnection connection, SnowflakeTableName table, CancellationToken cancellationToken) =>
        (await SnowflakeStatement.RowAsync(
            connection, $"SELECT COUNT(*) FROM {table.Database.ToSql()}.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?", [table.Schema.Name, table.Table.Name],
            cancellationToken).ConfigureAwait(false))[0] != "0";
}
