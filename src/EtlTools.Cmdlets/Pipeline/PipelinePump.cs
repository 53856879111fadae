using System.Collections.Concurrent;
using System.Management.Automation;

namespace EtlTools.Cmdlets.Pipeline;

/// <summary>
/// Lets work run on other threads while everything it shows is shown by the pipeline's thread, as PowerShell demands. What is shown
/// waits in one bounded queue, so that a slow consumer slows the work down. However it ends, the work has ended when
/// <see cref="Run"/> returns: it is asked to stop, and waited for.
/// </summary>
internal sealed class PipelinePump : IDisposable
{
    private const int Capacity = 256;
    private static readonly ConcurrentDictionary<PipelinePump, bool> s_running = new();

    private readonly BlockingCollection<Action> _queue = new(Capacity);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _pipelineThread = Environment.CurrentManagedThreadId;
    private volatile bool _isDraining;

    /// <summary>Asks all work in this process to stop at its next boundary.</summary>
    public static void RequestStopOfAll()
    {
        foreach (var pump in s_running.Keys) pump.RequestStop();
    }

    /// <summary>Asks the work to stop at its next boundary; from any thread, and without waiting.</summary>
    public void RequestStop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work has ended meanwhile.
        }
    }

    /// <summary>Runs the work to its end. Call it on the pipeline's thread.</summary>
    /// <returns>How the work failed; null when it did not. What showing threw is thrown: it is PowerShell's own.</returns>
    public Exception? Run(Func<CancellationToken, Task> work)
    {
        s_running.TryAdd(this, true);
        var worker = Task.Run(async () =>
        {
            try
            {
                await work(_stop.Token).ConfigureAwait(false);
            }
            finally
            {
                _queue.CompleteAdding();
            }
        });
        try
        {
            foreach (var action in _queue.GetConsumingEnumerable()) action();
        }
        finally
        {
            // Somebody downstream has had enough, or the pipeline is being stopped: what is still shown goes nowhere.
            _isDraining = true;
            _stop.Cancel();
            foreach (var action in _queue.GetConsumingEnumerable()) action();
            ((IAsyncResult)worker).AsyncWaitHandle.WaitOne();
            s_running.TryRemove(this, out _);
        }

        return worker.IsCanceled ? new OperationCanceledException() : worker.Exception?.InnerException;
    }

    /// <summary>Has something done on the pipeline's thread, without waiting for it.</summary>
    public void Post(Action action) => Enqueue(() =>
    {
        if (!_isDraining) action();
    });

    /// <summary>Has something done on the pipeline's thread and waits for its result.</summary>
    /// <exception cref="OperationCanceledException">The pipeline was stopped before.</exception>
    public Task<T> InvokeAsync<T>(Func<T> function)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isTaken = Enqueue(() =>
        {
            if (_isDraining)
            {
                result.TrySetCanceled();
                return;
            }

            try
            {
                result.TrySetResult(function());
            }
            catch (PipelineStoppedException)
            {
                result.TrySetCanceled();
                throw;
            }
#pragma warning disable CA1031 // Whoever asked is told.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                result.TrySetException(failure);
            }
        });
        if (!isTaken) result.TrySetCanceled();
        return result.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        RequestStop();
        _queue.Dispose();
        _stop.Dispose();
    }

    private bool Enqueue(Action action)
    {
        // What the pipeline's thread itself has to say cannot wait for the pipeline's thread.
        if (Environment.CurrentManagedThreadId == _pipelineThread)
        {
            action();
            return true;
        }

        try
        {
            _queue.Add(action);
            return true;
        }
        catch (InvalidOperationException)
        {
            // A straggling log line after the end.
            return false;
        }
    }
}
