using System.Data.Common;
using System.Globalization;

namespace EtlTools.LocalWarehouse;

/// <summary>
/// An error of the local warehouse, with the vendor code, SQLSTATE and wording Snowflake would use.
/// When PostgreSQL or the connection to it failed, <see cref="Exception.InnerException"/> is Npgsql's exception.
/// </summary>
public sealed class LocalWarehouseException : DbException
{
    internal LocalWarehouseException(int code, string sqlState, string message, Exception? inner = null, string? queryId = null)
        : base(message, inner)
    {
        Code = code;
        SqlState = sqlState;
        QueryId = queryId;
    }

    private int Code { get; }

    /// <summary>Snowflake's vendor code as a number: 2003 for 002003, 100038 for 100038.</summary>
    public override int ErrorCode => Code;

    /// <inheritdoc />
    public override string SqlState { get; }

    /// <summary>The id of the statement that failed, a UUID; null when no statement was running.</summary>
    public string? QueryId { get; internal set; }

    /// <summary>The message without code and SQLSTATE before it, for front doors that send these in fields of their own.</summary>
    internal string Text => base.Message;

    /// <inheritdoc />
    public override bool IsTransient => InnerException is DbException { IsTransient: true };

    /// <inheritdoc />
    public override string Message =>
        Code == 0 ? base.Message : string.Create(CultureInfo.InvariantCulture, $"{Code:D6} ({SqlState}): {base.Message}");
}
