using System.Data.Common;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Query;

/// <summary>Asks Snowflake, or the local warehouse, something; with the settings, the session and the log of every other command.</summary>
public sealed class WarehouseQuery(EtlServices services)
{
    private static readonly string[] s_reading = ["SELECT", "WITH", "VALUES", "SHOW", "DESCRIBE", "DESC", "LIST", "LS", "EXPLAIN"];

    /// <summary>Runs a query and reads its first rows.</summary>
    /// <param name="sql">One statement that reads, without or with a semicolon at its end.</param>
    /// <param name="limit">How many rows are read at most, from 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ConfigurationException">The statement is none that reads.</exception>
    /// <exception cref="EtlException">Snowflake refused it, or cannot be reached.</exception>
    public async Task<QueryAnswer> RunAsync(string sql, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var statement = Reading(sql);
        var session = new SnowflakeSession(services, "etl-tools query");
        await using var _ = session.ConfigureAwait(false);
        try
        {
            return await session.RunAsync((connection, token) => ReadAsync(connection, statement, limit, token), cancellationToken).ConfigureAwait(false);
        }
        catch (DbException refused) when (!SnowflakeErrors.IsTransient(refused))
        {
            throw new ConfigurationException($"Snowflake refused the query: {refused.Message}", "Correct the statement.", refused);
        }
    }

    private static async Task<QueryAnswer> ReadAsync(DbConnection connection, string sql, int limit, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.CommandText = sql;
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var rows = new List<IReadOnlyList<string?>>();
        var isComplete = true;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (rows.Count == limit)
            {
                isComplete = false;
                break;
            }

            rows.Add(SnowflakeStatement.Fields(reader));
        }

        return new QueryAnswer([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)], rows, isComplete);
    }

    private static string Reading(string sql)
    {
        var statement = sql.Trim().TrimEnd(';').TrimEnd();
        var word = new string([.. statement.TrimStart('(', ' ').TakeWhile(char.IsAsciiLetter)]);
        if (s_reading.Contains(word, StringComparer.OrdinalIgnoreCase)) return statement;
        throw new ConfigurationException(
            statement.Length == 0 ? "There is no query." : $"This statement does not read: it begins with {(word.Length > 0 ? word.ToUpperInvariant() : statement[..1])}.",
            $"Begin it with {string.Join(", ", s_reading[..^1])} or {s_reading[^1]}. Nothing is written this way.");
    }
}
