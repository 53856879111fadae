using EtlTools.Core.Errors;
using EtlTools.Core.Schedule.Cron;
using EtlTools.Core.Schedule.Systemd;
using EtlTools.Core.Schedule.TaskScheduler;

namespace EtlTools.Core.Schedule;

/// <summary>The jobs of this product that the machine's schedulers run for this user.</summary>
public sealed class Schedules
{
    private readonly IReadOnlyList<IScheduler> _schedulers;

    /// <param name="variables">Environment variables, PATH and HOME among them.</param>
    /// <param name="time">The clock.</param>
    public Schedules(IReadOnlyDictionary<string, string> variables, TimeProvider time)
    {
        var host = new SchedulerHost(variables, time);
        // In the order in which they are preferred.
        _schedulers = [new WindowsTaskScheduler(host), new SystemdScheduler(host), new CronScheduler(host)];
    }

    /// <summary>The scheduler that is meant: the given one, or the first that the machine has.</summary>
    /// <exception cref="ConfigurationException">The machine has none, or not the given one.</exception>
    public async Task<SchedulerKind> ChooseAsync(SchedulerKind kind, CancellationToken stop)
    {
        foreach (var scheduler in Candidates(kind))
            if (await scheduler.IsAvailableAsync(stop).ConfigureAwait(false)) return scheduler.Kind;
        throw new ConfigurationException(
            kind switch
            {
                SchedulerKind.Auto => "This machine has no scheduler for this user: neither Task Scheduler nor a systemd session nor crontab.",
                SchedulerKind.Systemd => "This user has no systemd session: 'systemctl --user' does not answer.",
                SchedulerKind.Cron => "There is no program 'crontab' on PATH.",
                _ => "There is no Task Scheduler here: schtasks.exe is not on PATH.",
            },
            "Choose another scheduler, install one (cron), or run the command from a service of your own; it may run as often as you like.");
    }

    /// <summary>What <see cref="AddAsync"/> would register. Nothing is changed.</summary>
    /// <param name="job">The job.</param>
    /// <param name="kind">A scheduler, not <see cref="SchedulerKind.Auto"/>.</param>
    /// <exception cref="ConfigurationException">The scheduler cannot express the job.</exception>
    public SchedulePlan Plan(ScheduledJob job, SchedulerKind kind) => Get(kind).Plan(job);

    /// <summary>Registers a job, in place of one of the same name.</summary>
    /// <param name="plan">What is to be registered.</param>
    /// <param name="stop">Stops before the next step.</param>
    /// <exception cref="EtlException">The scheduler refused it.</exception>
    public async Task AddAsync(SchedulePlan plan, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(plan);
        await Get(plan.Scheduler).AddAsync(plan.Job, stop).ConfigureAwait(false);
    }

    /// <summary>All jobs, by name.</summary>
    /// <param name="kind">Where; <see cref="SchedulerKind.Auto"/> means in all schedulers that the machine has.</param>
    /// <param name="stop">Stops.</param>
    public async Task<IReadOnlyList<ScheduleEntry>> ListAsync(SchedulerKind kind, CancellationToken stop)
    {
        var entries = new List<ScheduleEntry>();
        foreach (var scheduler in await AvailableAsync(kind, stop).ConfigureAwait(false))
            entries.AddRange(await scheduler.ListAsync(stop).ConfigureAwait(false));
        return [.. entries.OrderBy(entry => entry.Job.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Removes jobs of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="kind">Where; <see cref="SchedulerKind.Auto"/> means in all schedulers that the machine has.</param>
    /// <param name="stop">Stops.</param>
    /// <returns>Where it was; empty when there was none.</returns>
    public async Task<IReadOnlyList<SchedulerKind>> RemoveAsync(string name, SchedulerKind kind, CancellationToken stop)
    {
        ScheduledJob.EnsureName(name);
        var removed = new List<SchedulerKind>();
        foreach (var scheduler in await AvailableAsync(kind, stop).ConfigureAwait(false))
            if (await scheduler.RemoveAsync(name, stop).ConfigureAwait(false)) removed.Add(scheduler.Kind);
        return removed;
    }

    private async Task<List<IScheduler>> AvailableAsync(SchedulerKind kind, CancellationToken stop)
    {
        if (kind != SchedulerKind.Auto) return [Get(await ChooseAsync(kind, stop).ConfigureAwait(false))];
        var available = new List<IScheduler>();
        foreach (var scheduler in _schedulers)
            if (await scheduler.IsAvailableAsync(stop).ConfigureAwait(false)) available.Add(scheduler);
        return available;
    }

    private IEnumerable<IScheduler> Candidates(SchedulerKind kind) => _schedulers.Where(scheduler => kind == SchedulerKind.Auto || scheduler.Kind == kind);

    private IScheduler Get(SchedulerKind kind) => _schedulers.First(scheduler => scheduler.Kind == kind);
}
