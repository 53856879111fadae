using System.Globalization;
using System.Text;

namespace EtlTools.Core.Schedule.TaskScheduler;

/// <summary>Windows Task Scheduler, registered and asked with <c>schtasks.exe</c>; tasks are in the folder <c>\EtlTools</c>.</summary>
internal sealed class WindowsTaskScheduler(SchedulerHost host) : IScheduler
{
    private const string Program = "schtasks.exe", Folder = @"\EtlTools\";

    // Columns of schtasks' CSV; their headings are in the language of Windows.
    private const int NameColumn = 1, LastResultColumn = 6;
    private const int HasNotRun = 0x41303, IsRunning = 0x41301;

    /// <inheritdoc/>
    public SchedulerKind Kind => SchedulerKind.TaskScheduler;

    private string User => host.Variable("USERDOMAIN") is { } domain ? $@"{domain}\{host.Variable("USERNAME")}" : host.Variable("USERNAME") ?? Environment.UserName;

    /// <inheritdoc/>
    public Task<bool> IsAvailableAsync(CancellationToken stop) => Task.FromResult(host.Find(Program) is not null);

    /// <inheritdoc/>
    public SchedulePlan Plan(ScheduledJob job) => new(
        job, Kind, [new ScheduleText(Folder + job.Name, Render(job))], [$"{Program} {string.Join(' ', Creation(job.Name, "TASK.xml"))}"],
        Environment.IsPrivilegedProcess ? [] : ["It runs while you are signed in; register it as administrator to run it at all times."]);

    /// <inheritdoc/>
    public async Task AddAsync(ScheduledJob job, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("etl-schedule-").FullName;
        try
        {
            var file = Path.Combine(folder, "task.xml");
            await File.WriteAllTextAsync(file, Render(job).ReplaceLineEndings("\r\n"), Encoding.Unicode, stop).ConfigureAwait(false);
            await host.RunWellAsync(Program, Creation(job.Name, file), null, stop).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduleEntry>> ListAsync(CancellationToken stop)
    {
        var all = await host.RunWellAsync(Program, ["/Query", "/FO", "CSV", "/V", "/NH"], null, stop).ConfigureAwait(false);
        var entries = new List<ScheduleEntry>();
        // A task with several triggers has a line for each.
        foreach (var row in all.Split('\n').Select(Cells).Where(row => row.Count > LastResultColumn && row[NameColumn].StartsWith(Folder, StringComparison.OrdinalIgnoreCase)).DistinctBy(row => row[NameColumn]))
        {
            var xml = await host.RunWellAsync(Program, ["/Query", "/TN", row[NameColumn], "/XML"], null, stop).ConfigureAwait(false);
            if (TaskXml.Read(xml) is not { } job) continue;
            entries.Add(new ScheduleEntry(job, Kind)
            {
                NextRun = job.Interval.NextAfter(host.Time.GetUtcNow(), host.Time.LocalTimeZone),
                LastExitCode = int.TryParse(row[LastResultColumn], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) && code is not (HasNotRun or IsRunning) ? code : null,
            });
        }

        return entries;
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string name, CancellationToken stop)
    {
        if (!(await ListAsync(stop).ConfigureAwait(false)).Any(entry => entry.Job.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) return false;
        await host.RunWellAsync(Program, ["/Delete", "/TN", Folder + name, "/F"], null, stop).ConfigureAwait(false);
        return true;
    }

    private string Render(ScheduledJob job) => TaskXml.Render(job, Folder + job.Name, User, Environment.IsPrivilegedProcess);

    private static string[] Creation(string name, string file) => ["/Create", "/TN", Folder + name, "/XML", file, "/F"];

    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var (cell, isQuoted) = (new StringBuilder(), false);
        foreach (var c in line.TrimEnd('\r'))
        {
            if (c == '"') isQuoted = !isQuoted;
            else if (c == ',' && !isQuoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
