namespace EtlTools.Core.Alerts;

/// <summary>What a person is told about a run. No text in it holds a secret or a row's data.</summary>
public sealed record Alert
{
    /// <summary>Why.</summary>
    public required AlertReason Reason { get; init; }

    /// <summary>What was at work: <c>sync</c>, <c>retry</c>, <c>backfill</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The table or plan; null when it is the whole command.</summary>
    public string? Name { get; init; }

    /// <summary>The run, as in <c>etl.run</c>; null when there is none.</summary>
    public Guid? RunId { get; init; }

    /// <summary>What happened, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>What happened, in full.</summary>
    public required string Message { get; init; }

    /// <summary>What to do about it; null when there is nothing to say.</summary>
    public string? Remedy { get; init; }

    /// <summary>Stable code of the failure, such as <c>ETL-CONNECTION</c>; null when it is none.</summary>
    public string? Code { get; init; }

    /// <summary>Rows read so far; null when it is not about rows.</summary>
    public long? Read { get; init; }

    /// <summary>Rows of these that were refused.</summary>
    public long? Refused { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The machine.</summary>
    public string Host { get; init; } = Environment.MachineName;

    /// <summary><c>ETL_ENVIRONMENT</c>; null when it is not set.</summary>
    public string? EnvironmentName { get; init; }

    /// <summary>Why, as a stable word for programs.</summary>
    public string Word => Reason switch
    {
        AlertReason.RunFailed => "run_failed",
        AlertReason.ErrorShare => "error_share",
        AlertReason.Stall => "stall",
        _ => "test",
    };

    /// <summary>How bad: <c>error</c>, <c>warning</c> or <c>info</c>.</summary>
    public string Severity => Reason switch
    {
        AlertReason.RunFailed => "error",
        AlertReason.Test => "info",
        _ => "warning",
    };
}

/// <summary>Why somebody is told.</summary>
public enum AlertReason
{
    /// <summary>A run ended with an error.</summary>
    RunFailed,

    /// <summary>More rows than <c>ALERT_ERROR_SHARE</c> are refused.</summary>
    ErrorShare,

    /// <summary>A run does not get on for <c>ALERT_STALL_SECONDS</c>.</summary>
    Stall,

    /// <summary>Somebody tries out whether alerts arrive.</summary>
    Test,
}
