using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using Npgsql;

namespace EtlTools.Core.Snowflake;

/// <summary>
/// Reads the exceptions of Snowflake.Data and of the local warehouse. The driver hides causes inside AggregateExceptions
/// behind its code 270001, shows SQLSTATE only on its own exception type, and never sets an IsTransient flag.
/// </summary>
public static partial class SnowflakeErrors
{
    /// <summary>The driver's code for anything it did not expect; the cause is inside.</summary>
    private const int DriverInternal = 270001;

    /// <summary>Statement cancelled, by the caller or by a timeout.</summary>
    private const int Cancelled = 604;

    // 100038: a text that is no number; 100072: NULL where there must be none.
    private const int FirstOfData = 100_000, LastOfData = 100_999;

    // The session or the request is at fault, not the statement: a new attempt on a new session can succeed.
    private static readonly HashSet<int> s_transientCodes =
    [
        625,    // waiting for a table lock was given up
        270007, // the driver's own request timeout
        390111, // session gone
        390112, // session token expired
        390114, // master token expired
    ];

    // PostgreSQL under the local warehouse: shutdown by an administrator, crash of another backend, still starting.
    private static readonly HashSet<string> s_transientStates = ["57P01", "57P02", "57P03"];

    /// <summary>Whether the same call may succeed when it is tried again: network, overload, timeouts, lost sessions. Syntax, permissions, missing objects, bad data and cancellation are not.</summary>
    public static bool IsTransient(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var all = Flatten(exception).ToList();
        if (all.Any(e => e is OperationCanceledException) && !all.Any(e => e is TimeoutException))
            return false;
        if (all.Any(e => e is AuthenticationException))
            return false;
        return all.Any(IsTransientItself);
    }

    /// <summary>Whether a call ended because it was cancelled: a statement that is at work then fails, at the driver and at the server.</summary>
    public static bool IsCancellation(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Flatten(exception).Any(e => e is OperationCanceledException or (DbException { ErrorCode: Cancelled } and not NpgsqlException));
    }

    /// <summary>Whether a statement failed because of a value it was given: Snowflake's codes from 100000 on are those of data.</summary>
    public static bool IsRefusal(Exception exception) => Describe(exception).Code is >= FirstOfData and <= LastOfData;

    /// <summary>The most telling exception inside, taken apart.</summary>
    public static SnowflakeErrorInfo Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var all = Flatten(exception).ToList();
        var databaseErrors = all.OfType<DbException>().Where(e => e is not NpgsqlException).ToList();

        // Server codes tell more than the driver's wrapper; of several, the innermost is the cause.
        if (databaseErrors.LastOrDefault(e => e.ErrorCode is not (DriverInternal or 0)) is { } server)
            return new SnowflakeErrorInfo(server.ErrorCode, Text(server, "SqlState"), Text(server, "QueryId"), Clean(server.Message));

        var cause = all.LastOrDefault(e => e is not (AggregateException or OperationCanceledException) && e is not (DbException and not NpgsqlException)) ?? all[^1];
        var wrapper = databaseErrors.FirstOrDefault();
        return new SnowflakeErrorInfo(
            wrapper is { ErrorCode: not 0 } ? wrapper.ErrorCode : null,
            (cause as PostgresException)?.SqlState ?? (wrapper is null ? null : Text(wrapper, "SqlState")),
            wrapper is null ? null : Text(wrapper, "QueryId"),
            Clean(cause.Message));
    }

    /// <summary>The exception, its inner ones and all branches of aggregates, outermost first.</summary>
    internal static IEnumerable<Exception> Flatten(Exception exception)
    {
        var waiting = new Queue<Exception>([exception]);
        while (waiting.TryDequeue(out var current))
        {
            yield return current;
            if (current is AggregateException aggregate)
            {
                foreach (var inner in aggregate.InnerExceptions)
                    waiting.Enqueue(inner);
            }
            else if (current.InnerException is { } inner)
            {
                waiting.Enqueue(inner);
            }
        }
    }

    private static bool IsTransientItself(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.IsTransient || s_transientStates.Contains(postgres.SqlState),
        NpgsqlException npgsql => npgsql.IsTransient,
        DbException database => s_transientCodes.Contains(database.ErrorCode),
        HttpRequestException { StatusCode: { } status } => status >= HttpStatusCode.InternalServerError
            || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout,
        HttpRequestException or SocketException or TimeoutException => true,
        FileNotFoundException or DirectoryNotFoundException or PathTooLongException or DriveNotFoundException => false,
        // A stream that breaks off: HttpIOException, EndOfStreamException, and TLS streams say no more than IOException.
        IOException => true,
        _ => false,
    };

    /// <summary>A property of the concrete type: the driver's exception hides the base class's SqlState behind one of its own.</summary>
    private static string? Text(DbException exception, string property) =>
        exception.GetType().GetProperties().Where(p => p.Name == property && p.PropertyType == typeof(string))
            .OrderByDescending(p => p.DeclaringType == exception.GetType())
            .Select(p => p.GetValue(exception) as string)
            .FirstOrDefault(value => !string.IsNullOrEmpty(value));

    private static string Clean(string message)
    {
        var text = DriverFrame().Match(message) is { Success: true } driver ? driver.Groups[1].Value : message;
        text = CodeFrame().Replace(text, "");
        return text.Trim();
    }

    /// <summary>Whether a statement ended because it was cancelled or ran into its timeout.</summary>
    public static bool IsCancelled(Exception exception) =>
        exception is OperationCanceledException || Flatten(exception).OfType<DbException>().Any(e => e is not NpgsqlException && e.ErrorCode == Cancelled);

    [GeneratedRegex(@"^Error: (.*?) SqlState: [^,]*, VendorCode: \d+, QueryId: .*$", RegexOptions.Singleline)]
    private static partial Regex DriverFrame();

    [GeneratedRegex(@"^\d{6} \([0-9A-Z]{5}\): ")]
    private static partial Regex CodeFrame();
}
