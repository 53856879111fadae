namespace EtlTools.Core.Snowflake;

/// <summary>What is known about an error of Snowflake, of its driver or of the local warehouse.</summary>
/// <param name="Code">Snowflake's code (2003 for 002003) or the driver's (270000–279999); null when there is none.</param>
/// <param name="SqlState">SQLSTATE; null when there is none.</param>
/// <param name="QueryId">Id of the statement, for Snowflake's query history; null when there is none.</param>
/// <param name="Message">What happened, without the frame the driver puts around it.</param>
public sealed record SnowflakeErrorInfo(int? Code, string? SqlState, string? QueryId, string Message)
{
    /// <summary>As one line for logs: <c>002003 (02000): … [query 01b2…]</c>.</summary>
    public override string ToString()
    {
        var state = SqlState is null ? "" : $" ({SqlState})";
        var code = Code is { } number ? FormattableString.Invariant($"{number:D6}{state}: ") : "";
        return code + Message + (QueryId is null ? "" : $" [query {QueryId}]");
    }
}
