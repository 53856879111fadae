using System.Management.Automation;
using EtlTools.Core.Errors;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cmdlets.Errors;

/// <summary>Turns what the core reports into error records: a stable id, a category, what it is about, and what to do.</summary>
internal static class FailureRecord
{
    /// <summary>The record of an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="command">The cmdlet, for the id.</param>
    /// <param name="target">What it is about; null when that is the whole command.</param>
    /// <param name="scrubber">Takes secrets out.</param>
    public static ErrorRecord Of(Exception exception, string command, object? target, SecretScrubber scrubber) =>
        exception is EtlCommandException known ? Of(known, command, target) : Of(Failure.Of(exception), command, target, scrubber);

    /// <summary>The record of a failure.</summary>
    public static ErrorRecord Of(Failure failure, string command, object? target, SecretScrubber scrubber) => Of(
        new EtlCommandException(scrubber.Scrub(CmdletWords.In(failure.Message)), failure.Code, scrubber.Scrub(CmdletWords.In(failure.Remedy))), command, target);

    private static ErrorRecord Of(EtlCommandException exception, string command, object? target) =>
        new(exception, $"{exception.Code},{command}", CategoryOf(exception.Code), target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = exception.Remedy },
        };

    private static ErrorCategory CategoryOf(string code) => code switch
    {
        "ETL-CONFIG" or "ETL-USAGE" => ErrorCategory.InvalidArgument,
        "ETL-CONNECTION" => ErrorCategory.ConnectionError,
        "ETL-DATA" or "ETL-QUARANTINED" => ErrorCategory.InvalidData,
        "ETL-DRIFT" => ErrorCategory.MetadataError,
        "ETL-CONFLICT" => ErrorCategory.ResourceBusy,
        "ETL-INTEGRITY" or "ETL-DEMO" => ErrorCategory.InvalidResult,
        "ETL-SCHEDULE" or "ETL-SANDBOX" or "ETL-CIRCUIT" => ErrorCategory.ResourceUnavailable,
        "ETL-STOPPED" => ErrorCategory.OperationStopped,
        "ETL-POSTGRES" or "ETL-SNOWFLAKE" => ErrorCategory.InvalidOperation,
        _ => ErrorCategory.NotSpecified,
    };
}
