using Npgsql;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>A running COPY … FROM STDIN in text format that takes bytes. Without <see cref="CompleteAsync"/> nothing is kept.</summary>
internal sealed class CopySink : IAsyncDisposable
{
    private readonly TextWriter _writer;
    private readonly Stream _stream;
    private bool _ended;

    private CopySink(TextWriter writer)
    {
        _writer = writer;
        _stream = ((StreamWriter)writer).BaseStream;
    }

    /// <summary>Npgsql breaks the connection when a COPY's token is cancelled, so there is none; the caller stops writing instead.</summary>
    internal static async Task<CopySink> BeginAsync(NpgsqlConnection connection, string sql) =>
        new(await connection.BeginTextImportAsync(sql, CancellationToken.None).ConfigureAwait(false));

    internal ValueTask WriteAsync(ReadOnlyMemory<byte> rows) => _stream.WriteAsync(rows, CancellationToken.None);

    internal async Task CompleteAsync()
    {
        _ended = true;
        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended) return;
        _ended = true;
        try
        {
            await ((NpgsqlCopyTextWriter)_writer).CancelAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            // The rows are being thrown away; the failure that led here is the one to report.
        }
    }
}
