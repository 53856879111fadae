using Npgsql;
using NpgsqlTypes;

namespace EtlTools.Core.State;

/// <summary>Reads and moves <c>etl.watermark</c>. Methods that write take part in the connection's open transaction.</summary>
public static class WatermarkStore
{
    private const string Select = """
        SELECT pipeline, source, target, cursor_column, cursor, key::text, window_high, window_complete, tail_rows, fence, holder,
               holder_since, last_run_id, last_status, last_error, rows_processed, last_success
        FROM etl.watermark
        """;

    /// <summary>All watermarks, by name.</summary>
    public static async Task<IReadOnlyList<Watermark>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Select + " ORDER BY pipeline", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var all = new List<Watermark>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) all.Add(Read(reader));
        return all;
    }

    /// <summary>One pipeline's watermark; null when it has never run.</summary>
    public static async Task<Watermark?> FindAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Select + " WHERE pipeline = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = pipeline } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Read(reader) : null;
    }

    /// <summary>Moves the position, if the fence is still the caller's.</summary>
    /// <returns>False when another run has taken the lease since: nothing was written.</returns>
    public static async Task<bool> AdvanceAsync(
        NpgsqlConnection connection, string pipeline, long fence, WatermarkMove move, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(move);
        await using var command = new NpgsqlCommand(
            """
            UPDATE etl.watermark
            SET cursor = $3, key = $4, window_high = $5, window_complete = $6, tail_rows = $7,
                rows_processed = rows_processed + $8, updated_at = now()
            WHERE pipeline = $1 AND fence = $2
            """, connection);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = pipeline },
            new() { Value = fence },
            Text(move.Cursor),
            new() { Value = (object?)move.Key ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb },
            Text(move.WindowHigh),
            new() { Value = move.WindowComplete },
            new() { Value = (object?)move.TailRows ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            new() { Value = move.Rows },
        });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Sets the position by hand.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="route">The pipeline and its tables; it need not have run before.</param>
    /// <param name="cursor">The cursor text to go on from; null makes the next run read everything.</param>
    /// <param name="cancellationToken">Stops the statement.</param>
    /// <returns>False when the pipeline is being run right now: nothing was changed.</returns>
    public static async Task<bool> SetAsync(
        NpgsqlConnection connection, WatermarkRoute route, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(route);
        // The fence grows here too, so that a run that was thought dead cannot move the position back.
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO etl.watermark AS w (pipeline, source, target, cursor_column, cursor, fence)
            SELECT $1, $3, $4, $5, $2, 1 WHERE pg_try_advisory_xact_lock(hashtextextended('etl:' || $1, 0))
            ON CONFLICT (pipeline) DO UPDATE SET
                source = EXCLUDED.source, target = EXCLUDED.target, cursor_column = EXCLUDED.cursor_column, cursor = EXCLUDED.cursor,
                key = NULL, window_high = NULL, window_complete = true, tail_rows = NULL, fence = w.fence + 1, updated_at = now()
            """, connection)
        {
            Parameters = { Text(route.Pipeline), Text(cursor), Text(route.Source), Text(route.Target), Text(route.CursorColumn) },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static Watermark Read(NpgsqlDataReader reader)
    {
        string? Text(int i) => reader.IsDBNull(i) ? null : reader.GetString(i);
        DateTimeOffset? Time(int i) => reader.IsDBNull(i) ? null : reader.GetFieldValue<DateTimeOffset>(i);
        return new Watermark(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), Text(3), Text(4), Text(5), Text(6), reader.GetBoolean(7),
            reader.IsDBNull(8) ? null : reader.GetInt64(8), reader.GetInt64(9), Text(10), Time(11),
            reader.IsDBNull(12) ? null : reader.GetGuid(12), Text(13), Text(14), reader.GetInt64(15), Time(16));
    }
}

/// <summary>A change of position.</summary>
/// <param name="Cursor">The new cursor text; never behind the old one.</param>
/// <param name="Key">Key of the last row, as JSON; null at a window's end.</param>
/// <param name="WindowHigh">High bound of the window.</param>
/// <param name="WindowComplete">Whether the window was read to its end.</param>
/// <param name="TailRows">See <see cref="Watermark.TailRows"/>.</param>
/// <param name="Rows">Rows this move accounts for.</param>
public sealed record WatermarkMove(string? Cursor, string? Key, string? WindowHigh, bool WindowComplete, long? TailRows, long Rows);

/// <summary>What a position belongs to.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Source">Its source table.</param>
/// <param name="Target">Its target table.</param>
/// <param name="CursorColumn">The source column the position is measured on; null when there is none.</param>
public sealed record WatermarkRoute(string Pipeline, string Source, string Target, string? CursorColumn);
