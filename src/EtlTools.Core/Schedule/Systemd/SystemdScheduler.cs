using System.Globalization;
using System.Text.Json;

namespace EtlTools.Core.Schedule.Systemd;

/// <summary>Timers of the user's systemd, registered by unit files and <c>systemctl --user</c>.</summary>
internal sealed class SystemdScheduler(SchedulerHost host) : IScheduler
{
    private const string Program = "systemctl";

    /// <inheritdoc/>
    public SchedulerKind Kind => SchedulerKind.Systemd;

    private string Folder => Path.Combine(
        host.Variable("XDG_CONFIG_HOME") ?? Path.Combine(host.Variable("HOME") ?? throw new SchedulerException("HOME is not set.", "Set it, or choose another scheduler."), ".config"),
        "systemd", "user");

    /// <inheritdoc/>
    public async Task<bool> IsAvailableAsync(CancellationToken stop) =>
        host.Find(Program) is not null
        && (await host.RunAsync(Program, ["--user", "show", "--property=Version"], null, stop).ConfigureAwait(false)).ExitCode == 0;

    /// <inheritdoc/>
    public SchedulePlan Plan(ScheduledJob job) => new(
        job, Kind,
        [new ScheduleText(ServiceFile(job.Name), SystemdUnits.Service(job)), new ScheduleText(TimerFile(job.Name), SystemdUnits.Timer(job))],
        [.. Activation(job.Name).Select(arguments => $"{Program} {string.Join(' ', arguments)}")],
        Lingers() ? [] : ["It runs while you are signed in; to run it at all times: loginctl enable-linger"]);

    /// <inheritdoc/>
    public async Task AddAsync(ScheduledJob job, CancellationToken stop)
    {
        if (job.Log is { } log) Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        foreach (var (place, content) in Plan(job).Texts) await SchedulerHost.WriteAsync(place, content, stop).ConfigureAwait(false);
        foreach (var arguments in Activation(job.Name)) await host.RunWellAsync(Program, arguments, null, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduleEntry>> ListAsync(CancellationToken stop)
    {
        var found = Directory.Exists(Folder)
            ? Directory.GetFiles(Folder, SystemdUnits.ServiceName("*")).Order(StringComparer.Ordinal).Select(Read).OfType<ScheduleEntry>().ToList()
            : [];
        if (found.Count == 0) return found;
        var timers = Timers(await host.RunWellAsync(
            Program, ["--user", "list-timers", "--all", "--output=json", SystemdUnits.TimerName("*")], null, stop).ConfigureAwait(false));
        var results = Results(await host.RunWellAsync(
            Program, ["--user", "show", "--property=Id,ExecMainStatus,ExecMainExitTimestampMonotonic", .. found.Select(entry => SystemdUnits.ServiceName(entry.Job.Name))], null, stop).ConfigureAwait(false));
        return [.. found.Select(entry => entry with
        {
            NextRun = timers.GetValueOrDefault(entry.Job.Name).Next, LastRun = timers.GetValueOrDefault(entry.Job.Name).Last,
            LastExitCode = results.TryGetValue(entry.Job.Name, out var code) ? code : null,
        })];
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string name, CancellationToken stop)
    {
        // Another program may have a unit of such a name; what does not carry the record is not this product's.
        if (!File.Exists(ServiceFile(name)) || SystemdUnits.Read(await File.ReadAllTextAsync(ServiceFile(name), stop).ConfigureAwait(false)) is null) return false;
        await host.RunWellAsync(Program, ["--user", "disable", "--now", SystemdUnits.TimerName(name)], null, stop).ConfigureAwait(false);
        File.Delete(TimerFile(name));
        File.Delete(ServiceFile(name));
        await host.RunWellAsync(Program, ["--user", "daemon-reload"], null, stop).ConfigureAwait(false);
        // A service whose last run failed is listed as failed even without its file. There is nothing to reset where it did not fail.
        await host.RunAsync(Program, ["--user", "reset-failed", SystemdUnits.ServiceName(name)], null, stop).ConfigureAwait(false);
        return true;
    }

    // restart, because a timer that runs already keeps its old times.
    private static string[][] Activation(string name) =>
        [["--user", "daemon-reload"], ["--user", "enable", SystemdUnits.TimerName(name)], ["--user", "restart", SystemdUnits.TimerName(name)]];

    private string ServiceFile(string name) => Path.Combine(Folder, SystemdUnits.ServiceName(name));

    private string TimerFile(string name) => Path.Combine(Folder, SystemdUnits.TimerName(name));

    private bool Lingers() => host.Variable("USER") is { } user && File.Exists($"/var/lib/systemd/linger/{user}");

    private ScheduleEntry? Read(string file)
    {
        var text = File.ReadAllText(file);
        if (SystemdUnits.Read(text) is not { } job || SystemdUnits.ServiceName(job.Name) != Path.GetFileName(file)) return null;
        var timer = TimerFile(job.Name);
        return new ScheduleEntry(job, Kind) { IsEdited = text != SystemdUnits.Service(job) || !File.Exists(timer) || File.ReadAllText(timer) != SystemdUnits.Timer(job) };
    }

    // [{"next":…,"last":…,"unit":"etl-x.timer"}], microseconds of Unix time; 0 or null where there is none. Before version 246 it is a table
    // for people, of which nothing is taken.
    private static Dictionary<string, (DateTimeOffset? Next, DateTimeOffset? Last)> Timers(string json)
    {
        using var document = JsonDocument.Parse(json.TrimStart().StartsWith('[') ? json : "[]");
        return document.RootElement.EnumerateArray().ToDictionary(
            timer => SystemdUnits.JobOf(timer.GetProperty("unit").GetString()!), timer => (Time(timer, "next"), Time(timer, "last")));
    }

    private static DateTimeOffset? Time(JsonElement timer, string field) =>
        timer.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var microseconds) && microseconds > 0
            ? DateTimeOffset.FromUnixTimeMilliseconds(microseconds / 1000)
            : null;

    // Blocks of NAME=VALUE lines, one for each unit; a unit that never ended has no result.
    private static Dictionary<string, int> Results(string text)
    {
        var results = new Dictionary<string, int>();
        foreach (var block in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var values = block.Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
            if (values.GetValueOrDefault("Id") is { } id && values.GetValueOrDefault("ExecMainExitTimestampMonotonic", "0") != "0"
                && int.TryParse(values.GetValueOrDefault("ExecMainStatus"), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                results[SystemdUnits.JobOf(id)] = code;
        }

        return results;
    }
}
