using System.Buffers;
using System.Text;
using EtlTools.LocalWarehouse.Errors;
using Npgsql;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>
/// A running COPY … TO STDOUT: its bytes, its timeout and its cancellation. Npgsql breaks the connection when a COPY's token
/// is cancelled or its timeout passes, so both are done here, by asking PostgreSQL to cancel the statement.
/// </summary>
internal sealed class CopyOperation : IAsyncDisposable
{
    /// <summary>What may still be read after the reader was left before a cancel is cheaper.</summary>
    private const int DrainBytes = 65_536;
    private static readonly UTF8Encoding Strict = new(false, true);
    private readonly Lock _gate = new();
    private readonly NpgsqlConnection _connection;
    private readonly TimeSpan _timeout;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NpgsqlRawCopyStream? _stream;
    private Task _stopping = Task.CompletedTask;
    private volatile bool _stopped;
    private bool _timedOut;
    private volatile bool _ended;

    /// <param name="connection">An open connection on which nothing runs.</param>
    /// <param name="timeout">Seconds the server may let the client wait at a time; 0 for ever.</param>
    internal CopyOperation(NpgsqlConnection connection, int timeout)
    {
        _connection = connection;
        _timeout = timeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(timeout);
        _timer = TimeProvider.System.CreateTimer(static copy => ((CopyOperation)copy!).Stop(timedOut: true), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True once the statement was asked to stop.</summary>
    internal bool IsStopped => _stopped;

    /// <summary>Sends the statement; ends when its first bytes are here.</summary>
    internal async Task BeginAsync(string sql, CancellationToken cancellationToken)
    {
        EnsureUnicode(sql);
        using var registration = Cancelling(cancellationToken);
        StartWaiting();
        try
        {
            var stream = await _connection.BeginRawBinaryCopyAsync(sql, CancellationToken.None).ConfigureAwait(false);
            lock (_gate) _stream = stream;
        }
        finally
        {
            StopWaiting();
            _begun.TrySetResult();
        }
    }

    /// <summary>Reads what is next, 0 at the end. Within one row it is never more than the row.</summary>
    internal ValueTask<int> ReadAsync(Memory<byte> buffer) => _stream!.ReadAsync(buffer, CancellationToken.None);

    /// <summary>Starts the time that the server is waited for.</summary>
    internal void StartWaiting() => _timer.Change(_timeout, Timeout.InfiniteTimeSpan);

    internal void StopWaiting() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Cancels the statement when the token is, until the result is disposed.</summary>
    internal CancellationTokenRegistration Cancelling(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static copy => ((CopyOperation)copy!).Cancel(), this);

    /// <summary>Asks the server to stop; harmless when it has ended. Reading then fails.</summary>
    internal void Cancel() => Stop(timedOut: false);

    /// <summary>True once the server has sent everything.</summary>
    internal bool HasEnded => _ended;

    /// <summary>Notes that the server has sent everything.</summary>
    internal void Ended()
    {
        lock (_gate) _ended = true;
    }

    /// <summary>The error of a stopped statement as Npgsql reports it for commands; other errors as they are.</summary>
    internal Exception Explain(Exception exception) => exception switch
    {
        _ when !_stopped => exception,
        PostgresException { SqlState: not PostgresErrorCodes.QueryCanceled } => exception,
        NpgsqlException and not PostgresException and not { InnerException: TimeoutException } => exception,
        _ when _timedOut => new NpgsqlException("The statement reached its timeout.", new TimeoutException(exception.Message, exception)),
        _ => new OperationCanceledException("The statement was cancelled.", exception),
    };

    private void Stop(bool timedOut)
    {
        lock (_gate)
        {
            if (_ended || _stopped) return;
            _timedOut = timedOut;
            _stopped = true;
            var stream = _stream;
            _stopping = Task.Run(() => stream is null ? CancelBackendAsync() : CancelAsync(stream));
        }
    }

    /// <summary>Before the first bytes there is no stream to cancel; another connection does it, again if it came before the statement.</summary>
    private async Task CancelBackendAsync()
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(_connection.ConnectionString) { Pooling = false };
            var connection = _connection.CloneWith(builder.ConnectionString);
            await using (connection.ConfigureAwait(false))
            {
                await connection.OpenAsync().ConfigureAwait(false);
                using var command = new NpgsqlCommand("SELECT pg_cancel_backend($1)", connection) { Parameters = { new() { Value = _connection.ProcessID } } };
                do
                {
                    await command.ExecuteNonQueryAsync().ConfigureAwait(false);
                    await Task.WhenAny(_begun.Task, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System)).ConfigureAwait(false);
                }
                while (!_begun.Task.IsCompleted);
            }
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception) || exception is InvalidOperationException)
        {
            // A cancel is a request: without it the statement runs to its end.
        }
    }

    private static async Task CancelAsync(NpgsqlRawCopyStream stream)
    {
        try
        {
            await stream.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception) || exception is NullReferenceException)
        {
            // The COPY ended at the same moment; Npgsql's stream then has no connection any more.
        }
    }

    /// <summary>Ends the statement, cancelling what it has not sent yet, and says whether it ran to its end undisturbed.</summary>
    internal async Task<bool> EndAsync()
    {
        try
        {
            if (_stream is not null && !_ended) await DrainAsync(_stream).ConfigureAwait(false);
            return _ended && !_stopped;
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            return false;
        }
        finally
        {
            Ended();
            // A cancel on its way must not reach the next statement.
            await _stopping.ConfigureAwait(false);
        }
    }

    private async Task DrainAsync(NpgsqlRawCopyStream stream)
    {
        var rest = ArrayPool<byte>.Shared.Rent(DrainBytes);
        try
        {
            var stopping = false;
            for (var total = 0L; ;)
            {
                var read = stream.ReadAsync(rest, CancellationToken.None);
                if (!stopping && (!read.IsCompleted || total > DrainBytes))
                {
                    stopping = true;
                    lock (_gate)
                    {
                        _stopped = true;
                        _stopping = Task.WhenAll(_stopping, Task.Run(() => CancelAsync(stream)));
                    }
                }

                var count = await read.ConfigureAwait(false);
                if (count == 0) break;
                total += count;
            }

            Ended();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rest);
        }
    }

    /// <summary>Text that is not Unicode would fail while it is being sent, which breaks the connection.</summary>
    private static void EnsureUnicode(string sql)
    {
        try
        {
            Strict.GetByteCount(sql);
        }
        catch (EncoderFallbackException)
        {
            throw WarehouseErrors.Unsupported("half of a surrogate pair in text: PostgreSQL underneath cannot store it");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        if (_stream is not null) await _stream.DisposeAsync().ConfigureAwait(false);
    }
}
