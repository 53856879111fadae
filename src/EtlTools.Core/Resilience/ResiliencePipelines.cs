using System.Data.Common;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EtlTools.Core.Resilience;

/// <summary>
/// One pipeline per outside system, built once and shared by all that call it: retries of transient failures with growing, jittered
/// pauses, around a circuit breaker that gives a system that fails constantly a rest.
/// </summary>
public sealed class ResiliencePipelines
{
    /// <summary>Name of Snowflake's pipeline.</summary>
    public const string Snowflake = "snowflake";

    /// <summary>Name of PostgreSQL's pipeline.</summary>
    public const string Postgres = "postgres";

    private readonly Dictionary<string, ResiliencePipeline> _pipelines;

    /// <param name="settings">Attempts, delays, breaker.</param>
    /// <param name="time">The clock; delays wait on it.</param>
    /// <param name="logger">Told of each retry and of the circuit.</param>
    /// <param name="isTransient">For each system by name: whether trying again may help after this exception.</param>
    public ResiliencePipelines(
        ResilienceSettings settings, TimeProvider time, ILogger logger, IReadOnlyDictionary<string, Func<Exception, bool>> isTransient)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(isTransient);
        _pipelines = isTransient.ToDictionary(
            system => system.Key, system => Build(settings, time, logger, system.Key, system.Value), StringComparer.Ordinal);
    }

    /// <summary>The pipeline of a system.</summary>
    /// <exception cref="ArgumentException">The system was not named when the pipelines were built.</exception>
    public ResiliencePipeline For(string system) => _pipelines.TryGetValue(system, out var pipeline)
        ? pipeline
        : throw new ArgumentException($"There is no resilience pipeline for '{system}'.", nameof(system));

    private static ResiliencePipeline Build(
        ResilienceSettings settings, TimeProvider time, ILogger logger, string system, Func<Exception, bool> isTransient)
    {
        var builder = new ResiliencePipelineBuilder { Name = system, TimeProvider = time };
        if (settings.Attempts > 0)
            builder.AddRetry(Retry(settings, logger, system, isTransient));

        if (settings.BreakerFailures > 0)
        {
            builder.AddStrategy(
                _ => new ConsecutiveFailureBreaker(system, settings.BreakerFailures, settings.BreakerPause, time, isTransient, logger),
                new ConsecutiveFailureBreakerOptions());
        }

        return builder.Build();
    }

    private static RetryStrategyOptions Retry(ResilienceSettings settings, ILogger logger, string system, Func<Exception, bool> isTransient) => new()
    {
        MaxRetryAttempts = settings.Attempts,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = settings.BaseDelay,
        MaxDelay = settings.MaxDelay,
        ShouldHandle = outcome => ValueTask.FromResult(
            outcome.Outcome.Exception is { } error and not (OperationCanceledException or CircuitOpenException) && isTransient(error)),
        OnRetry = attempt =>
        {
            var error = attempt.Outcome.Exception!;
            logger.Retrying(system, attempt.AttemptNumber + 1, CodeOf(error), (long)attempt.RetryDelay.TotalMilliseconds, error.Message);
            return default;
        },
    };

    /// <summary>The shortest name of an error that can be looked up.</summary>
    private static string CodeOf(Exception error) => error switch
    {
        EtlException known => known.Code,
        DbException { SqlState: { Length: > 0 } state } => state,
        _ => error.GetType().Name,
    };
}
