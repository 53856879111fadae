using EtlTools.Core.Postgres;
using EtlTools.Core.Telemetry;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>
/// A process's signs of life, on a pooled connection beside the workers' own, so that a long statement of theirs does not look like
/// death. By the same way a stop that was asked for elsewhere is heard of.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;

    /// <param name="context">What the workers share.</param>
    /// <param name="cancelled">Called once when somebody asked for a stop.</param>
    public Heartbeat(BackfillContext context, Action cancelled) => _work = Task.Run(() => RunAsync(context, cancelled), CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task RunAsync(BackfillContext context, Action cancelled)
    {
        var isCancelled = false;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await using var connection = await context.Services.Postgres.OpenAsync(_end.Token).ConfigureAwait(false);
                if (await PartitionStore.BeatAsync(connection, context.Plan.Id, context.Run.RunId, context.Held, _end.Token).ConfigureAwait(false) && !isCancelled)
                {
                    isCancelled = true;
                    cancelled();
                }
            }
            catch (Exception failure) when (failure is NpgsqlException or Errors.EtlException || PostgresErrors.IsTransient(failure))
            {
                // The workers meet the same trouble and deal with it; until they have, others may take over what they hold.
                context.Services.Logger.HeartbeatFailed(context.Plan.Name, failure.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(PartitionStore.HeartbeatInterval, context.Services.Time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
