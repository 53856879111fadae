using System.Data.Common;
using EtlTools.Core.Errors;
using EtlTools.Sandbox;
using Npgsql;

namespace EtlTools.Cli.Rendering;

/// <summary>An exception as the user is told of it: what happened, what to do, and the exit code that goes with it.</summary>
/// <param name="ExitCode">How the process ends if this is all that happened.</param>
/// <param name="Code">Stable identifier for scripts.</param>
/// <param name="Problems">One sentence each; at least one.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record Failure(ExitCode ExitCode, string Code, IReadOnlyList<string> Problems, string Remedy)
{
    /// <summary>All problems as one text.</summary>
    public string Message => string.Join(Environment.NewLine, Problems);

    /// <summary>What an exception means.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        ConfigurationException settings => new(ExitCode.Usage, settings.Code, settings.Problems, settings.Remedy),
        EtlException known => new(ExitCode.Failed, known.Code, [known.Message], known.Remedy),
        SandboxException sandbox => new(ExitCode.Failed, "ETL-SANDBOX", [sandbox.Message[..^sandbox.Remedy.Length].TrimEnd()], sandbox.Remedy),
        OperationCanceledException => new(ExitCode.Stopped, "ETL-STOPPED", ["Stopped on request."], "Run it again; it goes on where it stopped."),
        PostgresException refused => new(
            ExitCode.Failed, "ETL-POSTGRES", [$"PostgreSQL: {refused.MessageText} (SQLSTATE {refused.SqlState})"], "Run 'etl check'; the log file has the details."),
        NpgsqlException or TimeoutException => new(
            ExitCode.Failed, "ETL-CONNECTION", [$"PostgreSQL: {Innermost(exception)}"],
            "Check the POSTGRES_ settings and that the server is running and reachable, then run it again."),
        DbException database => new(ExitCode.Failed, "ETL-SNOWFLAKE", [$"Snowflake: {database.Message}"], "Run 'etl check'; the log file has the details."),
        _ => new(
            ExitCode.Failed, "ETL-UNEXPECTED", [$"{exception.GetType().Name}: {exception.Message}"],
            "This should not happen: please report it with the lines of the log file around it."),
    };

    private static string Innermost(Exception exception) => exception.InnerException is { } inner && !exception.Message.Contains(inner.Message, StringComparison.Ordinal)
        ? $"{exception.Message.TrimEnd('.')}: {inner.Message}"
        : exception.Message;
}
