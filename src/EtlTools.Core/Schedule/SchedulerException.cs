using EtlTools.Core.Errors;

namespace EtlTools.Core.Schedule;

/// <summary>A scheduler's own program failed or refused a job. Remedy: what that program says.</summary>
public sealed class SchedulerException(string message, string remedy, Exception? innerException = null)
    : EtlException(message, remedy, innerException)
{
    /// <inheritdoc/>
    public override string Code => "ETL-SCHEDULE";
}
