namespace EtlTools.Core.Report;

/// <summary>
/// What SQLSTATEs of refused rows mean. The server's own messages quote values, which do not belong into a report that is passed on.
/// </summary>
internal static class ErrorMeaning
{
    public static string Of(string? sqlState) => sqlState switch
    {
        null => "refused before it reached the database",
        "22001" => "text longer than its column",
        "22003" => "number out of range",
        "22007" => "not a date or time",
        "22008" => "date or time out of range",
        "22012" => "division by zero",
        "22021" => "character that cannot be stored",
        "22023" => "value not allowed",
        "22P02" => "text that is not of the column's type",
        "22P03" => "binary value that is not of the column's type",
        "22P05" => "character that has no counterpart",
        "23502" => "NULL in a column that must have a value",
        "23503" => "no parent row for a foreign key",
        "23505" => "another row has this unique value",
        "23514" => "against a CHECK constraint",
        "23P01" => "against an exclusion constraint",
        _ => sqlState[..Math.Min(2, sqlState.Length)] switch
        {
            "22" => "value that cannot be taken",
            "23" => "against a constraint",
            _ => "refused by the database",
        },
    };
}
