using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>Snowflake's names and abbreviations of date and time parts.</summary>
internal static class DateParts
{
    internal static string Named(string name) => name.ToUpperInvariant() switch
    {
        "YEAR" or "Y" or "YY" or "YYY" or "YYYY" or "YR" or "YEARS" or "YRS" => "year",
        "QUARTER" or "Q" or "QTR" or "QTRS" or "QUARTERS" => "quarter",
        "MONTH" or "MM" or "MON" or "MONS" or "MONTHS" => "month",
        "WEEK" or "W" or "WK" or "WEEKOFYEAR" or "WOY" or "WY" => "week",
        "DAY" or "D" or "DD" or "DAYS" or "DAYOFMONTH" => "day",
        "HOUR" or "H" or "HH" or "HR" or "HOURS" or "HRS" => "hour",
        "MINUTE" or "M" or "MI" or "MIN" or "MINUTES" or "MINS" => "minute",
        "SECOND" or "S" or "SEC" or "SECONDS" or "SECS" => "second",
        "MILLISECOND" or "MS" or "MSEC" or "MILLISECONDS" => "millisecond",
        "MICROSECOND" or "US" or "USEC" or "MICROSECONDS" => "microsecond",
        "NANOSECOND" or "NS" or "NSEC" or "NANOSEC" or "NSECOND" or "NANOSECONDS" or "NANOSECS" or "NSECONDS" => "nanosecond",
        "DAYOFWEEKISO" or "DAYOFWEEK_ISO" or "DOW_ISO" or "WEEKDAY_ISO" => "isodow",
        "DAYOFYEAR" or "DOY" or "DY" or "YEARDAY" => "doy",
        "EPOCH_SECOND" or "EPOCH" or "EPOCH_SECONDS" => "epoch_second",
        "EPOCH_MILLISECOND" or "EPOCH_MILLISECONDS" => "epoch_millisecond",
        "EPOCH_MICROSECOND" or "EPOCH_MICROSECONDS" => "epoch_microsecond",
        "EPOCH_NANOSECOND" or "EPOCH_NANOSECONDS" => "epoch_nanosecond",
        _ => throw WarehouseErrors.Compilation(1008, "22023", $"'{name}' is not a valid date/time component."),
    };

    internal static bool IsWholeDays(string part) => part is "year" or "quarter" or "month" or "week" or "day";

    /// <summary>Parts that can be extracted but not added, subtracted or truncated to.</summary>
    internal static bool IsFieldOnly(string part) => part is "isodow" or "doy" || part.StartsWith("epoch", StringComparison.Ordinal);
}
