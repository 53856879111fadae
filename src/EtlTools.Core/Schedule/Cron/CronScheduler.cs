namespace EtlTools.Core.Schedule.Cron;

/// <summary>The user's crontab, read and written with the program <c>crontab</c>.</summary>
internal sealed class CronScheduler(SchedulerHost host) : IScheduler
{
    private const string Program = "crontab";

    /// <inheritdoc/>
    public SchedulerKind Kind => SchedulerKind.Cron;

    /// <inheritdoc/>
    public Task<bool> IsAvailableAsync(CancellationToken stop) => Task.FromResult(host.Find(Program) is not null);

    /// <inheritdoc/>
    public SchedulePlan Plan(ScheduledJob job) => new(
        job, Kind, [new ScheduleText("crontab of this user", CrontabText.Block(job))], [$"{Program} -"],
        ["cron runs it only while the machine is on; what it misses is made up by the next run."]);

    /// <inheritdoc/>
    public async Task AddAsync(ScheduledJob job, CancellationToken stop)
    {
        var text = CrontabText.With(await ReadAsync(stop).ConfigureAwait(false), job);
        if (job.Log is { } log) Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        await host.RunWellAsync(Program, ["-"], text, stop).ConfigureAwait(false);
        // Some refuse a line and still end well; what is not there would never run, and nobody would be told.
        if (!(await ReadAsync(stop).ConfigureAwait(false)).Contains(CrontabText.Block(job), StringComparison.Ordinal))
            throw new SchedulerException($"crontab took '{job.Name}', but does not show it.", "Look with 'crontab -l', and try again.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduleEntry>> ListAsync(CancellationToken stop)
    {
        var now = host.Time.GetUtcNow();
        return [.. CrontabText.Jobs(await ReadAsync(stop).ConfigureAwait(false)).Select(found => new ScheduleEntry(found.Job, Kind)
        {
            NextRun = found.IsEdited ? null : found.Job.Interval.NextAfter(now, host.Time.LocalTimeZone), IsEdited = found.IsEdited,
        })];
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string name, CancellationToken stop)
    {
        var before = await ReadAsync(stop).ConfigureAwait(false);
        var after = CrontabText.Without(before, name);
        if (after == before) return false;
        if (string.IsNullOrWhiteSpace(after)) await host.RunWellAsync(Program, ["-r"], null, stop).ConfigureAwait(false);
        else await host.RunWellAsync(Program, ["-"], after, stop).ConfigureAwait(false);
        return true;
    }

    // Only a crontab that is known to be absent may be taken for empty: what cannot be read must not be overwritten.
    private async Task<string> ReadAsync(CancellationToken stop)
    {
        string[] list = ["-l"];
        var result = await host.RunAsync(Program, list, null, stop).ConfigureAwait(false);
        if (result.ExitCode == 0) return result.Output;
        return result.Error.Contains("no crontab for", StringComparison.OrdinalIgnoreCase) ? "" : throw result.Failure(Program, list);
    }
}
