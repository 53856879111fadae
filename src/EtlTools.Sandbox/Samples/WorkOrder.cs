using System.Globalization;

namespace EtlTools.Sandbox.Samples;

/// <summary>One version of a work order.</summary>
/// <param name="Values">
/// One text per column of <see cref="WorkOrders.Columns"/>; null is NULL, the empty string is not. Times are
/// <c>yyyy-MM-dd HH:mm:ss.ffffff</c> in UTC.
/// </param>
public sealed record WorkOrder(string?[] Values)
{
    internal const string TimeFormat = "yyyy-MM-dd HH:mm:ss.ffffff";

    /// <summary>The key, such as <c>NT-000000123</c>.</summary>
    public string NotificationId => Values[0]!;

    /// <summary>When it last changed, as text; text order is time order.</summary>
    public string UpdatedAt => Values[^1]!;

    internal static string Time(DateTime utc) => utc.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
