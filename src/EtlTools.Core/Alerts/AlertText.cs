using System.Data.Common;
using EtlTools.Core.Errors;
using Npgsql;

namespace EtlTools.Core.Alerts;

/// <summary>
/// What may be said of an exception outside the house. The product's own messages hold no row's data; those of databases and of the
/// runtime may quote values, so of them only the code is told, and where the rest is.
/// </summary>
internal static class AlertText
{
    private const string SeeLog = "The log and etl.run have the whole message.";

    public static (string Code, string Message, string Remedy) Of(Exception error)
    {
        var failure = Failure.Of(error);
        return error switch
        {
            EtlException => (failure.Code, failure.Message, failure.Remedy),
            PostgresException refused => (failure.Code, $"PostgreSQL refused a statement (SQLSTATE {refused.SqlState}). {SeeLog}", failure.Remedy),
            NpgsqlException or TimeoutException => (failure.Code, failure.Message, failure.Remedy),
            DbException database => (failure.Code, $"Snowflake refused a statement (error {database.ErrorCode}). {SeeLog}", failure.Remedy),
            _ => (failure.Code, $"{error.GetType().Name}. {SeeLog}", failure.Remedy),
        };
    }
}
