using Npgsql;
using NpgsqlTypes;

namespace EtlTools.Core.State;

/// <summary>Writes and reads <c>etl.manifest</c>. Methods that write take part in the connection's open transaction.</summary>
internal static class ManifestStore
{
    /// <summary>Notes a batch before its first file leaves.</summary>
    public static async Task BeginAsync(NpgsqlConnection connection, Manifest manifest, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO etl.manifest (pipeline, batch, run_id, seq, fence, location, cursor_from, cursor_to, window_high, window_complete, tail_rows)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (pipeline) DO UPDATE SET
                batch = EXCLUDED.batch, run_id = EXCLUDED.run_id, seq = EXCLUDED.seq, fence = EXCLUDED.fence, location = EXCLUDED.location,
                cursor_from = EXCLUDED.cursor_from, cursor_to = EXCLUDED.cursor_to, window_high = EXCLUDED.window_high,
                window_complete = EXCLUDED.window_complete, tail_rows = EXCLUDED.tail_rows, created_at = now()
            """, connection);
        var move = manifest.Move;
        command.Parameters.AddRange(new[]
        {
            new NpgsqlParameter { Value = manifest.Pipeline },
            new NpgsqlParameter { Value = manifest.Batch },
            new NpgsqlParameter { Value = manifest.RunId },
            new NpgsqlParameter { Value = manifest.Sequence },
            new NpgsqlParameter { Value = manifest.Fence },
            new NpgsqlParameter { Value = manifest.Location },
            Text(manifest.CursorFrom),
            Text(move.Cursor),
            Text(move.WindowHigh),
            new NpgsqlParameter { Value = move.WindowComplete },
            new NpgsqlParameter { Value = (object?)move.TailRows ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
        });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The batch a pipeline has on its way; null when there is none.</summary>
    public static async Task<Manifest?> FindAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT batch, run_id, seq, fence, location, cursor_from, cursor_to, window_high, window_complete, tail_rows
            FROM etl.manifest WHERE pipeline = $1
            """, connection)
        {
            Parameters = { new NpgsqlParameter { Value = pipeline } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        string? Text(int i) => reader.IsDBNull(i) ? null : reader.GetString(i);
        return new Manifest(
            pipeline, reader.GetString(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetInt64(3), reader.GetString(4), Text(5),
            new WatermarkMove(Text(6), null, Text(7), reader.GetBoolean(8), reader.IsDBNull(9) ? null : reader.GetInt64(9), 0));
    }

    /// <summary>Forgets a batch: its watermark is written in the same transaction, or it was never applied.</summary>
    public static async Task EndAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM etl.manifest WHERE pipeline = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = pipeline } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}

/// <summary>A batch on its way to Snowflake.</summary>
/// <param name="Pipeline">Whose it is.</param>
/// <param name="Batch">What the ledger holds once it is applied.</param>
/// <param name="RunId">The run that made it.</param>
/// <param name="Sequence">Its number in the run, from 1.</param>
/// <param name="Fence">The fence of that run.</param>
/// <param name="Location">Where its files lie on the stage.</param>
/// <param name="CursorFrom">Where it begins; null from the beginning.</param>
/// <param name="Move">Where the watermark stands once it is applied.</param>
internal sealed record Manifest(
    string Pipeline, string Batch, Guid RunId, int Sequence, long Fence, string Location, string? CursorFrom, WatermarkMove Move);
