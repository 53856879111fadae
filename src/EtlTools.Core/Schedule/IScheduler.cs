using EtlTools.Core.Errors;

namespace EtlTools.Core.Schedule;

/// <summary>One of the programs that run jobs.</summary>
internal interface IScheduler
{
    /// <summary>Which.</summary>
    SchedulerKind Kind { get; }

    /// <summary>Whether this machine and user have it.</summary>
    Task<bool> IsAvailableAsync(CancellationToken stop);

    /// <summary>What adding the job would register. Nothing is changed.</summary>
    /// <exception cref="ConfigurationException">This scheduler cannot express the job.</exception>
    SchedulePlan Plan(ScheduledJob job);

    /// <summary>Registers the job, in place of one of the same name.</summary>
    /// <exception cref="EtlException">The scheduler cannot express it, or refused it.</exception>
    Task AddAsync(ScheduledJob job, CancellationToken stop);

    /// <summary>The jobs of this product that are registered.</summary>
    Task<IReadOnlyList<ScheduleEntry>> ListAsync(CancellationToken stop);

    /// <summary>Removes a job; false when there is none of that name.</summary>
    Task<bool> RemoveAsync(string name, CancellationToken stop);
}
