using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.State;
using Npgsql;
using Polly;

namespace EtlTools.Core.Backfill;

/// <summary>
/// A worker's own session at PostgreSQL: it holds the lock of the partition at hand, and all the partition's writes go through it. After
/// a broken connection the right to write is proved again before anything is written.
/// </summary>
internal sealed class WorkerSession(PostgresConnector postgres, Guid planId, string name, BatchLoaderSetup prepare) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;
    private bool _isBroken;

    /// <summary>The plan.</summary>
    public Guid PlanId => planId;

    /// <summary>The partition at hand; null between two.</summary>
    public BackfillPartition? Held { get; private set; }

    /// <summary>Claims the next partition; null when none is free.</summary>
    public async Task<BackfillPartition?> ClaimAsync(ResiliencePipeline retry, Guid runId, string worker, CancellationToken cancellationToken)
    {
        Held = null;
        return Held = await RunAsync(
            retry, (connection, token) => PartitionStore.ClaimAsync(connection, planId, runId, worker, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says that the partition at hand is no longer this worker's concern.</summary>
    public void LetGo() => Held = null;

    /// <summary>Runs a step on the session; when the connection breaks, again on a new one. The step must bear being repeated, and is told whether it is.</summary>
    /// <exception cref="PartitionLostException">Another worker has taken the partition over.</exception>
    public async Task<T> RunAsync<T>(ResiliencePipeline retry, Func<NpgsqlConnection, bool, CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        var isRepeated = false;
        return await retry.ExecuteAsync(async token =>
        {
            try
            {
                var connection = await EnsureAsync(token).ConfigureAwait(false);
                var again = isRepeated;
                isRepeated = true;
                return await step(connection, again, token).ConfigureAwait(false);
            }
            catch (Exception failure) when (PostgresErrors.IsTransient(failure))
            {
                _isBroken = true;
                throw;
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="RunAsync{T}(ResiliencePipeline, Func{NpgsqlConnection, bool, CancellationToken, Task{T}}, CancellationToken)"/>
    public Task<T> RunAsync<T>(ResiliencePipeline retry, Func<NpgsqlConnection, CancellationToken, Task<T>> step, CancellationToken cancellationToken) =>
        RunAsync(retry, (connection, _, token) => step(connection, token), cancellationToken);

    /// <summary>Keeps the server from ending the session while the source is slow.</summary>
    public async Task PingAsync()
    {
        if (_isBroken || _connection is null) return;
        try
        {
            await using var command = new NpgsqlCommand("SELECT 1", _connection);
            await command.ExecuteScalarAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (PostgresErrors.IsTransient(failure))
        {
            _isBroken = true;
        }
    }

    /// <summary>The error of a worker whose partition another one holds.</summary>
    public PartitionLostException Lost() => new(Held?.Number ?? 0);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
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

    private async Task<NpgsqlConnection> EnsureAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } open && !_isBroken) return open;
        await DisposeAsync().ConfigureAwait(false);
        var connection = await LeaseSession.OpenAsync(postgres, name, cancellationToken).ConfigureAwait(false);
        try
        {
            await LeaseSession.EndOthersAsync(connection, name, cancellationToken).ConfigureAwait(false);
            await prepare(connection, cancellationToken).ConfigureAwait(false);
            if (Held is { } partition && !await PartitionStore.ReclaimAsync(connection, planId, partition, cancellationToken).ConfigureAwait(false)) throw Lost();
            _isBroken = false;
            return _connection = connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}

/// <summary>Makes a session's temporary tables.</summary>
internal delegate Task BatchLoaderSetup(NpgsqlConnection connection, CancellationToken cancellationToken);

/// <summary>Another worker has taken a partition over: it goes on there, and this worker takes the next one.</summary>
internal sealed class PartitionLostException(int number) : ConflictException(
    $"Partition {number} was taken over by another worker; nothing was written to it after that.",
    "Nothing needs repair. Look why this process stood still, or its connection broke.");
