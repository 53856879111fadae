using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>
/// Writes every two seconds how far a run has come, so that other processes can show it: on a pooled connection beside the run's own,
/// which may be in the middle of a long statement. The run does not depend on it; what cannot be written is left out.
/// </summary>
internal sealed class RunPulse : IProgress<SyncProgress>, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly EtlServices _services;
    private readonly IProgress<SyncProgress>? _inner;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;
    private SyncProgress? _last;

    /// <param name="services">The outside world.</param>
    /// <param name="runId">The run, whose record is there or will be.</param>
    /// <param name="inner">Told as well; may be null.</param>
    public RunPulse(EtlServices services, Guid runId, IProgress<SyncProgress>? inner)
    {
        (_services, _inner) = (services, inner);
        _work = Task.Run(() => RunAsync(runId), CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Report(SyncProgress value)
    {
        Volatile.Write(ref _last, value);
        _inner?.Report(value);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task RunAsync(Guid runId)
    {
        while (true)
        {
            await Task.Delay(Interval, _services.Time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_end.IsCancellationRequested) return;
            var known = Volatile.Read(ref _last);
            var progress = known is null ? default : new RunProgress(known.Counts.Read, known.Expected > 0 ? known.Expected : null, known.Counts.Quarantined);
            try
            {
                await using var connection = await _services.Postgres.OpenAsync(_end.Token).ConfigureAwait(false);
                await RunStore.BeatAsync(connection, runId, progress, _end.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is NpgsqlException or EtlException or OperationCanceledException || PostgresErrors.IsTransient(failure))
            {
                // The run meets the same trouble and deals with it.
            }
        }
    }
}
