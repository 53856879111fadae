using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using Npgsql;
using Polly;

namespace EtlTools.Core.State;

/// <summary>
/// The right to write one pipeline's target: a session advisory lock plus a fence that grows with each holder. All writes of a
/// run go through the connection that holds the lock, so that losing the connection is losing the right until it is proved again.
/// The server ends a silent holder's session after the lease timeout; a holder that wakes up later finds its fence outdated.
/// </summary>
internal sealed class PipelineLease : IAsyncDisposable
{
    private const string LockKey = "hashtextextended('etl:' || $1, 0)";
    private readonly PostgresConnector _postgres;
    private readonly LeaseRequest _request;
    private NpgsqlConnection? _connection;

    private PipelineLease(PostgresConnector postgres, LeaseRequest request, Watermark watermark)
    {
        _postgres = postgres;
        _request = request;
        Watermark = watermark;
    }

    /// <summary>The watermark as it stood when the lease was taken, with this holder's fence.</summary>
    public Watermark Watermark { get; private set; }

    /// <summary>This holder's fence.</summary>
    public long Fence => Watermark.Fence;

    /// <summary>Whether the connection was lost and <see cref="ReconnectAsync"/> is due.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The connection that holds the lock.</summary>
    public NpgsqlConnection Connection => _connection ?? throw new InvalidOperationException("The lease was released.");

