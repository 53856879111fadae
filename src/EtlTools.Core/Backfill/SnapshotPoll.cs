using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>Looks at a backfill every second and tells whoever watches; what it shows is what all processes have done.</summary>
internal sealed class SnapshotPoll : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;

    /// <param name="services">The outside world.</param>
    /// <param name="id">The plan.</param>
    /// <param name="progress">Told, on a worker thread; null when nobody watches.</param>
    public SnapshotPoll(EtlServices services, Guid id, IProgress<BackfillSnapshot>? progress) =>
        _work = progress is null ? Task.CompletedTask : Task.Run(() => RunAsync(services, id, progress), CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task RunAsync(EtlServices services, Guid id, IProgress<BackfillSnapshot> progress)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await using var connection = await services.Postgres.OpenAsync(_end.Token).ConfigureAwait(false);
                if (await BackfillStore.FindAsync(connection, id, _end.Token).ConfigureAwait(false) is { } plan)
                    progress.Report(await BackfillSnapshot.TakeAsync(connection, plan, _end.Token).ConfigureAwait(false));
            }
            catch (Exception failure) when (failure is NpgsqlException or EtlException or OperationCanceledException || PostgresErrors.IsTransient(failure))
            {
                // Only the display misses a beat.
            }

            await Task.Delay(Interval, services.Time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
