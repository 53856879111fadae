using System.Globalization;
using Npgsql;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>PostgreSQL's errors as Snowflake's. The inner exception stays Npgsql's, for the caller to classify.</summary>
internal static class PostgresErrors
{
    internal static bool Translates(Exception exception) => exception is NpgsqlException or OperationCanceledException or IOException or ObjectDisposedException or System.Net.Sockets.SocketException;

    internal static LocalWarehouseException Translate(Exception exception, string? queryId) => exception switch
    {
        PostgresException postgres => Translate(postgres, queryId),
        OperationCanceledException => new(604, "57014", "SQL execution canceled", exception, queryId),
        NpgsqlException { InnerException: TimeoutException } => new(630, "57014", "Statement reached its statement or warehouse timeout and was canceled.", exception, queryId),
        _ => new(250001, "08006", "The connection to the local warehouse's PostgreSQL failed: " + exception.Message, exception, queryId),
    };

    private static LocalWarehouseException Translate(PostgresException error, string? queryId)
    {
        if (error.SqlState.StartsWith("SF", StringComparison.Ordinal))
        {
            var number = int.Parse(error.SqlState.AsSpan(2), CultureInfo.InvariantCulture);
            return number == 2
                ? new(2, "0A000", error.MessageText, error, queryId)
                : new(100000 + number, number switch { 38 or 37 or 35 or 40 or 108 => "22018", 39 or 132 => "22003", 90 => "42P18", 69 => "22P02", _ => "22000" }, error.MessageText, error, queryId);
        }

        var (code, state, message) = error.SqlState switch
        {
            PostgresErrorCodes.NumericValueOutOfRange => (100132, "22003", "Number out of representable range: " + error.MessageText),
            PostgresErrorCodes.DivisionByZero => (100051, "22012", "Division by zero"),
            PostgresErrorCodes.StringDataRightTruncation => (100078, "22000", $"String is too long and would be truncated ({error.MessageText})"),
            PostgresErrorCodes.NotNullViolation => (100072, "22000", "NULL result in a non-nullable column"),
            PostgresErrorCodes.QueryCanceled => (604, "57014", "SQL execution canceled"),
            PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable
                => (625, "57014", "Statement was aborted because of a lock held by another transaction: " + error.MessageText),
            PostgresErrorCodes.CardinalityViolation => (90150, "22000", "Single-row subquery returns more than one row."),
            PostgresErrorCodes.GroupingError => (979, "42601", "SQL compilation error:\n" + error.MessageText),
            PostgresErrorCodes.DatetimeFieldOverflow => (100035, "22008", "Timestamp is out of range: " + error.MessageText),
            PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire => (2, "0A000", "Unsupported feature 'character PostgreSQL cannot store': " + error.MessageText),
            PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateSchema => (2002, "42710", "SQL compilation error:\nObject already exists."),
            PostgresErrorCodes.UndefinedTable => (2003, "02000", "SQL compilation error:\nObject does not exist or not authorized."),
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.ConnectionFailure
                => (250001, "08006", "The connection to the local warehouse's PostgreSQL failed: " + error.MessageText),
            _ => (603, error.SqlState, "SQL execution internal error: " + error.MessageText),
        };
        return new LocalWarehouseException(code, state, message, error, queryId);
    }
}
