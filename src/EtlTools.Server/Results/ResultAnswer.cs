using System.Text.Json;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.Server.Http;
using EtlTools.Server.Sessions;

namespace EtlTools.Server.Results;

/// <summary>
/// Makes the answer of a statement. The first rows stand in it; the others go to chunks, whose exact row counts the answer must
/// name, so it is sent when the last row has been read, as Snowflake does. Memory is that of a few chunks, whatever the size.
/// </summary>
internal sealed class ResultAnswer(ResultStore store, WireSession session, string baseUrl)
{
    /// <summary>How many bytes of rows stand in the answer itself.</summary>
    private const int InlineBytes = 128 << 10;

    /// <summary>Reads the result to its end and disposes it.</summary>
    internal async Task<byte[]> WriteAsync(StatementResult result, CancellationToken cancellationToken)
    {
        await using var closing = result.Rows.ConfigureAwait(false);
        var inline = new RowBuffer(4096);
        StoredResult? stored = null;
        try
        {
            while (await result.Rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                inline.Append(result.Rows, result.Columns.Count);
                if (inline.Length < InlineBytes) continue;
                stored = store.Create();
                await SpoolAsync(result, stored, cancellationToken).ConfigureAwait(false);
                break;
            }

            return Answer(result, inline, stored);
        }
        catch
        {
            if (stored is not null) store.Remove(stored);
            throw;
        }
    }

    private static async Task SpoolAsync(StatementResult result, StoredResult stored, CancellationToken cancellationToken)
    {
        var spooler = new ChunkSpooler(stored);
        await using var disposal = spooler.ConfigureAwait(false);
        RowBuffer? buffer = null;
        while (await result.Rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            buffer ??= await spooler.TakeAsync(cancellationToken).ConfigureAwait(false);
            buffer.Append(result.Rows, result.Columns.Count);
            if (buffer.Length < ChunkSpooler.ChunkBytes) continue;
            spooler.Add(buffer);
            buffer = null;
        }

        if (buffer is not null) spooler.Add(buffer);
        await spooler.CompleteAsync().ConfigureAwait(false);
    }

    private byte[] Answer(StatementResult result, RowBuffer inline, StoredResult? stored) => WireAnswer.Success(json =>
    {
        var state = session.Warehouse.State;
        SessionParameterList.Write(json, state.Parameters);
        json.WriteStartArray("rowtype");
        foreach (var column in result.Columns) RowType.Write(json, column);
        json.WriteEndArray();
        json.WritePropertyName("rowset");
        json.WriteRawValue([(byte)'[', .. inline.Written.Span, (byte)']'], skipInputValidation: true);
        var total = inline.Rows + (stored?.Chunks.Sum(c => (long)c.Rows) ?? 0);
        json.WriteNumber("total", total);
        json.WriteNumber("returned", total);
        WriteStatement(json, result.QueryId, StatementIds.Of(result), state);
        json.WriteString("queryResultFormat", "json");
        // The present form of TIMESTAMP_TZ: instant and offset apart.
        json.WriteNumber("version", 1);
        if (stored is not null && stored.Chunks.Count > 0) WriteChunks(json, stored);
    });

    /// <summary>What every answer says of its statement.</summary>
    internal static void WriteStatement(Utf8JsonWriter json, string queryId, int statementType, SessionState state)
    {
        json.WriteString("queryId", queryId);
        json.WriteNumber("statementTypeId", statementType);
        json.WriteString("finalDatabaseName", state.Database);
        json.WriteString("finalSchemaName", state.Schema);
        json.WriteString("finalWarehouseName", state.Warehouse);
        json.WriteString("finalRoleName", state.Role);
    }

    private void WriteChunks(Utf8JsonWriter json, StoredResult stored)
    {
        json.WriteStartArray("chunks");
        for (var i = 0; i < stored.Chunks.Count; i++)
        {
            var chunk = stored.Chunks[i];
            json.WriteStartObject();
            json.WriteString("url", $"{baseUrl}/results/{stored.Id}/{SqlText.Number(i)}");
            json.WriteNumber("rowCount", chunk.Rows);
            json.WriteNumber("uncompressedSize", chunk.Bytes);
            json.WriteNumber("compressedSize", chunk.CompressedBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        // Without headers of ours the drivers would send those of a cloud store.
        json.WriteStartObject("chunkHeaders");
        json.WriteString("x-etl-result", "1");
        json.WriteEndObject();
    }
}
