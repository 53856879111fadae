using System.Net.Sockets;
using Npgsql;

namespace EtlTools.Core.Postgres;

/// <summary>What a PostgreSQL failure means for the run: try again, put a row aside, or stop.</summary>
public static class PostgresErrors
{
    /// <summary>SQLSTATE of an INSERT … ON CONFLICT that meets one key twice.</summary>
    private const string CardinalityViolation = "21000";

    internal const string ForeignKeyViolation = "23503";

    /// <summary>
    /// Whether the same work may succeed on a new connection a moment later: the connection broke, the server is starting or
    /// stopping, a deadlock or serialization failure chose this session as its victim, or a resource ran short.
    /// </summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        PostgresException server => IsTransientState(server.SqlState),
        NpgsqlException => true,
        SocketException or IOException or TimeoutException or EndOfStreamException => true,
        // What Npgsql says when a broken connection is used once more; its disposed parts are often the runtime's own classes.
        ObjectDisposedException or InvalidOperationException { Source: "Npgsql" } => true,
        AggregateException many => many.InnerExceptions.All(IsTransient),
        _ => false,
    };

    /// <summary>Whether a single row is to blame: SQLSTATE classes 22 (data) and 23 (constraint), and 44 (view check).</summary>
    public static bool IsData(Exception exception) =>
        exception is PostgresException { SqlState: ['2', '2' or '3', ..] or ['4', '4', ..] };

    /// <summary>Whether rows that were written together are refused: one is to blame, or a key came twice.</summary>
    internal static bool IsRefusal(PostgresException refused) => IsData(refused) || refused.SqlState == CardinalityViolation;

    private static bool IsTransientState(string state) => state switch
    {
        ['0', '8', ..] => true,                        // connection
        ['5', '3', ..] => state is not "53100",        // resources, but a full disk does not empty itself
        "40001" or "40P01" or "55P03" => true,         // serialization, deadlock, lock not available
        "57P01" or "57P02" or "57P03" or "57P05" => true, // shutdown, crash, starting up, idle session ended
        "25P03" or "25P04" => true,                    // idle in transaction, transaction timeout
        _ => false,
    };
}
