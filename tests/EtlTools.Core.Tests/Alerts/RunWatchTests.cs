using EtlTools.Core.Alerts;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Tests.Resilience;
using EtlTools.Core.Tests.Telemetry;
using Npgsql;
using Xunit;

namespace EtlTools.Core.Tests.Alerts;

/// <summary>When a run is worth an alert. What is raised is in the log, also where nobody is to be told.</summary>
public sealed class RunWatchTests
{
    private readonly ListLogger _log = new();
    private readonly FakeTime _time = new(passAtOnce: false);

    [Fact]
    public void A_stall_is_reported_once_and_again_after_progress()
    {
        using var watch = Watch(new AlertSettings { Stall = TimeSpan.FromMinutes(5) });
        watch.Progress(500, 0);
        _time.Advance(TimeSpan.FromMinutes(4));
        watch.Progress(700, 0);
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Empty(_log.Entries);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("EtlTools: sync of orders does not get on. No progress for 300 s, after 700 rows. It is still at work and goes on by itself if it can.", Assert.Single(_log.Messages));
        _time.Advance(TimeSpan.FromHours(3));
        Assert.Single(_log.Messages);

        watch.Progress(800, 0);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, _log.Messages.Count());
    }

    [Fact]
    public void What_does_not_tell_reliably_is_watched_from_its_first_progress_on()
    {
        using var watch = AlertWorld.Dispatcher(new AlertSettings { Stall = TimeSpan.FromMinutes(5) }, _log, _time).Watch("backfill", "orders", isWatchedAtOnce: false);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(_log.Entries);
        watch.Progress(10, 0);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(_log.Messages);
    }

    [Fact]
    public void A_timer_that_is_early_does_not_lose_the_stall()
    {
        using var watch = AlertWorld.Dispatcher(new AlertSettings { Stall = TimeSpan.FromMinutes(5) }, _log, new EarlyTimers(_time)).Watch("sync", "orders");
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(10));
        Assert.Empty(_log.Entries);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Single(_log.Messages);
    }

    [Fact]
    public void A_run_that_has_ended_does_not_stall_and_0_means_never()
    {
        Watch(new AlertSettings { Stall = TimeSpan.FromMinutes(5) }).Dispose();
        using var never = Watch(new AlertSettings { Stall = TimeSpan.Zero });
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(_log.Entries);
    }

    [Theory]
    [InlineData(100_000, 5_000, false)]
    [InlineData(100_000, 5_001, true)]
    [InlineData(10, 1, true)]
    [InlineData(0, 0, false)]
    public void Too_large_a_share_of_refused_rows_is_reported_once(long read, long refused, bool isReported)
    {
        using (var watch = Watch(new AlertSettings { ErrorShare = 0.05 }))
        {
            watch.Progress(read, refused);
            watch.Progress(read, refused);
        }

        Assert.Equal(isReported ? 1 : 0, _log.Messages.Count(message => message.Contains("in quarantine, more than 5%.", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_small_beginning_is_not_judged_before_the_end()
    {
        using (var watch = Watch(new AlertSettings { ErrorShare = 0.05 }))
        {
            watch.Progress(10, 5);
            Assert.Empty(_log.Entries);
            watch.Progress(200, 5);
        }

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public void Neither_0_percent_nor_a_failed_run_asks_for_the_share()
    {
        using (var never = Watch(new AlertSettings { ErrorShare = 0 })) never.Progress(10_000, 10_000);
        using (var failed = Watch(new AlertSettings { ErrorShare = 0.05 }))
        {
            failed.Progress(100, 90);
            failed.Failed(new DataException("too many", "repair"));
        }

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task The_same_alert_is_not_sent_twice_within_the_time_but_another_is()
    {
        using var receiver = new AlertReceiver();
        var settings = new AlertSettings { WebhookUrl = receiver.Address, Repeat = TimeSpan.FromHours(1) };
        await using (var alerts = AlertWorld.Dispatcher(settings, _log, new ClockOnly(_time)))
        {
            Fail(alerts, "orders", new ConnectionException("away", "wait"));
            Fail(alerts, "orders", new ConnectionException("away", "wait"));
            Fail(alerts, "orders", new DataException("bad", "repair"));
            Fail(alerts, "items", new ConnectionException("away", "wait"));
            _time.Advance(TimeSpan.FromHours(1));
            Fail(alerts, "orders", new ConnectionException("away", "wait"));
            Fail(alerts, "orders", new OperationCanceledException());
        }

        Assert.Equal(
            ["orders ETL-CONNECTION", "orders ETL-DATA", "items ETL-CONNECTION", "orders ETL-CONNECTION"],
            receiver.Requests.Select(request => System.Text.Json.JsonDocument.Parse(request.Body).RootElement).Select(alert => $"{alert.GetProperty("name")} {alert.GetProperty("code")}"));
    }

    [Fact]
    public void What_may_quote_a_row_is_told_by_its_code_only()
    {
        var refused = new PostgresException("invalid input syntax for type integer: \"Mrs Ada Lovelace\"", "ERROR", "ERROR", "22P02");
        var (code, message, _) = AlertText.Of(refused);
        Assert.Equal(("ETL-POSTGRES", "PostgreSQL refused a statement (SQLSTATE 22P02). The log and etl.run have the whole message."), (code, message));
        Assert.Equal("FormatException. The log and etl.run have the whole message.", AlertText.Of(new FormatException("'Mrs Ada Lovelace' was not in a correct format")).Message);
        Assert.Equal("bad rows", AlertText.Of(new DataException("bad rows", "repair")).Message);
    }

    private static void Fail(AlertDispatcher alerts, string name, Exception error)
    {
        using var watch = alerts.Watch("sync", name);
        watch.Failed(error);
    }

    private RunWatch Watch(AlertSettings settings) => AlertWorld.Dispatcher(settings, _log, _time).Watch("sync", "orders");

    /// <summary>Timers that are due 10 ms before their time.</summary>
    private sealed class EarlyTimers(FakeTime clock) : TimeProvider
    {
        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Early(clock.CreateTimer(callback, state, Sooner(dueTime), period));

        private static TimeSpan Sooner(TimeSpan dueTime) => dueTime > TimeSpan.FromSeconds(1) ? dueTime - TimeSpan.FromMilliseconds(10) : dueTime;

        private sealed class Early(ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(Sooner(dueTime), period);

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }

    /// <summary>The time of day of another clock; what waits, waits as usual.</summary>
    private sealed class ClockOnly(TimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();
    }
}
