using System.Data.Common;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Snowflake;

/// <summary>Logs statements with the time until they were answered; for a query that is its first rows. No literal of a statement is logged.</summary>
internal sealed partial class StatementClock(ILogger logger)
{
    private const int LongestText = 300;

    /// <summary>Runs a statement of the synchronous interface.</summary>
    public T Time<T>(DbCommand command, Func<DbCommand, T> run)
    {
        var start = Stopwatch.GetTimestamp();
        var isAnswered = false;
        try
        {
            var answer = run(command);
            isAnswered = true;
            return answer;
        }
        finally
        {
            Log(command, start, isAnswered);
        }
    }

    /// <summary>Runs a statement.</summary>
    public async Task<T> TimeAsync<T>(DbCommand command, Func<DbCommand, Task<T>> run)
    {
        var start = Stopwatch.GetTimestamp();
        var isAnswered = false;
        try
        {
            var answer = await run(command).ConfigureAwait(false);
            isAnswered = true;
            return answer;
        }
        finally
        {
            Log(command, start, isAnswered);
        }
    }

    /// <summary>A statement on one line, its literals left out and its end too when it is long.</summary>
    public static string Shape(string sql)
    {
        var shape = Literal().Replace(sql, "'…'");
        shape = Space().Replace(shape, " ").Trim();
        return shape.Length <= LongestText ? shape : string.Concat(shape.AsSpan(0, LongestText), "…");
    }

    private void Log(DbCommand command, long start, bool isAnswered)
    {
        if (!logger.IsEnabled(LogLevel.Information)) return;
        var milliseconds = (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var shape = Shape(command.CommandText);
        if (isAnswered) LogAnswered(logger, milliseconds, shape);
        else LogUnanswered(logger, milliseconds, shape);
    }

    // Snowflake's literals: a quote is doubled or behind a backslash; or the text stands between two dollars.
    [GeneratedRegex(@"'(?:[^'\\]|''|\\.)*(?:'|$)|\$\$.*?\$\$", RegexOptions.Singleline)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [LoggerMessage(EventId = 2002, Level = LogLevel.Information, Message = "Snowflake answered in {Milliseconds} ms: {Statement}")]
    private static partial void LogAnswered(ILogger logger, long milliseconds, string statement);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Information, Message = "Snowflake refused or was left without an answer after {Milliseconds} ms: {Statement}")]
    private static partial void LogUnanswered(ILogger logger, long milliseconds, string statement);
}
