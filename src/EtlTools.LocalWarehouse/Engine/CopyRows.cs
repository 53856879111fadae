namespace EtlTools.LocalWarehouse.Engine;

/// <summary>
/// A query's rows as PostgreSQL's binary COPY sends them, each decoded from its bytes when a cell is asked for; the first row
/// is fetched when the statement starts, errors on the way are translated.
/// </summary>
internal sealed class CopyRows : RowSource
{
    private readonly CopyOperation _copy;
    private readonly CopyRow _row;
    private readonly CellReader[] _cells;
    private readonly string _queryId;
    private readonly Func<bool, ValueTask> _finished;
    private LocalWarehouseException? _failure;
    private bool _hasRows;
    private bool _firstIsPending;
    private bool _disposed;

    private CopyRows(CopyOperation copy, ResultPlan plan, string queryId, Func<bool, ValueTask> finished)
    {
        _copy = copy;
        _row = new CopyRow(plan.FieldCount);
        _cells = plan.Readers;
        _queryId = queryId;
        _finished = finished;
    }

    internal override bool HasRows => _hasRows;

    /// <summary>The bytes of the row last read.</summary>
    internal CopyRow Row => _row;

    /// <summary>Runs a query. <paramref name="finished"/> is told once whether it ended well: also when this fails.</summary>
    internal static async Task<CopyRows> OpenAsync(
        CopyOperation copy, ResultPlan plan, string queryId, Func<bool, ValueTask> finished, CancellationToken cancellationToken)
    {
        var rows = new CopyRows(copy, plan, queryId, finished);
        try
        {
            await rows.BeginAsync(plan.Sql, cancellationToken).ConfigureAwait(false);
            rows._hasRows = rows._firstIsPending = await rows.AdvanceAsync(cancellationToken).ConfigureAwait(false);
            rows._row.Hide();
            return rows;
        }
        catch
        {
            await rows.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task BeginAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            await _copy.BeginAsync(sql, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            throw Failed(exception);
        }
    }

    internal override bool Read()
    {
        var read = ReadAsync(CancellationToken.None);
        return read.IsCompletedSuccessfully ? read.Result : read.AsTask().GetAwaiter().GetResult();
    }

    internal override ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_firstIsPending) return AdvanceAsync(cancellationToken);
        _firstIsPending = false;
        _row.Show();
        return new ValueTask<bool>(true);
    }

    private ValueTask<bool> AdvanceAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_copy.IsStopped || _failure is not null || cancellationToken.IsCancellationRequested) return StoppedAsync(cancellationToken);
        while (true)
        {
            var step = _row.Next();
            if (step == CopyStep.Row) return new ValueTask<bool>(true);
            if (step == CopyStep.End && _copy.HasEnded) return new ValueTask<bool>(false);
            var read = _copy.ReadAsync(_row.Free());
            if (!read.IsCompletedSuccessfully) return WaitAsync(read, cancellationToken);
            var count = read.Result;
            if (count == 0) _copy.Ended();
            else _row.Filled(count);
        }
    }

    /// <summary>Waits for the server: the way taken only when the network has no more bytes at hand.</summary>
    private async ValueTask<bool> WaitAsync(ValueTask<int> read, CancellationToken cancellationToken)
    {
        try
        {
            _copy.StartWaiting();
            using (_copy.Cancelling(cancellationToken))
            {
                var count = await read.ConfigureAwait(false);
                if (count == 0) _copy.Ended();
                else _row.Filled(count);
            }
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            throw Failed(exception);
        }
        finally
        {
            _copy.StopWaiting();
        }

        return await AdvanceAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A cancelled or failed statement delivers no more rows, also those that had arrived.</summary>
    private ValueTask<bool> StoppedAsync(CancellationToken cancellationToken)
    {
        _row.Hide();
        if (_failure is null && _copy.HasEnded) return new ValueTask<bool>(false);
        _copy.Cancel();
        return ValueTask.FromException<bool>(_failure ?? Failed(new OperationCanceledException("The statement was cancelled.", cancellationToken)));
    }

    private LocalWarehouseException Failed(Exception exception) => _failure = PostgresErrors.Translate(_copy.Explain(exception), _queryId);

    internal override bool IsNull(int ordinal) => _cells[ordinal].IsNull(_row);

    internal override string GetText(int ordinal) => _cells[ordinal].Text(_row);

    internal override ReadOnlySpan<byte> Wire(int ordinal) => _cells[ordinal].Wire(_row);

    internal override object GetValue(int ordinal) => _cells[ordinal].Value(_row);

    internal override void Cancel() => _copy.Cancel();

    public override async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        var succeeded = false;
        try
        {
            succeeded = await _copy.EndAsync().ConfigureAwait(false) && _failure is null;
            await _copy.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _row.Dispose();
            await _finished(succeeded).ConfigureAwait(false);
        }
    }
}
