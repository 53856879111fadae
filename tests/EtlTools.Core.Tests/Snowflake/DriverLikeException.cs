using System.Data.Common;

namespace EtlTools.Core.Tests.Snowflake;

/// <summary>Shaped like the driver's exception: it hides the base class's SqlState behind a property of its own and frames the message.</summary>
internal sealed class DriverLikeException(int code, string text, string? state = null, string? queryId = null, Exception? inner = null)
    : DbException($"Error: {text} SqlState: {state}, VendorCode: {code}, QueryId: {queryId}", inner)
{
    public override int ErrorCode => code;

    public new string? SqlState => state;

    public string? QueryId => queryId;
}
