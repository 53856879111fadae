using System.Data.Common;
using Npgsql;

namespace EtlTools.Core.Errors;

/// <summary>An exception as the user is told of it, whatever the front end: what happened and what to do. Secrets are not removed yet.</summary>
/// <param name="Kind">What it means for the command.</param>
/// <param name="Code">Stable identifier for scripts.</param>
/// <param name="Problems">One sentence each; at least one.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record Failure(FailureKind Kind, string Code, IReadOnlyList<string> Problems, string Remedy)
{
    /// <summary>All problems as one text.</summary>
    public string Message => string.Join(Environment.NewLine, Problems);

    /// <summary>What an exception means.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        ConfigurationException settings => new(FailureKind.Usage, settings.Code, settings.Problems, settings.Remedy),
        EtlException known => new(FailureKind.Failed, known.Code, [known.Message], known.Remedy),
        OperationCanceledException => new(FailureKind.Stopped, "ETL-STOPPED", ["Stopped on request."], "Run it again; it goes on where it stopped."),
        PostgresException { SqlState: "53100" } full => new(
            FailureKind.Failed, "ETL-POSTGRES", [$"PostgreSQL: {full.MessageText} (SQLSTATE {full.SqlState})"],
            "Free space on the disk of the PostgreSQL server, then run it again: it goes on where it stopped."),
        PostgresException refused => new(
            FailureKind.Failed, "ETL-POSTGRES", [$"PostgreSQL: {refused.MessageText} (SQLSTATE {refused.SqlState})"], "Run 'etl check'; the log file has the details."),
        NpgsqlException or TimeoutException => new(
            FailureKind.Failed, "ETL-CONNECTION", [$"PostgreSQL: {Innermost(exception)}"],
            "Check the POSTGRES_ settings and that the server is running and reachable, then run it again."),
        DbException database => new(FailureKind.Failed, "ETL-SNOWFLAKE", [$"Snowflake: {database.Message}"], "Run 'etl check'; the log file has the details."),
        _ => new(
            FailureKind.Failed, "ETL-UNEXPECTED", [$"{exception.GetType().Name}: {exception.Message}"],
            "This should not happen: please report it with the lines of the log file around it."),
    };

    private static string Innermost(Exception exception) => exception.InnerException is { } inner && !exception.Message.Contains(inner.Message, StringComparison.Ordinal)
        ? $"{exception.Message.TrimEnd('.')}: {inner.Message}"
        : exception.Message;
}

/// <summary>What a failure means for a command.</summary>
public enum FailureKind
{
    /// <summary>A setting or an argument is wrong; nothing was begun.</summary>
    Usage,

    /// <summary>Something failed; what was committed before it counts.</summary>
    Failed,

    /// <summary>It was stopped on request.</summary>
    Stopped,
}