    /// <summary>Takes the lease.</summary>
    /// <exception cref="LeaseHeldException">Another run holds it; the message says who.</exception>
    public static async Task<PipelineLease> TakeAsync(PostgresConnector postgres, LeaseRequest request, CancellationToken cancellationToken)
    {
        var connection = await LeaseSession.OpenAsync(postgres, request.SessionName, cancellationToken).ConfigureAwait(false);
        try
        {
            if (!await TryLockAsync(connection, request.Pipeline, cancellationToken).ConfigureAwait(false)
                && !await TryLockAfterOwnSessionAsync(connection, request, cancellationToken).ConfigureAwait(false))
                throw await HeldByOtherAsync(connection, request.Pipeline, cancellationToken).ConfigureAwait(false);

            // Only under the lock: beside a holder in the middle of a transaction this INSERT would wait for that to end.
            await EnsureRowAsync(connection, request, cancellationToken).ConfigureAwait(false);
            await RaiseFenceAsync(connection, request, cancellationToken).ConfigureAwait(false);
            var watermark = await WatermarkStore.FindAsync(connection, request.Pipeline, cancellationToken).ConfigureAwait(false);
            return new PipelineLease(postgres, request, watermark!) { _connection = connection };
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says that the connection can no longer be trusted.</summary>
    public void MarkBroken() => IsBroken = true;

    /// <summary>
    /// Proves the right to write on a new connection: the old session has ended (so an unanswered COMMIT is decided by now), the lock
    /// is ours again, and nobody had it in between.
    /// </summary>
    /// <exception cref="ConflictException">Another run took the lease over; this one must not write any more.</exception>
    /// <exception cref="TimeoutException">The old session still holds the lock; try again in a moment.</exception>
    public async Task ReconnectAsync(CancellationToken cancellationToken)
    {
        await CloseAsync().ConfigureAwait(false);
        var connection = await LeaseSession.OpenAsync(_postgres, _request.SessionName, cancellationToken).ConfigureAwait(false);
        try
        {
            await LeaseSession.EndOthersAsync(connection, _request.SessionName, cancellationToken).ConfigureAwait(false);
            var locked = await TryLockAsync(connection, _request.Pipeline, cancellationToken).ConfigureAwait(false);
            var current = await WatermarkStore.FindAsync(connection, _request.Pipeline, cancellationToken).ConfigureAwait(false);
            if (current?.Fence != Fence) throw LostTo(current);
            if (!locked) throw new TimeoutException($"The earlier session of this run still holds the lease of {_request.Pipeline}.");
            _connection = connection;
            IsBroken = false;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a step on the lease's session; when the connection breaks, again on a new one. The step must bear being repeated.</summary>
    /// <exception cref="ConflictException">Another run took the lease over.</exception>
    public async Task<T> RunAsync<T>(ResiliencePipeline retry, Func<NpgsqlConnection, CancellationToken, Task<T>> step, CancellationToken cancellationToken) =>
        await retry.ExecuteAsync(async token =>
        {
            try
            {
                if (IsBroken) await ReconnectAsync(token).ConfigureAwait(false);
                return await step(Connection, token).ConfigureAwait(false);
            }
            catch (Exception failure) when (PostgresErrors.IsTransient(failure))
            {
                MarkBroken();
                throw;
            }
        }, cancellationToken).ConfigureAwait(false);

    /// <summary>A sign of life while the source is slow, so that the server does not end the session.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT 1", Connection);
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Ends the lease with how the run ended. The lock would go with the session too, but only when the server has noticed its end, and a
    /// run that begins at once would be told that this one still holds it.
    /// </summary>
    public async Task ReleaseAsync(string status, string? error, bool success, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE etl.watermark
            SET holder = NULL, holder_since = NULL, last_status = $3, last_error = $4,
                last_success = CASE WHEN $5 THEN now() ELSE last_success END, updated_at = now()
            WHERE pipeline = $1 AND fence = $2
            """, Connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = _request.Pipeline },
                new NpgsqlParameter { Value = Fence },
                new NpgsqlParameter { Value = status },
                new NpgsqlParameter { Value = (object?)error ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new NpgsqlParameter { Value = success },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await using var unlock = new NpgsqlCommand($"SELECT pg_advisory_unlock({LockKey})", Connection)
        {
            Parameters = { new NpgsqlParameter { Value = _request.Pipeline } },
        };
        await unlock.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the session, which releases the lock.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>The error of a run that wrote with an outdated fence.</summary>
    public ConflictException LostTo(Watermark? current) => new(
        $"{_request.Pipeline}: the lease was lost{(current?.Holder is { } holder ? $" to {holder}" : "")}; nothing was written after that.",
        "Nothing needs repair. Look why this process stood still for longer than POSTGRES_LEASE_TIMEOUT.");

    private static async Task EnsureRowAsync(NpgsqlConnection connection, LeaseRequest request, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO etl.watermark (pipeline, source, target, cursor_column) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = request.Pipeline },
                new NpgsqlParameter { Value = request.Source },
                new NpgsqlParameter { Value = request.Target },
                new NpgsqlParameter { Value = (object?)request.CursorColumn ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> TryLockAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({LockKey})", connection)
        {
            Parameters = { new NpgsqlParameter { Value = pipeline } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    // A pipeline that has no position yet may still be pointed at other tables.
    private static async Task RaiseFenceAsync(NpgsqlConnection connection, LeaseRequest request, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE etl.watermark
            SET fence = fence + 1, holder = $2, holder_since = now(), last_run_id = $3,
                source = CASE WHEN cursor IS NULL THEN $4 ELSE source END,
                target = CASE WHEN cursor IS NULL THEN $5 ELSE target END,
                cursor_column = CASE WHEN cursor IS NULL THEN $6 ELSE cursor_column END
            WHERE pipeline = $1
            """, connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = request.Pipeline },
                new NpgsqlParameter { Value = request.Holder },
                new NpgsqlParameter { Value = request.RunId },
                new NpgsqlParameter { Value = request.Source },
                new NpgsqlParameter { Value = request.Target },
                new NpgsqlParameter { Value = (object?)request.CursorColumn ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<LeaseHeldException> HeldByOtherAsync(
        NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        var current = await WatermarkStore.FindAsync(connection, pipeline, cancellationToken).ConfigureAwait(false);
        return new LeaseHeldException(
            $"{pipeline} is being run by {current?.Holder ?? "another session"}"
            + (current?.HolderSince is { } since ? $" since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC." : "."),
            "Nothing to do: that run takes the rows. If it hangs, end its process; the lease passes on when its session ends.");
    }

    // A first attempt whose connection broke may have left a session behind that the server has not noticed yet.
    private static async Task<bool> TryLockAfterOwnSessionAsync(NpgsqlConnection connection, LeaseRequest request, CancellationToken cancellationToken) =>
        await LeaseSession.EndOthersAsync(connection, request.SessionName, cancellationToken).ConfigureAwait(false) > 0
        && await TryLockAsync(connection, request.Pipeline, cancellationToken).ConfigureAwait(false);

    private async Task CloseAsync()
    {
        if (_connection is not { } connection) return;
        _connection = null;
        try
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // It was broken already.
        }
    }
}

/// <summary>Who asks for which lease.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Source">Its source table, for the watermark's row.</param>
/// <param name="Target">Its target table, likewise.</param>
/// <param name="CursorColumn">Its cursor column, likewise; null when it has none.</param>
/// <param name="RunId">The run that asks.</param>
internal sealed record LeaseRequest(string Pipeline, string Source, string Target, string? CursorColumn, Guid RunId)
{
    /// <summary>Host, process and run, as other runners are told.</summary>
    public string Holder { get; } = $"{Environment.MachineName}, process {Environment.ProcessId}, run {RunId}";

    /// <summary>The session's application_name: at most 63 bytes, unlike any other run's.</summary>
    public string SessionName { get; } = $"etl-tools run {RunId}";
}
