using EtlTools.Core.Schedule;

namespace EtlTools.Core.Tests.Schedule;

/// <summary>Jobs to render.</summary>
internal static class Jobs
{
    /// <summary>A plain one.</summary>
    public static ScheduledJob Plain(string every = "2m", string name = "orders") =>
        ScheduledJob.Create(name, ScheduleInterval.Parse(every), ["/usr/bin/etl", "sync", "orders", "--config", "/srv/etl/etl.yaml", "--quiet"], "/srv/etl", "/srv/etl/logs/schedule-orders.log");

    /// <summary>One with everything that some program on the way takes for something else.</summary>
    public static ScheduledJob Hostile(string every = "1h") => ScheduledJob.Create(
        "hostile", ScheduleInterval.Parse(every),
        ["/opt/my tools/100%/e$HOME/etl", "sync", "it's", "a \"b\"", "50%", "%H%n", "$HOME", "${PATH}", "`id`", "; rm -rf /", ";", "a\\b", "a\\\\b\\", "\\%", "<a&b>", "规模明细", "*", "", "~", "-x", "#", "!"],
        "/srv/year's 100% $x\\", "/srv/lo g/50%.log");

    /// <summary>The plain one on Windows.</summary>
    public static ScheduledJob Windows(string every = "2m") =>
        ScheduledJob.Create("orders", ScheduleInterval.Parse(every), [@"C:\Program Files\etl\etl.exe", "sync", "orders", "--config", @"D:\etl\etl.yaml", "--quiet"], @"D:\etl");
}
