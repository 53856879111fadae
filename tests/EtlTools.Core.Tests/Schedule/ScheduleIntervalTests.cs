using System.Globalization;
using EtlTools.Core.Errors;
using EtlTools.Core.Schedule;
using EtlTools.Core.Schedule.Cron;
using Xunit;

namespace EtlTools.Core.Tests.Schedule;

public sealed class ScheduleIntervalTests
{
    [Theory]
    [InlineData("30s")]
    [InlineData("2m")]
    [InlineData("90s")]
    [InlineData("1h")]
    [InlineData("1d")]
    [InlineData("03:15")]
    [InlineData("00:00")]
    [InlineData("23:59")]
    public void Is_written_as_it_was_read(string text) => Assert.Equal(text, ScheduleInterval.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0s")]
    [InlineData("500ms")]
    [InlineData("1500ms")]
    [InlineData("-2m")]
    [InlineData("2 m")]
    [InlineData("24:00")]
    [InlineData("3:15")]
    [InlineData("03:15:00")]
    [InlineData("often")]
    public void Refuses_everything_else(string text)
    {
        Assert.False(ScheduleInterval.TryParse(text, out _));
        Assert.Contains("30s, 2m, 1h or 1d", Assert.Throws<ConfigurationException>(() => ScheduleInterval.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2m", "2026-03-10T12:00:00", "2026-03-10T12:02:00")]
    [InlineData("2m", "2026-03-10T12:01:59", "2026-03-10T12:02:00")]
    [InlineData("30s", "2026-03-10T23:59:45", "2026-03-11T00:00:00")]
    [InlineData("6h", "2026-03-10T06:00:00", "2026-03-10T12:00:00")]
    [InlineData("1d", "2026-03-10T06:00:00", "2026-03-11T00:00:00")]
    [InlineData("03:15", "2026-03-10T03:14:59", "2026-03-10T03:15:00")]
    [InlineData("03:15", "2026-03-10T03:15:00", "2026-03-11T03:15:00")]
    public void The_next_run_is_the_next_time_on_the_clock(string interval, string now, string next)
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(8), "x", "x");
        DateTimeOffset At(string text) => new(DateTime.Parse(text, CultureInfo.InvariantCulture), TimeSpan.FromHours(8));

        Assert.Equal(At(next), ScheduleInterval.Parse(interval).NextAfter(At(now).ToUniversalTime(), zone));
    }

    [Fact]
    public void A_time_that_summer_time_leaves_out_comes_an_hour_later()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        var next = ScheduleInterval.Parse("02:30").NextAfter(new DateTimeOffset(2026, 3, 29, 0, 30, 0, TimeSpan.Zero), berlin);

        Assert.Equal(new DateTimeOffset(2026, 3, 29, 3, 30, 0, TimeSpan.FromHours(2)), next);
    }

    [Fact]
    public void An_interval_off_the_clock_has_no_next_run_that_could_be_told() =>
        Assert.Null(ScheduleInterval.Parse("7m").NextAfter(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("1m", "* * * * *")]
    [InlineData("2m", "*/2 * * * *")]
    [InlineData("120s", "*/2 * * * *")]
    [InlineData("30m", "*/30 * * * *")]
    [InlineData("60m", "0 * * * *")]
    [InlineData("12h", "0 */12 * * *")]
    [InlineData("24h", "0 0 * * *")]
    [InlineData("03:15", "15 3 * * *")]
    public void Cron_has_fields_for_what_divides_an_hour_or_a_day(string interval, string fields) =>
        Assert.Equal(fields, CronTime.Fields(ScheduleInterval.Parse(interval)));

    [Theory]
    [InlineData("1s")]
    [InlineData("30s")]
    [InlineData("90s")]
    [InlineData("7m")]
    [InlineData("45m")]
    [InlineData("90m")]
    [InlineData("5h")]
    [InlineData("36h")]
    [InlineData("2d")]
    public void Cron_refuses_what_it_cannot_express_and_says_what_it_can(string interval)
    {
        var refused = Assert.Throws<ConfigurationException>(() => CronTime.Fields(ScheduleInterval.Parse(interval)));

        Assert.Equal($"cron cannot run a job every {ScheduleInterval.Parse(interval)}.", refused.Message);
        Assert.Contains("1m, 2m, 3m", refused.Remedy, StringComparison.Ordinal);
    }
}
