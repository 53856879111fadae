using Npgsql;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>Rows streaming from PostgreSQL; errors on the way are translated.</summary>
internal sealed class PostgresRows(NpgsqlCommand command, NpgsqlDataReader reader, CellReader[] cells, string queryId, Func<bool, ValueTask> finished) : RowSource
{
    private bool _failed;
    private bool _disposed;

    internal override bool HasRows => reader.HasRows;

    internal override bool Read()
    {
        try
        {
            return reader.Read();
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            throw Failed(exception);
        }
    }

    internal override async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            throw Failed(exception);
        }
    }

    private LocalWarehouseException Failed(Exception exception)
    {
        _failed = true;
        return PostgresErrors.Translate(exception, queryId);
    }

    internal override bool IsNull(int ordinal) => cells[ordinal].IsNull(reader);

    internal override string GetText(int ordinal) => cells[ordinal].Text(reader);

    internal override object GetValue(int ordinal) => cells[ordinal].Value(reader);

    internal override void Cancel() => command.Cancel();

    public override async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        try
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            await command.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            _failed = true;
        }
        finally
        {
            await finished(!_failed).ConfigureAwait(false);
        }
    }
}
