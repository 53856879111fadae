using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Alerts;

/// <summary>The way to one target: a bounded queue and one worker. A target that is away holds up neither runs nor other targets.</summary>
internal sealed class AlertLane(IAlertTarget target, AlertPace pace, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly Channel<Alert> _queue = Channel.CreateBounded<Alert>(new BoundedChannelOptions(pace.QueueLength) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _starting = new();
    private readonly AlertDelivery _delivery = new(target, pace, time, logger);
    private Task? _worker;

    /// <summary>Queues an alert; returns at once. When the queue is full it is dropped, and the log says so.</summary>
    public void Post(Alert alert)
    {
        if (!_queue.Writer.TryWrite(alert))
        {
            AlertLog.NotDelivered(logger, alert.Word, alert.Name ?? alert.Operation, target.Name, "its queue is full");
            return;
        }

        lock (_starting)
        {
            if (_worker is not null) return;
            // The worker outlives the run that woke it: its log lines must not carry that run's id.
            using var flow = ExecutionContext.SuppressFlow();
            _worker = Task.Run(WorkAsync);
        }
    }

    /// <summary>Waits for what is queued, for <see cref="AlertPace.FlushTime"/> at most, and gives the rest up.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_worker is { } worker)
        {
            try
            {
                await worker.WaitAsync(pace.FlushTime, time).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                await _stop.CancelAsync().ConfigureAwait(false);
                await worker.ConfigureAwait(false);
            }
        }

        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (var alert in _queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var begun = time.GetTimestamp();
            var problem = _stop.IsCancellationRequested ? AlertDelivery.EndOfProcess : await _delivery.TryAsync(alert, _stop.Token).ConfigureAwait(false);
            if (problem is null) AlertLog.Delivered(logger, alert.Word, alert.Name ?? alert.Operation, target.Name, (long)time.GetElapsedTime(begun).TotalMilliseconds);
            else AlertLog.NotDelivered(logger, alert.Word, alert.Name ?? alert.Operation, target.Name, problem);
        }
    }
}
