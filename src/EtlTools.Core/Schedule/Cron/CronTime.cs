using System.Globalization;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Schedule.Cron;

/// <summary>The five fields of a crontab line that say when.</summary>
internal static class CronTime
{
    private const string Remedy =
        "Choose minutes that divide an hour (1m, 2m, 3m, 4m, 5m, 6m, 10m, 12m, 15m, 20m, 30m), hours that divide a day (1h, 2h, 3h, 4h, 6h, 8h, 12h), 1d, or a time of day such as 03:15; or use systemd, which knows every interval.";

    /// <summary>The fields.</summary>
    /// <exception cref="ConfigurationException">cron cannot express the interval.</exception>
    public static string Fields(ScheduleInterval interval)
    {
        if (interval.OnceADayAt is { } time) return string.Create(CultureInfo.InvariantCulture, $"{time.Minute} {time.Hour} * * *");
        var every = interval.Every!.Value;
        var (minutes, hours) = ((long)every.TotalMinutes, (long)every.TotalHours);
        if (every == TimeSpan.FromMinutes(minutes) && minutes is > 0 and < 60 && 60 % minutes == 0)
            return minutes == 1 ? "* * * * *" : string.Create(CultureInfo.InvariantCulture, $"*/{minutes} * * * *");
        if (every == TimeSpan.FromHours(hours) && hours is > 0 and < 24 && 24 % hours == 0)
            return hours == 1 ? "0 * * * *" : string.Create(CultureInfo.InvariantCulture, $"0 */{hours} * * *");
        throw new ConfigurationException($"cron cannot run a job every {interval}.", Remedy);
    }
}
