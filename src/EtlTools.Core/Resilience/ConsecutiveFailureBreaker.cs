using System.Globalization;
using EtlTools.Core.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;

namespace EtlTools.Core.Resilience;

/// <summary>
/// Refuses calls for a while after so many failures in a row, then lets one through to see. Polly's own breaker looks at the share of
/// failures within a time, in which one success long ago keeps a dead system's circuit closed; "N in a row" is what the setting says.
/// Failures that are not transient say nothing about the system's health: they neither count nor close the circuit.
/// </summary>
internal sealed class ConsecutiveFailureBreaker(
    string system, int failures, TimeSpan pause, TimeProvider time, Func<Exception, bool> isTransient, ILogger logger) : ResilienceStrategy
{
    private readonly Lock _state = new();
    private int _inARow;
    private bool _open;
    private bool _probing;
    private long _openedAt;
    private Exception? _lastError;

    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        if (!TryEnter(out var isProbe))
            return Outcome.FromException<TResult>(Refusal());

        var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        Leave(outcome.Exception, isProbe);
        return outcome;
    }

    private bool TryEnter(out bool isProbe)
    {
        lock (_state)
        {
            isProbe = _open;
            if (!_open)
                return true;

            if (_probing || time.GetElapsedTime(_openedAt) < pause)
                return false;

            _probing = true;
            return true;
        }
    }

    private void Leave(Exception? error, bool isProbe)
    {
        bool opened = false, closed = false;
        lock (_state)
        {
            if (isProbe)
                _probing = false;

            if (error is null)
            {
                // A call that began before the circuit opened does not close it.
                closed = _open && isProbe;
                if (!_open || isProbe)
                    (_inARow, _open, _lastError) = (0, false, null);
            }
            else if (error is not OperationCanceledException && isTransient(error))
            {
                _lastError = error;
                _inARow++;
                opened = isProbe || (!_open && _inARow >= failures);
                if (opened)
                    (_open, _openedAt) = (true, time.GetTimestamp());
            }
        }

        if (opened)
            logger.CircuitOpened(system, _inARow, (long)pause.TotalMilliseconds);
        if (closed)
            logger.CircuitClosed(system);
    }

    private CircuitOpenException Refusal() => new(
        string.Create(CultureInfo.InvariantCulture, $"{system} was not called: {_inARow} calls in a row failed, the last with: {_lastError?.Message}"),
        string.Create(CultureInfo.InvariantCulture, $"Mend that; calls are tried again {pause.TotalSeconds:0.###} s after the last failure (ETL_BREAKER_PAUSE, ETL_BREAKER_FAILURES)."),
        _lastError);
}

/// <summary>Polly asks for an options object; all settings are in the strategy.</summary>
internal sealed class ConsecutiveFailureBreakerOptions : ResilienceStrategyOptions
{
    public ConsecutiveFailureBreakerOptions() => Name = "consecutive failures";
}
