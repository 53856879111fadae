using EtlTools.Core.Rows;
using Npgsql;
using NpgsqlTypes;

namespace EtlTools.Core.State;

/// <summary>Writes and reads <c>etl.quarantine</c>. Methods that write take part in the connection's open transaction.</summary>
public static class QuarantineStore
{
    private const string Columns =
        "id, pipeline, run_id, key::text, payload::text, reason, sqlstate, column_name, status, attempts, first_seen, last_seen";

    /// <summary>The newest first.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="pipeline">Only this pipeline's; null for all.</param>
    /// <param name="status">Only of this status; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<IReadOnlyList<QuarantinedRow>> ListAsync(
        NpgsqlConnection connection, string? pipeline, string? status, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {Columns} FROM etl.quarantine
            WHERE ($1 IS NULL OR pipeline = $1) AND ($2 IS NULL OR status = $2) ORDER BY last_seen DESC, id DESC LIMIT $3
            """, connection)
        {
            Parameters = { Text(pipeline), Text(status), new NpgsqlParameter { Value = limit } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<QuarantinedRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(Read(reader));
        return rows;
    }

    /// <summary>How many rows of a pipeline are open.</summary>
    public static async Task<long> CountOpenAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT count(*) FROM etl.quarantine WHERE pipeline = $1 AND status = 'open'", connection)
        {
            Parameters = { Text(pipeline) },
        };
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Puts rows aside. A row that is open under the same key already is updated, not added again.</summary>
    internal static async Task AddAsync(
        NpgsqlConnection connection, QuarantineOrigin origin, IReadOnlyList<RejectedRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO etl.quarantine (pipeline, run_id, batch_seq, key, key_text, payload, reason, sqlstate, column_name)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (pipeline, key_text) WHERE status = 'open' AND key_text IS NOT NULL DO UPDATE SET
                    run_id = EXCLUDED.run_id, batch_seq = EXCLUDED.batch_seq, payload = EXCLUDED.payload, reason = EXCLUDED.reason,
                    sqlstate = EXCLUDED.sqlstate, column_name = EXCLUDED.column_name, last_seen = now(),
                    attempts = etl.quarantine.attempts + $10
                """, connection);
            var hasKey = row.Key.All(value => value is not null);
            command.Parameters.AddRange(new[]
            {
                Text(origin.Pipeline),
                new NpgsqlParameter { Value = origin.RunId },
                new NpgsqlParameter { Value = origin.Batch },
                Json(hasKey ? RowJson.Object(origin.KeyColumns, row.Key) : null),
                Text(hasKey ? RowJson.Array(row.Key) : null),
                Json(RowJson.Object(origin.Columns, row.Values)),
                Text(row.Reason),
                Text(row.SqlState),
                Text(row.Column),
                new NpgsqlParameter { Value = origin.IsRetry ? 1 : 0 },
            });
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the open rows of these keys, since a version of each has been loaded.</summary>
    /// <returns>How many were closed.</returns>
    internal static async Task<int> ResolveAsync(
        NpgsqlConnection connection, string pipeline, IReadOnlyCollection<string> keyTexts, CancellationToken cancellationToken)
    {
        if (keyTexts.Count == 0) return 0;
        await using var command = new NpgsqlCommand(
            """
            UPDATE etl.quarantine SET status = 'resolved', resolved_at = now()
            WHERE pipeline = $1 AND status = 'open' AND key_text = ANY ($2)
            """, connection)
        {
            Parameters = { Text(pipeline), new NpgsqlParameter { Value = keyTexts.ToArray() } },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Discards open rows of these keys that a run has looked for and not found.</summary>
    /// <returns>How many were discarded.</returns>
    internal static async Task<int> DiscardUnseenAsync(
        NpgsqlConnection connection, string pipeline, IReadOnlyCollection<string> keyTexts, Guid runId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE etl.quarantine SET status = 'discarded', resolved_at = now()
            WHERE pipeline = $1 AND status = 'open' AND key_text = ANY ($2) AND run_id IS DISTINCT FROM $3
            """, connection)
        {
            Parameters = { Text(pipeline), new NpgsqlParameter { Value = keyTexts.ToArray() }, new NpgsqlParameter { Value = runId } },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives rows up by hand: they are kept, but no longer count as open.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="ids">Which.</param>
    /// <param name="cancellationToken">Stops the statement.</param>
    /// <returns>How many were open.</returns>
    public static async Task<int> DiscardAsync(NpgsqlConnection connection, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        await using var command = new NpgsqlCommand(
            "UPDATE etl.quarantine SET status = 'discarded', resolved_at = now() WHERE status = 'open' AND id = ANY ($1)", connection)
        {
            Parameters = { new NpgsqlParameter { Value = ids.ToArray() } },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The keys (JSON arrays of texts) of a pipeline's open rows.</summary>
    internal static async Task<HashSet<string>> OpenKeysAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT key_text FROM etl.quarantine WHERE pipeline = $1 AND status = 'open' AND key_text IS NOT NULL", connection)
        {
            Parameters = { Text(pipeline) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) keys.Add(reader.GetString(0));
        return keys;
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Json(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json };

    private static QuarantinedRow Read(NpgsqlDataReader reader)
    {
        string? Text(int i) => reader.IsDBNull(i) ? null : reader.GetString(i);
        return new QuarantinedRow(
            reader.GetInt64(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetGuid(2), Text(3), reader.GetString(4),
            reader.GetString(5), Text(6), Text(7), reader.GetString(8), reader.GetInt32(9),
            reader.GetFieldValue<DateTimeOffset>(10), reader.GetFieldValue<DateTimeOffset>(11));
    }
}

/// <summary>Where quarantined rows come from.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="RunId">The run.</param>
/// <param name="Batch">Number of the batch in the run.</param>
/// <param name="Columns">Target columns, in the order of the rows' values.</param>
/// <param name="KeyColumns">Key columns, in the order of the rows' keys.</param>
/// <param name="IsRetry">Whether this was an attempt to load a row that had been put aside before.</param>
internal sealed record QuarantineOrigin(
    string Pipeline, Guid RunId, int Batch, IReadOnlyList<string> Columns, IReadOnlyList<string> KeyColumns, bool IsRetry);
