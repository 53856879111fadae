using System.Globalization;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.Core.Telemetry;

namespace EtlTools.Core.Backfill;

/// <summary>
/// One of a process's workers: claims partitions one after the other until none is left, not even one that somebody else holds and might
/// drop. A partition that fails is given back and tried again later, by whoever comes by; after too many failures it is parked.
/// </summary>
internal sealed class BackfillWorker(BackfillContext context, int number)
{
    private const int MostFailures = 5;
    // How soon it notices what workers of other processes let go.
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private bool _rests;
    private readonly string _name = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.MachineName}, process {Environment.ProcessId}, worker {number}");

    /// <summary>Works until nothing is left or it is stopped.</summary>
    /// <exception cref="EtlException">Something no other partition would be spared either: the limit of refused rows, a full disk, drift.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var loader = new BatchLoader(context.Load);
        var session = new WorkerSession(
            context.Services.Postgres, context.Plan.Id, string.Create(CultureInfo.InvariantCulture, $"etl-tools backfill {context.Run.RunId} {number}"), loader.PrepareAsync);
        await using (session.ConfigureAwait(false))
        {
            while (!stop.IsCancellationRequested)
            {
                await RestAsync(stop).ConfigureAwait(false);
                // Asked for before the look, so that nothing let go meanwhile is missed.
                var nextLetGo = context.NextLetGo;
                if (await session.ClaimAsync(context.Retry, context.Run.RunId, _name, stop).ConfigureAwait(false) is { } partition)
                {
                    FaultPoint.Reach("partition-claimed");
                    await WorkAsync(session, partition, stop).ConfigureAwait(false);
                }
                else if (await session.RunAsync(context.Retry, (connection, token) => PartitionStore.CountAsync(connection, context.Plan.Id, token), stop).ConfigureAwait(false) is (0, _))
                {
                    return;
                }
                else
                {
                    await nextLetGo.WaitAsync(PollInterval, context.Services.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    // A system that fails constantly is given its rest; its partition was none the worse for it.
    private async Task RestAsync(CancellationToken stop)
    {
        if (!_rests) return;
        _rests = false;
        await Task.Delay(context.Services.Settings.Resilience.BreakerPause, context.Services.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WorkAsync(WorkerSession session, BackfillPartition partition, CancellationToken stop)
    {
        context.Hold(partition);
        context.Services.Logger.PartitionClaimed(context.Plan.Name, partition.Number, partition.Attempts);
        try
        {
            var isEnd = await MoveAsync(session, stop).ConfigureAwait(false);
            await session.RunAsync(context.Retry, async (connection, isRepeated, token) =>
            {
                FaultPoint.Reach("before-partition-end");
                if (!isEnd) await PartitionStore.ReleaseAsync(connection, context.Plan.Id, partition, token).ConfigureAwait(false);
                else if (!await PartitionStore.FinishAsync(connection, context.Plan.Id, partition, token).ConfigureAwait(false) && !isRepeated) throw session.Lost();
                return true;
            }, CancellationToken.None).ConfigureAwait(false);
            if (isEnd) context.Services.Logger.PartitionDone(context.Plan.Name, partition.Number);
        }
        catch (PartitionLostException)
        {
            context.Services.Logger.PartitionLost(context.Plan.Name, partition.Number);
        }
        catch (Exception stopped) when (stop.IsCancellationRequested && SnowflakeErrors.IsCancellation(stopped))
        {
            await GiveBackAsync(session, partition, null).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await GiveBackAsync(session, partition, IsOfAll(failure) ? null : failure).ConfigureAwait(false);
            if (IsOfAll(failure)) throw;
            _rests = failure is CircuitOpenException;
        }
        finally
        {
            context.LetGo(partition);
            session.LetGo();
        }
    }

    private async Task<bool> MoveAsync(WorkerSession session, CancellationToken stop)
    {
        if (context.Plan.Method == BackfillMethod.Stream) return await new StreamedPartition(context, session).RunAsync(stop).ConfigureAwait(false);
        var partition = new UnloadedPartition(context, session);
        await using (partition.ConfigureAwait(false)) return await partition.RunAsync(stop).ConfigureAwait(false);
    }

    // What lies in the rows, the tables or the disk would meet every other partition too.
    private static bool IsOfAll(Exception failure) =>
        failure is EtlException and not (CircuitOpenException or ConnectionException or ConflictException) || failure is Npgsql.PostgresException { SqlState: "53100" };

    /// <summary>Gives a partition back; a failure that cannot even be written leaves it to whoever finds its worker gone.</summary>
    private async Task GiveBackAsync(WorkerSession session, BackfillPartition partition, Exception? failure)
    {
        if (failure is not null) context.Services.Logger.PartitionFailed(failure, context.Plan.Name, partition.Number, Failure.Of(failure).Message);
        try
        {
            await session.RunAsync(context.Retry, async (connection, token) =>
            {
                if (failure is null or CircuitOpenException) await PartitionStore.ReleaseAsync(connection, context.Plan.Id, partition, token).ConfigureAwait(false);
                else
                {
                    var told = Failure.Of(failure);
                    await PartitionStore.FailAsync(
                        connection, context.Plan.Id, partition, new PartitionFailure(told.Code, told.Message, MostFailures, 2 * context.Services.Settings.Resilience.BaseDelay), token).ConfigureAwait(false);
                }

                return true;
            }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception lost) when (lost is EtlException || PostgresErrors.IsTransient(lost))
        {
            // Its session is gone or its lock is another's.
        }
    }
}
