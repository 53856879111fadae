using System.Globalization;

namespace EtlTools.Core.Schedule.Systemd;

/// <summary>
/// A job as two unit files: a service that runs the command once, and a timer that starts it. systemd does not start a service that
/// still runs, so a job never overlaps itself.
/// </summary>
internal static class SystemdUnits
{
    private const string Prefix = "etl-", RecordKey = "Job=";

    /// <summary>File name of the service.</summary>
    public static string ServiceName(string job) => $"{Prefix}{job}.service";

    /// <summary>File name of the timer.</summary>
    public static string TimerName(string job) => $"{Prefix}{job}.timer";

    /// <summary>The job's name of a unit's file name.</summary>
    public static string JobOf(string unit) => Path.GetFileNameWithoutExtension(unit)[Prefix.Length..];

    /// <summary>The service's text, lines ending in LF.</summary>
    public static string Service(ScheduledJob job)
    {
        var command = string.Join(' ', job.Arguments.Select(SystemdQuoting.Argument).Prepend(SystemdQuoting.Program(job.Program)));
        var output = job.Log is { } log ? $"StandardOutput=append:{SystemdQuoting.Value(log)}\nStandardError=inherit\n" : "";
        // Sections that begin with X- are for others than systemd.
        return $"""
            [Unit]
            Description=EtlTools: {job.Name}

            [Service]
            Type=oneshot
            WorkingDirectory={SystemdQuoting.Value(job.WorkingFolder)}
            ExecStart={command}
            {output}KillSignal=SIGTERM
            TimeoutStopSec=5min

            [X-EtlTools]
            {RecordKey}{JobRecord.Write(job)}

            """.ReplaceLineEndings("\n");
    }

    /// <summary>The timer's text, lines ending in LF.</summary>
    public static string Timer(ScheduledJob job) =>
        $"""
        [Unit]
        Description=EtlTools: {job.Name}, {(job.Interval.DailyAt is null ? "every" : "daily at")} {job.Interval}

        [Timer]
        {When(job.Interval)}
        AccuracySec=1s

        [Install]
        WantedBy=timers.target

        """.ReplaceLineEndings("\n");

    /// <summary>The job that a service was made of; null when the text is not of this product.</summary>
    public static ScheduledJob? Read(string service) => service.Split('\n')
        .Where(line => line.StartsWith(RecordKey, StringComparison.Ordinal))
        .Select(line => JobRecord.Read(line[RecordKey.Length..].TrimEnd('\r'))).FirstOrDefault(job => job is not null);

    // A calendar keeps the rhythm over restarts of the machine; only it can catch up on a run that was missed meanwhile.
    private static string When(ScheduleInterval interval)
    {
        if (Calendar(interval) is { } calendar) return $"OnCalendar={calendar}\nPersistent=true";
        var seconds = ((long)interval.Every!.Value.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return $"OnActiveSec=1s\nOnUnitActiveSec={seconds}s";
    }

    private static string? Calendar(ScheduleInterval interval)
    {
        if (interval.OnceADayAt is { } time) return time.ToString("'*-*-*' HH':'mm':00'", CultureInfo.InvariantCulture);
        var every = interval.Every!.Value;
        return Step(every, TimeSpan.TicksPerSecond, 60) is { } seconds ? $"*-*-* *:*:{seconds}"
            : Step(every, TimeSpan.TicksPerMinute, 60) is { } minutes ? $"*-*-* *:{minutes}:00"
            : Step(every, TimeSpan.TicksPerHour, 24) is { } hours ? $"*-*-* {hours}:00:00"
            : null;
    }

    // "00/2" in the field of a unit of which a whole number of steps makes the next larger one; null when they do not.
    private static string? Step(TimeSpan every, long unit, long perNext)
    {
        if (every.Ticks % unit != 0 || every.Ticks / unit is var steps && (steps >= perNext || perNext % steps != 0)) return null;
        return steps == 1 ? "*" : string.Create(CultureInfo.InvariantCulture, $"00/{steps}");
    }
}
