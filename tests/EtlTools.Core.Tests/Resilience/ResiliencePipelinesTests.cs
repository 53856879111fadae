using EtlTools.Core.Config;
using EtlTools.Core.Resilience;
using EtlTools.Core.Tests.Telemetry;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtlTools.Core.Tests.Resilience;

public sealed class ResiliencePipelinesTests
{
    private static readonly ResilienceSettings Settings = new()
    {
        Attempts = 5, BaseDelay = TimeSpan.FromMilliseconds(500), MaxDelay = TimeSpan.FromSeconds(3), BreakerFailures = 0,
    };

    private readonly ListLogger _log = new();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 6)]
    public async Task A_transient_failure_is_tried_as_often_as_set(int attempts, int calls)
    {
        var (pipelines, made) = (Pipelines(Settings with { Attempts = attempts }, new FakeTime()), 0);

        await Assert.ThrowsAsync<TimeoutException>(async () => await pipelines.For("postgres").ExecuteAsync(_ =>
        {
            made++;
            throw new TimeoutException("slow");
        }));

        Assert.Equal(calls, made);
        Assert.Equal(attempts, _log.Entries.Count(e => e.Event.Id == 2001));
    }

    [Fact]
    public async Task Success_after_failures_is_the_result_and_each_retry_is_logged_with_its_code()
    {
        var (pipelines, made) = (Pipelines(Settings, new FakeTime()), 0);

        var result = await pipelines.For("postgres").ExecuteAsync(_ => ++made < 3 ? throw new TimeoutException("slow") : ValueTask.FromResult(made));

        Assert.Equal(3, result);
        Assert.Matches("^postgres: attempt 1 failed \\(TimeoutException\\), trying again in [0-9]+ ms: slow$", _log.Messages.First());
        Assert.Equal(2, _log.Entries.Count(e => e.Level == LogLevel.Warning));
    }

    [Fact]
    public async Task What_is_not_transient_is_not_tried_again()
    {
        var (pipelines, made) = (Pipelines(Settings, new FakeTime()), 0);

        await Assert.ThrowsAsync<FormatException>(async () => await pipelines.For("postgres").ExecuteAsync(_ =>
        {
            made++;
            throw new FormatException();
        }));

        Assert.Equal(1, made);
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task Delays_grow_differ_and_stay_within_the_maximum()
    {
        var totals = new HashSet<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            var time = new FakeTime();
            await Assert.ThrowsAsync<TimeoutException>(async () =>
                await Pipelines(Settings with { Attempts = 8 }, time).For("postgres").ExecuteAsync(_ => throw new TimeoutException()));

            Assert.Equal(8, time.Waits.Count);
            Assert.All(time.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, Settings.MaxDelay));
            Assert.True(time.Waits[0] < TimeSpan.FromSeconds(1.5));
            totals.Add(time.Waits.Aggregate((a, b) => a + b));
        }

        Assert.True(totals.Count > 10, "Delays have no jitter.");
        Assert.True(totals.Average(t => t.TotalSeconds) > 8, "Delays do not grow.");
    }

    [Fact]
    public async Task Cancellation_ends_a_wait_at_once()
    {
        using var cancel = new CancellationTokenSource();
        var made = 0;
        var running = Pipelines(Settings, new FakeTime(passAtOnce: false)).For("postgres").ExecuteAsync(
            _ =>
            {
                made++;
                throw new TimeoutException();
            },
            cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task The_circuit_opens_after_failures_in_a_row_refuses_and_closes_on_success()
    {
        var time = new FakeTime(passAtOnce: false);
        var pipeline = Pipelines(Breaker(3), time).For("postgres");
        await FailAsync(pipeline, 2);
        await pipeline.ExecuteAsync(_ => default);
        await FailAsync(pipeline, 3);

        var called = false;
        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(async () => await pipeline.ExecuteAsync(_ =>
        {
            called = true;
            return default;
        }));
        Assert.False(called);
        Assert.Contains("postgres was not called: 3 calls in a row failed, the last with: down", refusal.Message, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromSeconds(31));
        await pipeline.ExecuteAsync(_ => default);
        await pipeline.ExecuteAsync(_ => default);

        Assert.Equal([2002, 2003], _log.Entries.Select(e => e.Event.Id));
    }

    [Fact]
    public async Task A_failed_probe_opens_the_circuit_again_and_only_one_probe_is_let_through()
    {
        var time = new FakeTime(passAtOnce: false);
        var pipeline = Pipelines(Breaker(1), time).For("postgres");
        await FailAsync(pipeline, 1);
        time.Advance(TimeSpan.FromSeconds(31));
        var release = new TaskCompletionSource();
        var probe = pipeline.ExecuteAsync(async _ => await release.Task).AsTask();

        await Assert.ThrowsAsync<CircuitOpenException>(async () => await pipeline.ExecuteAsync(_ => default));
        release.SetException(new TimeoutException("down"));
        await Assert.ThrowsAsync<TimeoutException>(() => probe);

        await Assert.ThrowsAsync<CircuitOpenException>(async () => await pipeline.ExecuteAsync(_ => default));
        time.Advance(TimeSpan.FromSeconds(31));
        await pipeline.ExecuteAsync(_ => default);
    }

    [Fact]
    public async Task A_cancelled_probe_leaves_the_way_to_the_next()
    {
        var time = new FakeTime(passAtOnce: false);
        var pipeline = Pipelines(Breaker(1), time).For("postgres");
        await FailAsync(pipeline, 1);
        time.Advance(TimeSpan.FromSeconds(31));

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await pipeline.ExecuteAsync(_ => throw new OperationCanceledException()));

        await pipeline.ExecuteAsync(_ => default);
        await pipeline.ExecuteAsync(_ => default);
    }

    [Fact]
    public async Task One_systems_circuit_is_not_the_others()
    {
        var pipelines = Pipelines(Breaker(1), new FakeTime(passAtOnce: false));
        await FailAsync(pipelines.For("postgres"), 1);

        await pipelines.For("snowflake").ExecuteAsync(_ => default);

        Assert.Throws<ArgumentException>(() => pipelines.For("stripe"));
    }

    private static ResilienceSettings Breaker(int failures) =>
        Settings with { Attempts = 0, BreakerFailures = failures, BreakerPause = TimeSpan.FromSeconds(30) };

    private static async Task FailAsync(Polly.ResiliencePipeline pipeline, int times)
    {
        for (var i = 0; i < times; i++)
            await Assert.ThrowsAsync<TimeoutException>(async () => await pipeline.ExecuteAsync(_ => throw new TimeoutException("down")));
    }

    private ResiliencePipelines Pipelines(ResilienceSettings settings, TimeProvider time) => new(settings, time, _log, new Dictionary<string, Func<Exception, bool>>
    {
        ["postgres"] = error => error is TimeoutException,
        ["snowflake"] = error => error is TimeoutException,
    });
}
