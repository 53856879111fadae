using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace EtlTools.Core.Alerts;

/// <summary>Delivers alerts to one target, one at a time: tries again after failures that may pass, with growing pauses or those the receiver asks for.</summary>
internal sealed class AlertDelivery
{
    /// <summary>Why an alert was given up at the end.</summary>
    public const string EndOfProcess = "the process ended before it answered.";

    private static readonly ResiliencePropertyKey<string> s_reason = new("reason");

    private readonly IAlertTarget _target;
    private readonly AlertPace _pace;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;
    private string? _lastProblem;

    public AlertDelivery(IAlertTarget target, AlertPace pace, TimeProvider time, ILogger logger)
    {
        (_target, _pace, _logger) = (target, pace, logger);
        var builder = new ResiliencePipelineBuilder { Name = target.Name, TimeProvider = time };
        if (pace.Attempts > 0) builder.AddRetry(Retry());
        _pipeline = builder.AddTimeout(pace.AttemptTimeout).Build();
    }

    /// <summary>Delivers; never throws.</summary>
    /// <returns>Why it did not arrive; null when it did.</returns>
    public async Task<string?> TryAsync(Alert alert, CancellationToken stop)
    {
        var context = ResilienceContextPool.Shared.Get(stop);
        context.Properties.Set(s_reason, alert.Word);
        _lastProblem = null;
        try
        {
            await _pipeline.ExecuteAsync(
                static async (context, state) => await state.Target.SendAsync(state.Alert, context.CancellationToken).ConfigureAwait(false),
                context, (Target: _target, Alert: alert)).ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // An alert that cannot be sent must not become a failure of its own.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return !stop.IsCancellationRequested ? Words(failure) : _lastProblem is null ? EndOfProcess : $"{_lastProblem} Then the process ended.";
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private RetryStrategyOptions Retry() => new()
    {
        MaxRetryAttempts = _pace.Attempts,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = _pace.BaseDelay,
        MaxDelay = _pace.MaxDelay,
        ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Exception is AlertDeliveryException { IsTransient: true } or TimeoutRejectedException),
        DelayGenerator = outcome => ValueTask.FromResult(
            outcome.Outcome.Exception is AlertDeliveryException { RetryAfter: { } wanted } ? wanted < _pace.MaxDelay ? wanted : _pace.MaxDelay : (TimeSpan?)null),
        OnRetry = attempt =>
        {
            _lastProblem = Words(attempt.Outcome.Exception!);
            AlertLog.Retrying(
                _logger, attempt.Context.Properties.GetValue(s_reason, ""), _target.Name, attempt.AttemptNumber + 1, (long)attempt.RetryDelay.TotalMilliseconds, _lastProblem);
            return default;
        },
    };

    private string Words(Exception failure) => failure switch
    {
        AlertDeliveryException known => known.Message,
        TimeoutRejectedException => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"no answer within {_pace.AttemptTimeout.TotalSeconds:0.###} s."),
        // What another exception says may quote the address.
        _ => failure.GetType().Name,
    };
}
